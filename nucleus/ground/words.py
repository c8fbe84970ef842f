"""Words made comparable: how two spellings of the same name meet; pure."""

import re
import unicodedata

LONGEST = 60
"""Letters of a word that are looked at: an index refuses very long ones, and nobody types them."""

EMPTY = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters that are drawn as nothing."""

_WORDS = re.compile(r"\w+")


def plain(text: str) -> str:
    """Return the text without accents, case and signs: *Sant'Àgata* becomes *sant agata*."""
    letters = text.casefold()
    if not letters.isascii():
        decomposed = unicodedata.normalize("NFKD", letters)
        letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(_WORDS.findall(letters.replace("_", " ")))


def spelt(text: str) -> str:
    """Return plain words as an index of words takes them."""
    return " ".join(word[:LONGEST] for word in plain(text).split())


def is_seen(text: str) -> bool:
    """Say whether a person sees anything of a text: signs without width alone are no name."""
    return text.isascii() or any(
        unicodedata.category(sign)[0] not in "CZM" and sign not in EMPTY for sign in text
    )
