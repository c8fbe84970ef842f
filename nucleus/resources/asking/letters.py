"""What is written to a place: neutral, because a refuge has a mailbox too."""

from flask_babel import gettext as _

from nucleus.ground import i18n
from nucleus.ground.web import settings
from nucleus.messages.models import NEWS
from nucleus.messages.services import Draft
from nucleus.resources.asking.models import OwnerLetter
from nucleus.resources.asking.queries import PURPOSE
from nucleus.resources.mailbox import Words

PATH = "/resources/letter/show/"


def question(letter: OwnerLetter) -> Draft:
    """Return the letter; it does not name the place: a mail provider reads along."""
    return Draft(
        kind="resources.ask_owner",
        texts=i18n.in_every_language(_words),
        priority=NEWS,
        link_purpose=PURPOSE,
        link_path=PATH,
        nonce=letter.nonce,
        valid_until=letter.expires_at,
    )


def _words() -> Words:
    name = settings().name
    return {
        "subject": _("A question from %(name)s: is this still right?", name=name),
        "body": _(
            "%(name)s keeps a free list of places that help people. One of them is yours. Please "
            "open the link and look whether everything is still right. It takes a minute and "
            "needs no password. The link works for 30 days. If you do not want letters like "
            "this, you can say so there.",
            name=name,
        ),
        "short": _("A question from %(name)s about your entry.", name=name),
    }
