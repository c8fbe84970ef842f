"""How many parts a text message is charged as, and how to write it so that they are few (pure).

The letters of GSM 03.38 take 160 to a message and 153 to each part of a longer one; a single
letter outside of them makes it 70 and 67 of UTF-16.
"""

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€\f"
_ONE, _TWO = frozenset(_BASIC), frozenset(_EXTENDED)
_PLAINLY = str.maketrans(
    {"’": "'", "\u2018": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-",
     "…": "...", "·": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
     "È": "E'", "À": "A'", "Ù": "U'", "Ò": "O'", "Ì": "I'"}
)  # fmt: skip


def is_gsm(text: str) -> bool:
    """Say whether every letter is one of the cheap ones."""
    return all(letter in _ONE or letter in _TWO for letter in text)


def simplified(text: str) -> str:
    """Return the text with plain quotes and dashes where that alone makes it cheap."""
    plain = text.translate(_PLAINLY)
    return plain if is_gsm(plain) else text


def segments(text: str) -> int:
    """Return how many parts are charged for a text, at least one."""
    if is_gsm(text):
        size = sum(2 if letter in _TWO else 1 for letter in text)
        return 1 if size <= 160 else -(-size // 153)
    size = len(text.encode("utf-16-le")) // 2
    return 1 if size <= 70 else -(-size // 67)
