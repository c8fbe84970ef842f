"""The board 'erasures': which things people take back, and how they are found and erased again.

Of each only a keyed hash of its random name is kept, so that the list says nothing of anybody; who
has a backup but not the key ring can't even see who left.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Connection, event, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import Base, db
from nucleus.ground.models import Erasure

KINDS = "nucleus.erasures"


@dataclass(frozen=True)
class Kind:
    """One kind of thing that is taken back.

    Attributes:
        name: its word in the list, such as `person`.
        words: what an operator reads behind a number, such as `persons who had left`.
        there: gives the random name and the key of everything of this kind that is here.
        erase: erases the thing of this key, taken back at that moment; says whether it was here.
    """

    name: str
    words: str
    there: Callable[[], Iterable[tuple[str, int]]]
    erase: Callable[[int, datetime], bool]


def init_app(app: Flask) -> None:
    """Hang up the board."""
    app.extensions[KINDS] = []


def pin(app: Flask, *kinds: Kind) -> None:
    """Pin what a room's people take back; the room calls `note` when they do."""
    app.extensions[KINDS] += kinds


def rows_of(table: type[Base], name: str, words: str, *, by: InstrumentedAttribute[str]) -> Kind:
    """Return the kind of rows that are deleted; each that goes is noted by itself.

    Args:
        table: the model.
        name: the kind's word in the list; also the table's, by which a row finds its kind.
        words: what an operator reads.
        by: the column with the random name.
    """
    (key,) = table.__mapper__.primary_key

    def there() -> Iterator[tuple[str, int]]:
        yield from db.session.execute(select(by, key))

    def erase(number: int, _at: datetime) -> bool:
        db.session.delete(db.session.get_one(table, number))
        return True

    def note_row(_mapper: object, connection: Connection, row: Any) -> None:
        mark = mark_of(name, getattr(row, by.key))
        if not connection.scalar(select(Erasure.mark).where(Erasure.mark == mark)):
            connection.execute(insert(Erasure).values(mark=mark, kind=name, at=now()))

    if name not in _watched:
        _watched.add(name)
        event.listen(table, "after_delete", note_row)
    return Kind(name, words, there, erase)


_watched: set[str] = set()


def note(kind: str, name: str) -> None:
    """Note in the open transaction that somebody took back the thing of this random name."""
    mark = mark_of(kind, name)
    db.session.merge(Erasure(mark=mark, kind=kind, at=now()))


def mark_of(kind: str, name: str) -> str:
    """Return by what a thing is known in the list."""
    return ring().fingerprint(f"erasure:{kind}", name)


def kinds() -> list[Kind]:
    """Return everything that is taken back in this house."""
    found: list[Kind] = current_app.extensions[KINDS]
    return found
