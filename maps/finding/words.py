"""What somebody typed, word by word: who says it, and what a slip may have meant.

Complete comes before relevant: an entry that holds what was typed, anywhere in a word, is found.
Only a word that nothing holds, of what this asker may see, is taken for the nearest known one; so
a slip never tells of an entry that may not be seen.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_, select

from maps.finding.question import Eyes, Filters, Question, fitting
from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.resources.models import Resource
from nucleus.resources.queries import categories
from nucleus.resources.wordbook.queries import says_one_of, words_holding, words_like, words_of

MEANT = 3
"""A slip has so many readings at most."""


@dataclass(frozen=True)
class Word:
    """A word somebody typed.

    Attributes:
        typed: in plain letters.
        said: the known words that hold it, None when they are too many to name.
        kinds: the ids of the kinds of help it is a wider name of.
        meant: what it is taken for, the likest first, when nothing holds it.
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


def understood(text: str, eyes: Eyes) -> Words:
    """Return what somebody typed, each word as this asker can have meant it."""
    typed = words_of(text)
    terms = categories() if typed else ()
    words = (_word(one, terms) for one in dict.fromkeys(typed))
    return tuple(word if _is_said(word, eyes) else _slip(word, terms, eyes) for word in words)


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


def _word(typed: str, terms: Sequence[Term]) -> Word:
    """Return a word with everything that holds it, and the narrower kinds it is a wider name of.

    Whoever asks for *health* finds clinics too, whose own words never say it.
    """
    said = words_holding(typed)
    return Word(typed, None if said is None else tuple(said), tuple(_narrower([typed], terms)))


def _slip(word: Word, terms: Sequence[Term], eyes: Eyes) -> Word:
    meant = tuple(_near(word.typed, eyes))
    return replace(word, said=meant, meant=meant, kinds=tuple(_narrower(meant, terms)))


def _near(typed: str, eyes: Eyes) -> Iterator[str]:
    """Yield the likest words that something says which this asker may see."""
    seen = (one for one in words_like(typed) if _is_said(Word(one, (one,)), eyes))
    for _number, one in zip(range(MEANT), seen, strict=False):
        yield one


def _narrower(words: Iterable[str], terms: Sequence[Term]) -> list[int]:
    wider = {term.id: plain(" ".join([*term.labels.values(), *term.synonyms])) for term in terms}
    named = {number for number, names in wider.items() for word in words if word in names}
    return [term.id for term in terms if term.parent_id in named]


def _is_said(word: Word, eyes: Eyes) -> bool:
    seen = fitting(select(Resource.id), Filters(), eyes).where(_says(word))
    return db.session.scalar(seen.limit(1)) is not None


def _says(word: Word) -> ColumnElement[bool]:
    if word.said is None:
        said = Resource.search_text.contains(word.typed, autoescape=True)
    else:
        said = says_one_of(word.said)
    return or_(said, Resource.category_id.in_(word.kinds)) if word.kinds else said


def _between(column: Any) -> ColumnElement[str]:
    """Return words with a space on both sides, so that the first and the last are whole too."""
    return literal(" ").concat(column).concat(" ")


def _has(text: ColumnElement[str], word: Word) -> ColumnElement[bool]:
    return text.contains(f" {word.likest} ", autoescape=True)
