"""Lets whatever points to an entry follow it into another one, and come back.

No room is named here: every table that refers to an entry and has rows of its own follows, so
that suggestions, photos or whatever a room adds next year are never left behind.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, UniqueConstraint, select, update

from nucleus.ground.database import Base, db

STAYS = frozenset({"resource", "twin_pair", "merge"})
"""Tables that say themselves how two entries are related."""


def followers() -> Iterator[Column[Any]]:
    """Yield the columns that follow; where an entry may have only one row, that row stays."""
    for table in Base.metadata.sorted_tables:
        if table.name in STAYS or [key.name for key in table.primary_key] != ["id"]:
            continue
        for column in table.columns:
            if column.references(Base.metadata.tables["resource"].c.id) and not _is_alone(column):
                yield column


def follow(gone_id: int, kept_id: int) -> dict[str, list[int]]:
    """Let every row that refers to one entry refer to the other; return which did."""
    db.session.flush()
    moved = {}
    for column in followers():
        own = column.table.c.id
        ids = list(db.session.scalars(select(own).where(column == gone_id)))
        if ids:
            change = update(column.table).where(own.in_(ids)).values({column.name: kept_id})
            db.session.execute(change)
            moved[str(column)] = ids
    return moved


def bring_back(moved: Mapping[str, list[int]], *, gone_id: int, kept_id: int) -> None:
    """Let the same rows refer to the first entry again, as far as they are still there."""
    db.session.flush()
    for column in followers():
        if ids := moved.get(str(column)):
            mine = (column.table.c.id.in_(ids), column == kept_id)
            db.session.execute(update(column.table).where(*mine).values({column.name: gone_id}))


def _is_alone(column: Column[Any]) -> bool:
    """Say whether an entry may stand in this column only so many times."""
    if column.unique or any(
        index.unique and column in index.columns.values() for index in column.table.indexes
    ):
        return True
    unique = (one for one in column.table.constraints if isinstance(one, UniqueConstraint))
    return any(column.name in one.columns for one in unique)
