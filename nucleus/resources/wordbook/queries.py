"""Reads of the wordbook: which words hold a few letters, which are near a slip, who says them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, Select, Text, column, func, literal, select, table
from sqlalchemy.dialects.postgresql import ARRAY

from nucleus.ground.database import db
from nucleus.ground.words import spelt
from nucleus.resources.models import Resource
from nucleus.resources.wordbook.models import SearchWord

MOST = 400
"""Words named one by one at most; letters that more words hold are cheaper to look for."""

ALIKE = 78
"""Letters in common, of a hundred, from which a mistyped word is taken for a known one."""

GRAM = 3
ABROAD = re.compile(r"00[1-9](\d?|\d{6,})")
"""How calls abroad begin, alone or with the whole number; *00185* is a postcode of Rome."""


def words_of(text: str) -> list[str]:
    """Return the words of a text as the wordbook spells them.

    A telephone number written 0039… is found as +39… too.
    """
    return [word[2:] if ABROAD.fullmatch(word) else word for word in spelt(text).split()]


def words_holding(letters: str) -> list[str] | None:
    """Return all known words that hold these letters, or None when there are too many to name."""
    asked = select(SearchWord.word).where(SearchWord.word.contains(letters, autoescape=True))
    if len(letters) >= GRAM:
        asked = asked.where(_with_grams(letters, every=True))
    found = db.session.scalars(asked.distinct().limit(MOST + 1)).all()
    return sorted(found) if len(found) <= MOST else None


def words_like(typed: str) -> list[str]:
    """Return known words that may have been meant, the likest first."""
    asked = select(SearchWord.word).where(_with_grams(f" {typed} ", every=False))
    near = process.extract(
        typed, set(db.session.scalars(asked)), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
    )
    return [word for word, _score, _key in sorted(near, key=lambda one: (-one[1], one[0]))]


def says_one_of(words: Iterable[str]) -> ColumnElement[bool]:
    """Return whether an entry says one of these words, as SQL that the index answers."""
    said = sorted(words)
    if db.engine.dialect.name == "sqlite":
        return Resource.id.in_(_listed("resource_words", said, " OR "))
    blank: Any = literal(" ", literal_execute=True)  # the index knows this very expression
    spelt: Any = func.string_to_array(Resource.search_text, blank, type_=ARRAY(Text))
    return spelt.overlap(said)  # type: ignore[no-any-return]


def _with_grams(letters: str, *, every: bool) -> ColumnElement[bool]:
    """Return whether a word has all three letters in a row that these have, or one of them."""
    grams = sorted({letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1)})
    if db.engine.dialect.name == "sqlite":
        between = " AND " if every else " OR "
        return SearchWord.id.in_(_listed("search_word_grams", grams, between))
    known: Any = func.search_grams(SearchWord.word, type_=ARRAY(Text))
    return known.contains(grams) if every else known.overlap(grams)  # type: ignore[no-any-return]


def _listed(index: str, tokens: Sequence[str], between: str) -> Select[int]:
    """Return the ids that one of SQLite's word indexes knows; nothing asked finds nothing."""
    of: Any = table(index, column("rowid"), column(index))
    asked = between.join(f'"{token}"' for token in tokens) or '""'
    return select(of.c.rowid).where(of.c[index].match(asked))
