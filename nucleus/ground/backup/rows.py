"""Rows as lines of JSON, whatever the database: what SQLite gave, PostgreSQL takes.

The kind of each column travels with the rows, so that a later version, whose tables look
different, still reads an old backup into the old tables before it upgrades them.
"""

import base64
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    TableClause,
    TypeDecorator,
    column,
    table,
)
from sqlalchemy.types import TypeEngine

from nucleus.ground.database import UTCDateTime

Shape = list[tuple[str, str]]
"""The columns of a table: what each is called, and its kind."""

KINDS: tuple[tuple[str, type[TypeEngine[Any]], TypeEngine[Any]], ...] = (
    ("instant", UTCDateTime, UTCDateTime()),
    ("clock", DateTime, DateTime()),
    ("day", Date, Date()),
    ("bytes", LargeBinary, LargeBinary()),
    ("json", JSON, JSON(none_as_null=True)),
    ("flag", Boolean, Boolean()),
    ("whole", Integer, BigInteger()),
    ("number", Float, Float()),
    ("text", String, String()),
)
"""Each kind, which columns have it (the first that fits), and as what it is written back."""

TYPES = {kind: back for kind, _fits, back in KINDS}
TO_JSON: dict[str, Callable[[Any], Any]] = {
    "instant": datetime.isoformat,
    "clock": datetime.isoformat,
    "day": date.isoformat,
    "bytes": lambda raw: base64.b64encode(raw).decode(),
}
FROM_JSON: dict[str, Callable[[Any], Any]] = {
    "instant": datetime.fromisoformat,
    "clock": datetime.fromisoformat,
    "day": date.fromisoformat,
    "bytes": base64.b64decode,
}


def shape_of(rows: Table) -> Shape:
    """Return the columns of a table that are kept; the database computes the others itself."""
    return [(one.name, _kind(one)) for one in rows.columns if one.computed is None]


def clause_of(name: str, shape: Shape) -> TableClause:
    """Return a table to write rows of this shape into, or to read them from."""
    return table(name, *[column(one, TYPES[kind]) for one, kind in shape])


def to_line(row: Iterable[Any], shape: Shape) -> str:
    """Return a row as one line."""
    values = [
        TO_JSON[kind](value) if value is not None and kind in TO_JSON else value
        for value, (_name, kind) in zip(row, shape, strict=True)
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def from_values(values: list[Any], shape: Shape) -> dict[str, Any]:
    """Return a row as it is written back."""
    return {
        name: FROM_JSON[kind](value) if value is not None and kind in FROM_JSON else value
        for value, (name, kind) in zip(values, shape, strict=True)
    }


def _kind(one: Column[Any]) -> str:
    own: TypeEngine[Any] = one.type
    if isinstance(own, TypeDecorator) and not isinstance(own, UTCDateTime):
        own = own.impl_instance
    return next(kind for kind, fits, _back in KINDS if isinstance(own, fits))
