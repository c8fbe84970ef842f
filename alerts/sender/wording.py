"""The same message as an e-mail, a push, or 160 characters that give nothing away; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from alerts.sender.letters import Letter

DRILL = "ESERCITAZIONE/DRILL"
PLAIN_LENGTH = 160
PUSH_LENGTH = 600


class Form(Enum):
    """How much a channel can show, and how safely."""

    MAIL = "mail"
    PUSH = "push"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What one copy for one person must carry.

    Attributes:
        texts: language -> subject, body and short, as the message was posted.
        languages: the reader's language, then the ones to fall back to.
        message_id: the same on every copy of this delivery.
        tag: what belongs together on the receiving side.
        thread: the short number people say to each other, such as A-1027.
        repeat: the mark of a copy after the first, in the reader's language; empty on the first.
        drill: this is an exercise, and every text must say so.
        link: the page it leads to.
    """

    texts: Mapping[str, Mapping[str, str]]
    languages: Sequence[str]
    message_id: str
    tag: str
    thread: str | None = None
    repeat: str = ""
    drill: bool = False
    urgent: bool = False
    link: str | None = None


def compose(form: Form, copy: Copy) -> Letter:
    """Return the letter for a channel of that form."""
    language = choose_language(copy.texts, copy.languages)
    text = copy.texts[language]
    short = text.get("short") or text["subject"]
    body = {Form.MAIL: text["body"], Form.PUSH: text["body"], Form.PLAIN: short}[form]
    if form is Form.PLAIN:
        return _letter(copy, language, subject="", body=plain_text(copy, short))
    subject = " ".join([*_before(copy), text["subject"], *_after(copy)])
    if copy.drill:
        body = f"{DRILL}\n\n{body}"
    if form is Form.PUSH:
        body = shortened(body, PUSH_LENGTH)
    return _letter(copy, language, subject=subject, body=body)


def choose_language(texts: Mapping[str, object], languages: Sequence[str]) -> str:
    """Return the first of the languages that the text exists in, else any."""
    return next((code for code in languages if code in texts), next(iter(texts)))


def plain_text(copy: Copy, short: str) -> str:
    """Return marks, text and link within 160 characters; only the text is shortened."""
    before, after = _before(copy), _after(copy) + ([copy.link] if copy.link else [])
    taken = len(" ".join(before + after)) + 2
    return " ".join([*before, shortened(short, max(PLAIN_LENGTH - taken, 0)), *after]).strip()


def shortened(text: str, length: int) -> str:
    """Return the text within that many characters, cut at a word where it can be."""
    if len(text) <= length:
        return text
    if length < 2:
        return ""
    cut = text[: length - 1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > length // 2 else cut).rstrip() + "…"


def _before(copy: Copy) -> list[str]:
    return ([DRILL] if copy.drill else []) + ([f"[{copy.thread}]"] if copy.thread else [])


def _after(copy: Copy) -> list[str]:
    return [copy.repeat] if copy.repeat else []


def _letter(copy: Copy, language: str, *, subject: str, body: str) -> Letter:
    return Letter(
        subject=subject,
        body=body,
        language=language,
        message_id=copy.message_id,
        tag=copy.tag,
        urgent=copy.urgent,
        link=copy.link,
    )
