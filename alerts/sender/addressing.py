"""Makes a parcel ready for the wire: opens the address, derives the link, chooses the words."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask_babel import gettext

from alerts.sender.letters import DAY, Action, Letter, Provider
from alerts.sender.slips import Parcel, Text
from alerts.sender.wording import Copy, Form, compose
from nucleus.ground.clock import now
from nucleus.ground.crypto import CantOpen, ring
from nucleus.ground.i18n import offered, speaking
from nucleus.ground.tokens import CODE_MARK, derive_code, derive_token
from nucleus.ground.web import settings
from nucleus.people.models import ADDRESS, Channel

FORMS = {
    Channel.EMAIL: Form.MAIL,
    Channel.NTFY: Form.PUSH,
    Channel.WEB_PUSH: Form.SCREEN,
    Channel.TELEGRAM: Form.CHAT,
    Channel.SIGNAL: Form.CHAT,
    Channel.MATRIX: Form.CHAT,
    Channel.SMS: Form.PLAIN,
    Channel.WHATSAPP: Form.PLAIN,
    Channel.WEBHOOK: Form.PLAIN,
}
BUTTONS = "answer"
ASKING = "call"
SHORTEST_LIFE = 60


@dataclass(frozen=True, slots=True)
class Addressed:
    """A parcel ready for the wire; lives in memory only, and is never logged."""

    parcel: Parcel
    provider: Provider
    address: str
    letter: Letter

    def __repr__(self) -> str:
        """Shows no address, because a repr ends up in logs."""
        return f"Addressed({self.parcel.held.id})"


def address(parcel: Parcel) -> Addressed:
    """Return the parcel ready for the wire.

    Raises:
        CantOpen: its address, or its words, were sealed with a key that is gone.
    """
    if not parcel.held.text.texts:
        raise CantOpen(f"the words of message {parcel.held.message_id} can't be opened")
    to = ring().open(parcel.sealed_address, ADDRESS, parcel.uid)
    provider = parcel.way.provider
    return Addressed(parcel, provider, to, letter_of(parcel, private=provider.private))


def letter_of(parcel: Parcel, *, private: bool = True) -> Letter:
    """Return the words for this reader and channel; a copy after the first says so."""
    held, text = parcel.held, parcel.held.text
    link = link_of(text, held.link_subject)
    copy = Copy(
        texts=words_of(text, held.link_subject),
        languages=(parcel.language, *offered()),
        message_id=f"{text.id}.{held.id}@{host_of_pages()}",
        tag=text.thread or f"m{text.id}",
        thread=text.thread,
        repeat=repeat_mark(parcel.language) if held.copies > 1 else "",
        drill=text.drill,
        urgent=text.urgent,
        link=link,
        notice=notice(parcel.language),
        private=private,
        code=carries_code(text),
        actions=buttons(text, link, language=parcel.language),
        lasts=seconds_left(text),
    )
    return compose(FORMS[Channel(held.lane)], copy)


def notice(language: str) -> str:
    """Return all that a provider may read."""
    with speaking(language):
        return str(gettext("You have a notice from %(name)s", name=settings().name))


def buttons(text: Text, link: str | None, *, language: str) -> tuple[Action, ...]:
    """Return the two answers to a call, for a channel that shows buttons."""
    if link is None or text.link_purpose != BUTTONS or text.kind != ASKING:
        return ()
    with speaking(language):
        words = {"coming": str(gettext("I’m coming")), "cant": str(gettext("I can’t"))}
    return tuple(
        Action(label, link, posts=True, body=f"deed={deed}", deed=deed)
        for deed, label in words.items()
    )


def seconds_left(text: Text) -> int:
    """Return for how long a message is worth delivering to a telephone that is off now."""
    if text.valid_until is None:
        return DAY
    return max(SHORTEST_LIFE, int((text.valid_until - now()).total_seconds()))


def carries_code(text: Text) -> bool:
    """Say whether six digits belong into it; `{code}` in somebody's own words is no such mark."""
    return any(CODE_MARK in words for parts in text.texts.values() for words in parts.values())


def words_of(text: Text, subject: int | None) -> Mapping[str, Mapping[str, str]]:
    """Return the words with the six digits where their mark stands; they are stored nowhere."""
    if not carries_code(text) or text.link_purpose is None or subject is None:
        return text.texts
    code = derive_code(text.link_purpose, subject, text.nonce or "")
    return {
        language: {part: words.replace(CODE_MARK, code) for part, words in parts.items()}
        for language, parts in text.texts.items()
    }


def link_of(text: Text, subject: int | None) -> str | None:
    """Return the link of one recipient: derived each time, the same each time, stored nowhere."""
    if text.link_purpose is None or text.link_path is None or subject is None:
        return None  # a code to type has a purpose and leads nowhere
    token = derive_token(text.link_purpose, subject, text.nonce or "")
    return f"{settings().base_url}{text.link_path}{token}"


def repeat_mark(language: str) -> str:
    """Return what a copy after the first says, in the reader's language."""
    with speaking(language):
        return str(gettext("(repeat)"))


def host_of_pages() -> str:
    """Return the host our own pages stand on, by which our letters are named."""
    return urlsplit(settings().base_url).hostname or "localhost"
