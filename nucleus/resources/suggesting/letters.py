"""What is written back to whoever told us something: thanks, and what became of it."""

from flask_babel import gettext as _
from sqlalchemy import literal, select

from nucleus.ground import i18n
from nucleus.ground.web import settings
from nucleus.messages.models import NEWS
from nucleus.messages.services import Draft, post_message
from nucleus.people.models import Person
from nucleus.resources.mailbox import Words, post_to_address
from nucleus.resources.suggesting.models import Suggestion


def thank(suggestion: Suggestion, words: str = "") -> None:
    """Write to whoever left an address or has an account, then forget the address."""
    write = _taken_words if suggestion.state == "accepted" else _left_words
    draft = Draft(
        kind=f"resources.{suggestion.state}_suggestion",
        texts=_with(words, i18n.in_every_language(write)),
        priority=NEWS,
    )
    address = suggestion.contact
    if address:
        post_to_address(draft, address, language=suggestion.language)
    elif suggestion.by_id and suggestion.by_id != suggestion.decided_by_id:
        to = select(Person.id, literal(None)).where(Person.id == suggestion.by_id)
        post_message(draft, to)
    suggestion.sealed_contact = None


def _with(words: str, texts: dict[str, Words]) -> dict[str, Words]:
    """Return the texts with the words of whoever decided, in the language they chose."""
    if not words:
        return texts
    return {code: {**text, "body": f"{text['body']}\n\n{words}"} for code, text in texts.items()}


def _taken_words() -> Words:
    name = settings().name
    return {
        "subject": _("Thank you from %(name)s", name=name),
        "body": _(
            "You told us something about a place on our map. You were right, and the map says it "
            "now. Thank you: somebody will not stand before a closed door."
        ),
        "short": _("Thank you: the map says it now."),
    }


def _left_words() -> Words:
    name = settings().name
    return {
        "subject": _("Thank you from %(name)s", name=name),
        "body": _(
            "You told us something about a place on our map. We looked into it and left the map "
            "as it is. Thank you all the same: please write again when you see something."
        ),
        "short": _("Thank you: we looked into it."),
    }
