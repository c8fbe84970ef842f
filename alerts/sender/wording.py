"""The same message as an e-mail, a push, or 160 characters that give nothing away; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from alerts.sender.fitness import seen
from alerts.sender.letters import DAY, Action, Letter

DRILL = "ESERCITAZIONE/DRILL"
PLAIN_LENGTH = 160
PUSH_LENGTH = 600
CHAT_LENGTH = 3000
ISOLATED = "\u2066{}\u2069"
"""Left to right within a text that runs the other way: a number keeps its brackets."""

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


class Form(Enum):
    """How much a channel can show, and how safely."""

    MAIL = "mail"
    PUSH = "push"
    SCREEN = "screen"
    CHAT = "chat"
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
        notice: "You have a notice from NAME", for a channel whose provider reads along.
        private: the channel may carry more than that.
        code: the short text holds digits somebody waits for, and must go as it is.
        actions: buttons, where the channel has any.
        lasts: seconds for which it is worth delivering.
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
    notice: str = ""
    private: bool = True
    code: bool = False
    actions: tuple[Action, ...] = ()
    lasts: int = DAY


def compose(form: Form, copy: Copy) -> Letter:
    """Return the letter for a channel of that form."""
    language = choose_language(copy.texts, copy.languages)
    text = {part: seen(words) for part, words in copy.texts[language].items()}
    if form is Form.PLAIN:
        return _letter(copy, language, subject="", body=plain_text(copy, discreet(copy, text)))
    if not copy.private:
        said = discreet(copy, text)
        text = {"subject": said, "body": said}
    rtl = language in RIGHT_TO_LEFT
    subject = " ".join([*_before(copy, rtl=rtl), text["subject"], *_after(copy)])
    body = f"{DRILL}\n\n{text['body']}" if copy.drill else text["body"]
    if form is Form.SCREEN:  # a locked telephone shows it to whoever stands beside it
        body = discreet(copy, text)
    if form is Form.PUSH:
        body = shortened(body, PUSH_LENGTH)
    if form is Form.CHAT:
        return _letter(copy, language, subject="", body=_chat(copy, subject, said=text["body"]))
    return _letter(copy, language, subject=subject, body=body)


def discreet(copy: Copy, text: Mapping[str, str]) -> str:
    """Return what a provider may read: that there is a notice, and nothing of what it says.

    Digits somebody waits for go as they are; so does what leads to no page.
    """
    short = text.get("short") or text["subject"]
    return copy.notice if copy.notice and copy.link and not copy.code else short


def choose_language(texts: Mapping[str, object], languages: Sequence[str]) -> str:
    """Return the first of the languages that the text exists in, else any."""
    return next((code for code in languages if code in texts), next(iter(texts)))


def plain_text(copy: Copy, short: str) -> str:
    """Return marks, text and link within 160 characters; only the text is shortened."""
    before, after = _before(copy), _after(copy)
    said = f"{short}:" if copy.link and short == copy.notice else short
    taken = len(" ".join([*before, *after, *([copy.link] if copy.link else [])])) + 2
    said = shortened(said, max(PLAIN_LENGTH - taken, 0), mark="...")
    return " ".join([*before, *after, said, *([copy.link] if copy.link else [])]).strip()


def _chat(copy: Copy, subject: str, *, said: str) -> str:
    """Return one text for a conversation: what it is, what it says, where it leads."""
    said = "" if said in subject else shortened(said, CHAT_LENGTH)
    return "\n\n".join(part for part in (subject, said, copy.link or "") if part)


def shortened(text: str, length: int, *, mark: str = "…") -> str:
    """Return the text within that many characters, cut at a word where it can be."""
    if len(text) <= length:
        return text
    if length < 2 * len(mark):
        return ""
    cut = text[: length - len(mark)]
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > length // 2 else cut).rstrip() + mark


def _before(copy: Copy, *, rtl: bool = False) -> list[str]:
    marks = ([DRILL] if copy.drill else []) + ([f"[{copy.thread}]"] if copy.thread else [])
    return [ISOLATED.format(mark) for mark in marks] if rtl else marks


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
        actions=copy.actions,
        lasts=copy.lasts,
    )
