"""The question to somebody who was named in a plan: neutral outside, plain once opened."""

from flask_babel import gettext as _

from nucleus.ground import i18n

PURPOSE = "circle"
PATH = "/plans/invitation/"


def texts() -> dict[str, dict[str, str]]:
    """Return the invitation in every language; it says nothing of plans or of help."""
    return i18n.in_every_language(_words)


def _words() -> dict[str, str]:
    return {
        "subject": _("A question from somebody you know"),
        "body": _(
            "Somebody you know would like to ask you something. "
            "Open the link to read it; you can say yes or no."
        ),
        "short": _("Somebody you know has a question for you."),
    }
