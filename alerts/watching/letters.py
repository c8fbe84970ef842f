"""What the house writes to its keepers about itself, in every language it writes."""

from datetime import timedelta

from flask_babel import gettext as _

from alerts.watching.wellbeing import Trouble
from alerts.watching.words import told_over, told_remedy, told_trouble
from nucleus.ground import i18n
from nucleus.ground.clock import now
from nucleus.ground.web import settings
from nucleus.messages.models import ALERT
from nucleus.messages.services import Draft

Words = dict[str, str]
Texts = dict[str, Words]
KIND = "self_watch"
GOOD_FOR = timedelta(hours=12)


def draft(texts: Texts) -> Draft:
    """Return the message; it is as urgent as an alert, since alerts depend on it."""
    until = now() + GOOD_FOR
    return Draft(kind=KIND, texts=texts, priority=ALERT, urgent=True, valid_until=until)


def unwell(trouble: Trouble) -> Texts:
    """Tell a keeper what is not well and what to do."""
    return i18n.in_every_language(
        lambda: {
            "subject": _("The site needs you"),
            "body": "\n".join([told_trouble(trouble), told_remedy(trouble), _page()]),
            "short": _("The site needs you: please sign in."),
        }
    )


def well_again(what: str) -> Texts:
    """Tell a keeper that one trouble is over."""
    return i18n.in_every_language(
        lambda: {
            "subject": _("The site is well again"),
            "body": "\n".join([told_over(what), _page()]),
            "short": _("The site is well again."),
        }
    )


def _page() -> str:
    return f"{settings().base_url}/alerts/watch/show"
