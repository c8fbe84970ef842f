"""Makes a parcel ready for the wire: opens the address, derives the link, chooses the words."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask_babel import gettext

from alerts.sender.letters import Letter, Provider
from alerts.sender.slips import Parcel, Text
from alerts.sender.wording import Copy, Form, compose
from nucleus.ground.crypto import ring
from nucleus.ground.i18n import offered, speaking
from nucleus.ground.tokens import CODE_MARK, derive_code, derive_token
from nucleus.ground.web import settings
from nucleus.people.models import ADDRESS, Channel

FORMS = {Channel.EMAIL: Form.MAIL, Channel.NTFY: Form.PUSH}


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
        CantOpen: its address was sealed with a key that is gone.
    """
    to = ring().open(parcel.sealed_address, ADDRESS, parcel.uid)
    return Addressed(parcel, parcel.way.provider, to, letter_of(parcel))


def letter_of(parcel: Parcel) -> Letter:
    """Return the words for this reader and channel; a copy after the first says so."""
    held, text = parcel.held, parcel.held.text
    copy = Copy(
        texts=words_of(text, held.link_subject),
        languages=(parcel.language, *offered()),
        message_id=f"{text.id}.{held.id}@{_host()}",
        tag=text.thread or f"m{text.id}",
        thread=text.thread,
        repeat=repeat_mark(parcel.language) if held.copies > 1 else "",
        drill=text.drill,
        urgent=text.urgent,
        link=link_of(text, held.link_subject),
    )
    return compose(FORMS[Channel(held.lane)], copy)


def words_of(text: Text, subject: int | None) -> Mapping[str, Mapping[str, str]]:
    """Return the words with the six digits where their mark stands; they are stored nowhere."""
    marked = any(CODE_MARK in words for parts in text.texts.values() for words in parts.values())
    if not marked or text.link_purpose is None or subject is None:
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


def _host() -> str:
    return urlsplit(settings().base_url).hostname or "localhost"
