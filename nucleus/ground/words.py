"""Words made comparable: how two spellings of the same name meet; pure."""

import re
import unicodedata

LONGEST = 60
"""Letters of a word that are looked at: an index refuses very long ones, and nobody types them."""

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
