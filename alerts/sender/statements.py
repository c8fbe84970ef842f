"""Statements of the hot path, written out once for both databases.

The builder of statements takes longer to say one of these than the database to answer it, and a
sender says six of them for every twenty letters. Lists travel as one JSON value, so that the
words stay the same whatever their number and each database prepares them once.
"""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from nucleus.ground.database import db


class Statement:
    """One statement with named values (`:name`); `{given}` is a list of rows, if it takes any."""

    def __init__(self, words: str, **given: str) -> None:
        """Take the words.

        Args:
            words: the statement; a percent sign has no place in it.
            **given: names and PostgreSQL types of the columns of `{given}`, in order.
        """
        self.words, self.given = words, given

    def run(self, rows: Sequence[Sequence[Any]] | None = None, **values: Any) -> Any:
        """Say it within the open transaction and return the database's answer."""
        connection = db.session.connection()
        sqlite = connection.dialect.name == "sqlite"
        if rows is not None:
            values["given"] = json.dumps(rows, default=_as_text)
        if sqlite:
            values = {name: as_stored(value) for name, value in values.items()}
        return connection.exec_driver_sql(_for_dialect(self, sqlite), values)


def as_stored(value: Any) -> Any:
    """Return a value as SQLite keeps it: instants are text in UTC."""
    return _as_text(value) if isinstance(value, datetime) else value


def as_instant(value: Any) -> Any:
    """Return an instant from either database, aware."""
    return datetime.fromisoformat(value + "+00:00") if isinstance(value, str) else value


def _as_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:-6]


@cache
def _for_dialect(statement: Statement, sqlite: bool) -> str:
    """Return the words for one database."""
    if sqlite:
        unpack = ", ".join(
            f"json_extract(value, '$[{place}]') AS {name}"
            for place, name in enumerate(statement.given)
        )
        source = f"SELECT {unpack} FROM json_each(:given)"  # noqa: S608 - our own names
        return statement.words.format(given=source, skip_locked="")
    unpack = ", ".join(
        f"CAST(value ->> {place} AS {kind}) AS {name}"
        for place, (name, kind) in enumerate(statement.given.items())
    )
    source = f"SELECT {unpack} FROM json_array_elements(CAST(:given AS json))"  # noqa: S608
    return _PLACEHOLDER.sub(
        r"%(\1)s", statement.words.format(given=source, skip_locked="FOR UPDATE SKIP LOCKED")
    )


_PLACEHOLDER = re.compile(r":([a-z_]+)")
