"""Old beside new, word by word; pure."""

import re
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

MOST_WORDS = 600
"""Longer texts are set beside each other whole: comparing takes the square of their length."""


class Kind(StrEnum):
    """What became of a few words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


class Piece(NamedTuple):
    """A few words in a row with the same fate."""

    kind: Kind
    words: str


def compare(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Return the old words with what is gone, and the new words with what was added."""
    before, after = _words(old), _words(new)
    if len(before) + len(after) > MOST_WORDS:
        before, after = [old], [new]
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = tag == "equal"
        left.append(Piece(Kind.SAME if same else Kind.GONE, "".join(before[a:b])))
        right.append(Piece(Kind.SAME if same else Kind.NEW, "".join(after[c:d])))
    return [one for one in left if one.words], [one for one in right if one.words]


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)
