"""What each section of a plan asks, in plain words. Three come first; the rest is there for
who wants it, and skipping is as good as writing.
"""  # noqa: D205

from dataclasses import dataclass

from flask_babel import gettext as _

FIRST = ("people", "services", "alone")
STEPS = ("signs", "alone", "distract", "people", "services", "space", "going_on")


@dataclass(frozen=True)
class Words:
    """A section's title, its question, and examples to pick and reword."""

    title: str
    question: str
    examples: tuple[str, ...] = ()


def words() -> dict[str, Words]:
    """Return the words of every section in the reader's language."""
    return {
        "people": Words(_("People who support me"), _("Whom can I ask for help?")),
        "services": Words(_("Services and lines"), _("Which places and numbers help me?")),
        "alone": Words(
            _("What I can do"),
            _("What helps me when it begins?"),
            (
                _("Open the window and drink a glass of water."),
                _("Put on the songs that calm me."),
                _("Walk once around the block."),
            ),
        ),
        "signs": Words(
            _("Signs that it begins"),
            _("How do I notice that it is getting difficult?"),
            (_("I don’t answer the phone."), _("I don’t sleep for two nights.")),
        ),
        "distract": Words(
            _("People and places that take my mind off it"), _("Where do I feel better?")
        ),
        "space": Words(_("Making my space safer"), _("What do I want to put away, or have ready?")),
        "going_on": Words(_("What keeps me going"), _("What is worth it for me?")),
        "helpers": Words(
            _("For those who help me"), _("What should they know, what helps, what does not?")
        ),
        "household": Words(_("My household"), _("Who and what must not be forgotten?")),
        "after": Words(_("Afterwards"), _("How do I know it is over, and what comes then?")),
    }
