"""What is not well, in words: for the bar on every page, for keepers, and at the terminal."""

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from alerts.watching.wellbeing import Trouble

SAID = {
    "sender": _("No message is going out: the sender gives no sign of life."),
    "ticker": _("Waves, closings and checks stand still: the ticker gives no sign of life."),
    "auditor": _("The check of what should have happened by now has not finished."),
}
DO_NOW = {
    "sender": _("Keepers: start `nucleus serve` or `nucleus worker` again. Until then phone."),
    "ticker": _("Keepers: start `nucleus serve` or `nucleus worker` again. Until then phone."),
    "deliveries": _("Phone those who must know now: the call list has their numbers."),
    "unfollowed": _("A coordinator opens the desk and takes it."),
}


def told_trouble(trouble: Trouble) -> str:
    """Return what is not well as a sentence."""
    said = SAID.get(trouble.what)
    return str(said) if said else _counted(trouble.what, trouble.number)


def told_remedy(trouble: Trouble) -> str:
    """Return what to do about it now."""
    return str(DO_NOW.get(trouble.what, _("Keepers: run `nucleus check` on the machine.")))


def _counted(what: str, number: int) -> str:
    """Return how many of something are late."""
    words = {
        "deliveries": ngettext(
            "%(num)s message should have left by now.",
            "%(num)s messages should have left by now.",
            number,
        ),
        "leases": ngettext(
            "%(num)s message was begun and never finished.",
            "%(num)s messages were begun and never finished.",
            number,
        ),
        "forgotten": ngettext(
            "%(num)s message waits for one that has already left.",
            "%(num)s messages wait for one that has already left.",
            number,
        ),
        "waves": ngettext(
            "In %(num)s alert more people should have been asked by now.",
            "In %(num)s alerts more people should have been asked by now.",
            number,
        ),
        "unfollowed": ngettext(
            "%(num)s alert is open and nobody follows it.",
            "%(num)s alerts are open and nobody follows them.",
            number,
        ),
        "unended": ngettext(
            "%(num)s alert should have ended by now.",
            "%(num)s alerts should have ended by now.",
            number,
        ),
        "closings": ngettext(
            "In %(num)s alert that has ended, not everybody was told.",
            "In %(num)s alerts that have ended, not everybody was told.",
            number,
        ),
        "journal": ngettext(
            "%(num)s entry of the journal is not sealed yet.",
            "%(num)s entries of the journal are not sealed yet.",
            number,
        ),
    }
    return str(words.get(what) or gettext("Something is late."))


PARTS = {
    "sender": _("Sends the messages"),
    "ticker": _("Keeps the time: waves, closings, checks"),
    "auditor": _("Checks that nothing is late"),
}


def told_part(name: str) -> str:
    """Return what a part of the house does."""
    return str(PARTS.get(name, name))
