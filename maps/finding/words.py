"""What somebody typed, word by word: who says it, and what a slip may have meant.

Complete comes before relevant: an entry that holds what was typed, anywhere in a word, is found.
A word that stands nowhere as such, or nowhere together with the others, also means the nearest
known ones. All of that is asked of what this asker may see: a slip tells of no other entry.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, literal, or_, select, union_all

from maps.finding.question import Eyes, Filters, Question, fitting
from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.resources.models import Resource
from nucleus.resources.terms import SCHEME
from nucleus.resources.wordbook.queries import says_one_of, words_holding, words_like, words_of

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
    words = tuple(_word(one, kinds) for one in typed)
    words = tuple(word if _stands(word, eyes) else _slip(word, kinds, eyes) for word in words)
    if len(words) < 2 or _are_said(words, eyes):
        return words
    wider = tuple(word if word.meant else _slip(word, kinds, eyes) for word in words)
    return wider if _are_said(wider, eyes) else words


def saying(asked: Question, words: Words) -> Question:
    """Keep what says every word, in one of its readings."""
    return asked.where(*(_says(word) for word in words))


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


def _word(typed: str, kinds: Kinds) -> Word:
    """Return a word with everything that holds it, and the narrower kinds it is a wider name of.

    Whoever asks for *health* finds clinics too, whose own words never say it.
    """
    said = words_holding(typed)
    return Word(typed, None if said is None else tuple(said), tuple(_narrower([typed], kinds)))


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
    visible = fitting(select(Resource.id), Filters(), eyes)
    asked = (
        select(literal(at)).where(saying(visible, (Word(one, (one,)),)).exists())
        for at, one in enumerate(padded)
    )
    seen = set(db.session.scalars(union_all(*asked)))
    return (one for at, one in enumerate(words) if at in seen)


def _narrower(words: Iterable[str], kinds: Kinds) -> list[int]:
    """Return the ids of the kinds that stand under one whose names hold one of the words."""
    wide = {one.parent_id for one in kinds}
    names = {
        one.id: plain(" ".join([*one.labels.values(), *one.synonyms]))
        for one in kinds
        if one.id in wide
    }
    named = {number for number, said in names.items() for word in words if word in said}
    return [one.id for one in kinds if one.parent_id in named]


def _stands(word: Word, eyes: Eyes) -> bool:
    """Say whether something this asker may see says the word as such, or one that begins so."""
    if word.said is None:
        return True
    begun = tuple(one for one in word.said if one.startswith(word.typed))
    return _are_said((replace(word, said=begun),), eyes)


def _are_said(words: Words, eyes: Eyes) -> bool:
    seen = saying(fitting(select(Resource.id), Filters(), eyes), words)
    return db.session.scalar(seen.limit(1)) is not None


def _says(word: Word) -> ColumnElement[bool]:
    """Return whether an entry says a word, in one of its readings."""
    readings = [says_one_of({*(word.said or ()), *word.meant})]
    if word.said is None:
        readings.append(Resource.search_text.contains(word.typed, autoescape=True))
    if word.kinds:
        readings.append(Resource.category_id.in_(word.kinds))
    return or_(*readings)


def _between(column: Any) -> ColumnElement[str]:
    """Return words with a space on both sides, so that the first and the last are whole too."""
    return literal(" ").concat(column).concat(" ")


def _has(text: ColumnElement[str], word: Word) -> ColumnElement[bool]:
    return text.contains(f" {word.likest} ", autoescape=True)
