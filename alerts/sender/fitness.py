"""Whether words may stand in a header, an address or a command of a channel (pure)."""

import re

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([^\s@<>,;:\"\\()\[\]]{1,253})")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.:-]{0,251}[a-z0-9])?")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,128}@[A-Za-z0-9.-]{1,128}")
_NTFY_TOPIC = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_CHAT = re.compile(r"[1-9][0-9]{3,18}")
_MATRIX_NAME = re.compile(r"@[a-z0-9._=/+-]{1,100}:[A-Za-z0-9.-]{1,150}(:[0-9]{1,5})?")
_NOT_A_WORD = re.compile(r"[^A-Za-z0-9_-]+")
_LINK = re.compile(r"https?://[!-~]{1,2000}")
_LANGUAGE = re.compile(r"[A-Za-z0-9-]{2,35}")
_SPACE_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROL_IN_BODY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]"
)
"""What has no shape of its own and can turn a text around or hide in it. Joiners stay: Persian and
families of emoji need them. Directions are set by us, where they belong."""


LONGEST_WORD = 40


class Unfit(ValueError):
    """This cannot go through this channel, now or later; its words repeat nothing private."""


def email_address(address: str) -> str:
    """The address with its domain as mail servers know it (IDNA).

    Raises:
        Unfit: it is none, or needs an international mailbox, which few servers take.
    """
    found = _EMAIL.fullmatch(address)
    if found is None:
        raise Unfit("this is not an e-mail address")
    try:
        domain = found.group(1).encode("idna").decode()
    except UnicodeError as fault:
        raise Unfit("the domain of this e-mail address cannot exist") from fault
    return address[: found.start(1)] + host(domain)


def host(name: str) -> str:
    """A host name or number in small letters.

    Raises:
        Unfit: it is none.
    """
    return _whole(_HOST, name.lower(), "this is not the name of a server")


def ntfy_topic(address: str) -> str:
    """A topic; shorter ones could be guessed.

    Raises:
        Unfit: not 8 to 64 letters, digits, hyphens or low lines.
    """
    return _whole(_NTFY_TOPIC, address, "this is not an ntfy topic of 8 to 64 letters")


def number(address: str) -> str:
    """A telephone number in the form of E.164.

    Raises:
        Unfit: it is none.
    """
    return _whole(_NUMBER, address, "this is not a telephone number")


def chat(address: str) -> str:
    """The number of a conversation between a person and our bot.

    Raises:
        Unfit: it is none; groups have negative ones.
    """
    return _whole(_CHAT, address, "this is not a conversation with the bot")


def matrix_name(address: str) -> str:
    """A person's name on Matrix.

    Raises:
        Unfit: it is none.
    """
    return _whole(_MATRIX_NAME, address, "this is not a Matrix name")


def message_id(text: str) -> str:
    """A Message-ID without its angle brackets.

    Raises:
        Unfit: it is none.
    """
    return _whole(_MESSAGE_ID, text, "this letter's Message-ID cannot stand in a header")


def link(text: str) -> str:
    """A web address in plain letters.

    Raises:
        Unfit: it is none.
    """
    return _whole(_LINK, text, "this letter's link is not a web address")


def language(tag: str) -> str:
    """A language tag.

    Raises:
        Unfit: it is none.
    """
    return _whole(_LANGUAGE, tag, "this letter's language cannot stand in a header")


def word(text: str) -> str:
    """A tag made of letters, digits, hyphens and low lines alone, 64 at most.

    Raises:
        Unfit: nothing is left of it.
    """
    made = _NOT_A_WORD.sub("-", text).strip("-")[:64]
    if not made:
        raise Unfit("this letter has no tag")
    return made


def one_line(text: str) -> str:
    """Words for a header: a line break in somebody's title must not cost them the alert."""
    return _SPACE_OR_CONTROL.sub(" ", text).strip()


def seen(text: str) -> str:
    """Somebody's words without what no eye can see: such signs turn a text around or hide in it."""
    return _UNSEEN.sub("", text)


def body(text: str) -> str:
    """A text without the control characters that mail and push cannot carry.

    Raises:
        Unfit: it says nothing.
    """
    made = _CONTROL_IN_BODY.sub("", text)
    if not made.strip():
        raise Unfit("this letter is empty")
    return made


def shortened(text: str, *, size: int) -> str:
    """At most `size` bytes of UTF-8, ending in an ellipsis when something is missing.

    Cut between words, unless the last word is too long to be one.
    """
    whole = text.encode()
    if len(whole) <= size:
        return text
    kept = whole[: size - len("…".encode())].decode(errors="ignore")
    words = kept.rsplit(maxsplit=1)
    between_words = len(words) > 1 and len(words[1]) < LONGEST_WORD
    return (words[0] if between_words else kept.rstrip()) + "…"


def _whole(pattern: re.Pattern[str], text: str, words: str) -> str:
    if pattern.fullmatch(text) is None:
        raise Unfit(words)
    return text
