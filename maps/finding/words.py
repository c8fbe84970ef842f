"""What somebody typed, word by word: who says it, and what a slip may have meant.

Complete comes before relevant: an entry that holds what was typed, anywhere in a word, is found.
A word that stands nowhere as such, or nowhere together with the others, also means the nearest
known ones. All of that is asked of what this asker may see: a slip tells of no other entry.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import compress
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, false, literal, or_, select

from maps.finding.question import Eyes, Filters, Question, fitting
from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.resources.models import Resource
from nucleus.resources.terms import SCHEME
from nucleus.resources.wordbook.queries import (
    GRAM,
    first_saying,
    is_any,
    says_of_each,
    says_one_of,
    words_holding,
    words_like,
    words_of,
)

MEANT = 3
"""A slip has so many readings at most."""

AT_ONCE = 5
"""So many known words are looked up together."""


@dataclass(frozen=True)
class Word:
    """A word somebody typed.

    Attributes:
        typed: in plain letters.
        said: the known words that hold it, None when they are too many to name.
        kinds: the ids of the kinds of help it is a wider name of.
        meant: what it may mean beside, if it is a slip; the likest first.
    """

    typed: str
    said: tuple[str, ...] | None = ()
    kinds: tuple[int, ...] = ()
    meant: tuple[str, ...] = ()

    @property
    def likest(self) -> str:
        """Return the word as it was most likely meant."""
        return self.meant[0] if self.meant else self.typed


Words = tuple[Word, ...]
Kinds = Sequence[Row[int, int | None, dict[str, str], list[str]]]


def understood(text: str, eyes: Eyes) -> Words:
    """Return what somebody typed, each word as this asker can have meant it."""
    typed = dict.fromkeys(words_of(text))
    kinds = _kinds() if typed else ()
    short = {one for one in typed if len(one) < GRAM}
    unnamed = short if len(short) < len(typed) else set()
    words = tuple(_word(one, kinds, named=one not in unnamed) for one in typed)
    stands = _each_said([_begun(word) for word in words], eyes)
    words = tuple(
        word if word.said is None or there else _slip(word, kinds, eyes)
        for word, there in zip(words, stands, strict=True)
    )
    if len(words) < 2 or _are_said(words, eyes):
        return words
    wider = tuple(word if word.meant else _slip(word, kinds, eyes) for word in words)
    return wider if _are_said(wider, eyes) else words


def saying(asked: Question, words: Words) -> Question:
    """Keep what says every word, in one of its readings."""
    plain_ones, others = _apart(words)
    if plain_ones:
        asked = asked.where(says_of_each(plain_ones))
    return asked.where(*(_says(word, among_few=bool(plain_ones)) for word in others))


def how_well(words: Words) -> ColumnElement[int]:
    """Return how well an entry fits, 0 is best: the name, its beginning, its words, any words."""
    whole = " ".join(word.likest for word in words)
    name, text = _between(Resource.search_name), _between(Resource.search_text)
    return case(
        (Resource.search_name == whole, 0),
        (Resource.search_name.startswith(whole, autoescape=True), 1),
        (and_(*(_has(name, word) for word in words)), 2),
        (and_(*(_has(text, word) for word in words)), 3),
        else_=4,
    )


def _kinds() -> Kinds:
    asked = select(Term.id, Term.parent_id, Term.labels, Term.synonyms)
    return db.session.execute(asked.where(Term.scheme == SCHEME)).all()


def _word(typed: str, kinds: Kinds, *, named: bool) -> Word:
    """Return a word with everything that holds it, and the narrower kinds it is a wider name of.

    Whoever asks for *health* finds clinics too, whose own words never say it. A few letters that
    stand beside a longer word are not `named`: no index knows what holds them, and they are looked
    for in what the longer word leaves.
    """
    said = words_holding(typed) if named else None
    return Word(typed, None if said is None else tuple(said), tuple(_narrower([typed], kinds)))


@lru_cache(maxsize=1024)
def _plain(names: str) -> str:
    """Return the names of a kind in plain letters; they are read again at every question."""
    return plain(names)


def _slip(word: Word, kinds: Kinds, eyes: Eyes) -> Word:
    meant = _near(word.typed, eyes)
    kin = tuple(_narrower([word.typed, *meant], kinds))
    return replace(word, meant=tuple(meant), kinds=kin)


def _near(typed: str, eyes: Eyes) -> list[str]:
    """Return the likest other words that something says which this asker may see."""
    others = [one for one in words_like(typed) if one != typed]
    near: list[str] = []
    while True:
        near += _seen_of(others[:AT_ONCE], eyes)
        others = others[AT_ONCE:]
        if not others or len(near) >= MEANT:
            return near[:MEANT]


def _seen_of(words: Sequence[str], eyes: Eyes) -> Iterator[str]:
    """Yield which of these words stand in something this asker may see.

    Asked in one question of one length, also about no word: a question more for each word that only
    a confidential entry says could be measured from outside, and so its telephone be guessed.
    """
    padded = [*words, *[""] * (AT_ONCE - len(words))]
    return compress(words, _each_said([Word(one, (one,)) for one in padded], eyes))


def _narrower(words: Iterable[str], kinds: Kinds) -> list[int]:
    """Return the ids of the kinds that stand under one whose names hold one of the words."""
    wide = {one.parent_id for one in kinds}
    names = {
        one.id: _plain(" ".join([*one.labels.values(), *one.synonyms]))
        for one in kinds
        if one.id in wide
    }
    named = {number for number, said in names.items() for word in words if word in said}
    return [one.id for one in kinds if one.parent_id in named]


def _begun(word: Word) -> Word:
    """Return a word as it stands as such, or begins another one."""
    return replace(word, said=tuple(one for one in word.said or () if one.startswith(word.typed)))


def _are_said(words: Words, eyes: Eyes) -> bool:
    """Say whether something this asker may see says all of these words."""
    plain_ones, others = _apart(words)
    asked = fitting(select(Resource.id), Filters(), eyes)
    if plain_ones:
        asked = first_saying(asked, plain_ones)
    asked = asked.where(*(_says(word, among_few=bool(plain_ones)) for word in others))
    return bool(db.session.scalar(select(is_any(asked))))


def _each_said(words: Sequence[Word], eyes: Eyes) -> Sequence[bool]:
    """Say for each of these words whether something this asker may see says it; asked at once."""
    if not words:
        return ()
    asked = (_somebody_says(word, eyes).label(f"at{at}") for at, word in enumerate(words))
    return tuple(map(bool, db.session.execute(select(*asked)).one()))


def _somebody_says(word: Word, eyes: Eyes) -> ColumnElement[bool]:
    """Return whether anything says a word; the readings apart, so that the first is enough."""
    seen = fitting(select(Resource.id), Filters(), eyes)
    by_kind = seen.where(Resource.category_id.in_(word.kinds))
    ways: list[ColumnElement[bool]] = [by_kind.exists()] if word.kinds else []
    if readings := {*(word.said or ()), *word.meant}:
        ways.append(is_any(first_saying(seen, [readings])))
    return or_(false(), *ways)


def _apart(words: Words) -> tuple[list[set[str]], list[Word]]:
    """Return the readings of the words an index alone can answer for, and the other words."""
    others = [word for word in words if word.said is None or word.kinds]
    return [{*(word.said or ()), *word.meant} for word in words if word not in others], others


def _says(word: Word, *, among_few: bool) -> ColumnElement[bool]:
    """Return whether an entry says a word, in one of its readings.

    Among the few that other words leave, it is cheaper to look for its letters in each than to
    list everything that says one of a hundred words which hold them; the same is found.
    """
    letters = word.said is None or among_few
    readings = [says_one_of({*(() if letters else word.said or ()), *word.meant})]
    if letters:
        readings.append(Resource.search_text.contains(word.typed, autoescape=True))
    if word.kinds:
        readings.append(Resource.category_id.in_(word.kinds))
    return or_(*readings)


def _between(column: Any) -> ColumnElement[str]:
    """Return words with a space on both sides, so that the first and the last are whole too."""
    return literal(" ").concat(column).concat(" ")


def _has(text: ColumnElement[str], word: Word) -> ColumnElement[bool]:
    return text.contains(f" {word.likest} ", autoescape=True)
