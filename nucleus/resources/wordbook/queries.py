"""Reads of the wordbook: which words hold a few letters, which are near a slip, who says them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    column,
    false,
    func,
    literal,
    select,
    table,
)
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
    found = db.session.scalars(asked.limit(MOST + 1)).all()  # told apart here: it may stop at once
    return sorted(set(found)) if len(found) <= MOST else None


def words_like(typed: str) -> list[str]:
    """Return known words that may have been meant, the likest first."""
    asked = select(SearchWord.word).where(_with_grams(f" {typed} ", every=False))
    near = process.extract(
        typed, set(db.session.scalars(asked)), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
    )
    return [word for word, _score, _key in sorted(near, key=lambda one: (-one[1], one[0]))]


def says_one_of(words: Iterable[str]) -> ColumnElement[bool]:
    """Return whether an entry says one of these words, as SQL that the index answers."""
    return says_of_each([words])


def says_of_each(groups: Iterable[Iterable[str]]) -> ColumnElement[bool]:
    """Return whether an entry says a word of each group; SQLite's index hears of all at once."""
    each = [sorted(words) for words in groups]
    if not all(each):
        return false()
    if db.engine.dialect.name == "sqlite":
        return Resource.id.in_(_listed("resource_words", _of_each(each)))
    return and_(*(_spelt().overlap(words) for words in each))


def first_saying(asked: Select[int], groups: Iterable[Iterable[str]]) -> Select[int]:
    """Keep what says a word of each group, in a question of which one answer is enough.

    SQLite takes its entries from the index one by one and stops at the first; asked as a list, it
    would write down all of it before it looks at one.
    """
    each = [sorted(words) for words in groups]
    if not each or not all(each) or db.engine.dialect.name != "sqlite":
        return asked.where(says_of_each(each))
    index: Any = table("resource_words", column("rowid"), column("resource_words"))
    known = asked.join(index, index.c.rowid == Resource.id)
    return known.where(index.c.resource_words.match(_of_each(each)))


def is_any(asked: Select[int]) -> ColumnElement[bool]:
    """Return whether a question about words has an answer at all.

    PostgreSQL hopes to meet the one row that is enough by reading on, and reads everything when
    nobody says the word: 0.4 s among 100,000 places. Written down as a list of its own it is
    planned as if all of it were wanted, from the index, and still read no further than the first.
    """
    if db.engine.dialect.name == "sqlite":
        return asked.exists()
    listed = asked.cte().prefix_with("MATERIALIZED")
    return select(listed.c.id).exists()


def _spelt() -> Any:
    blank: Any = literal(" ", literal_execute=True)  # the index knows this very expression
    return func.string_to_array(Resource.search_text, blank, type_=ARRAY(Text))


def _of_each(groups: Sequence[Sequence[str]]) -> str:
    return " AND ".join(f"({_tokens(words, ' OR ')})" for words in groups)


def _with_grams(letters: str, *, every: bool) -> ColumnElement[bool]:
    """Return whether a word has all three letters in a row that these have, or one of them."""
    grams = sorted({letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1)})
    if db.engine.dialect.name == "sqlite":
        between = " AND " if every else " OR "
        return SearchWord.id.in_(_listed("search_word_grams", _tokens(grams, between)))
    known: Any = func.search_grams(SearchWord.word, type_=ARRAY(Text))
    return known.contains(grams) if every else known.overlap(grams)  # type: ignore[no-any-return]


def _listed(index: str, asked: str) -> Select[int]:
    """Return the ids that one of SQLite's word indexes knows."""
    of: Any = table(index, column("rowid"), column(index))
    return select(of.c.rowid).where(of.c[index].match(asked))


def _tokens(tokens: Sequence[str], between: str) -> str:
    """Return tokens as SQLite's indexes are asked for them; nothing asked finds nothing."""
    return between.join(f'"{token}"' for token in tokens) or '""'
