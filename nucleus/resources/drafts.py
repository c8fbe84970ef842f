"""A place as a file tells it, before anything is written; pure.

Reading a file and writing places are two rooms' work: maps reads, resources writes. This is what
passes between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from nucleus.ground.words import plain
from nucleus.places.services import Whereabouts

NAMESPACE = UUID("6f7d0b1e-4c1a-5f0e-9b43-2f6a9d0c7e15")
"""The root of our foreign ids; it never changes, or every place would be imported twice."""


class Outcome(StrEnum):
    """What became of one row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    HELD_BACK = "held_back"
    FAILED = "failed"


@dataclass(frozen=True)
class Remark:
    """A sentence about one cell; *outcome* is None when the row was taken all the same."""

    row: int
    column: str
    words: str
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Seen:
    """When the source says that it last looked at a group of facts, and last confirmed it."""

    looked_at: datetime
    confirmed_at: datetime | None = None
    how: str = "import"


@dataclass(frozen=True)
class Draft:
    """One row, understood.

    Attributes:
        row: its number as a spreadsheet shows it, the heading being 1.
        key: what makes it the same place next time, such as its id in the source.
        category: the words of the source for what it offers.
        facts: columns of a resource, except place and category.
        told_on: the day the source says its facts are from, if it does.
        uid: the name under which the world knows the place, when the source says one.
        place_uid: the same for where it is.
        fresh: how fresh the source says each group of facts is; only of sources we trust.
        origins: who told the source, each with its id there; only of sources we trust.
        owed: the lines those ask for, by their names; only of sources we trust.
        point_from: the online geocoder its point is owed to; only of sources we trust.
        only: the facts the source speaks of, when it does not speak of all.
    """

    row: int
    key: str
    category: str
    facts: dict[str, object]
    where: Whereabouts
    languages: tuple[str, ...] = ()
    told_on: date | None = None
    uid: str | None = None
    place_uid: str | None = None
    fresh: Mapping[str, Seen] = field(default_factory=dict)
    origins: tuple[tuple[str, str], ...] = ()
    owed: Mapping[str, str] = field(default_factory=dict)
    point_from: str = ""
    only: frozenset[str] | None = None

    def foreign_uid(self, source: str) -> str:
        """Return the name (uuid5) under which this row of this source is found again."""
        return foreign_uid(source, self.key)


@lru_cache(maxsize=4096)
def foreign_uid(source: str, key: str) -> str:
    """Return the name (uuid5) of what a source knows under a key."""
    return str(uuid5(NAMESPACE, f"{source}\n{same_key(key)}"))


def same_key(key: str) -> str:
    """Return a key as it is compared: a spreadsheet takes *00123* for a number and writes 123."""
    said = plain(key)
    return said.lstrip("0") or "0" if said.isdecimal() else said


def is_of_words(key: str) -> bool:
    """Tell whether a key is made of the words of a row, the address among them, for want of an id.

    Whoever knows the rest can try all addresses of a town until the name made from them fits.
    """
    return "\n" in key


@dataclass
class ImportReport:
    """What became of every row; *rows* is always the sum of the outcomes.

    *workbook* says which sheet was read of which, for whoever started it at a terminal.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    held_back: int = 0
    failed: int = 0
    remarks: list[Remark] = field(default_factory=list)
    ignored_columns: tuple[str, ...] = ()
    remarks_file: Path | None = None
    workbook: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return how many rows the file had."""
        return self.created + self.updated + self.unchanged + self.held_back + self.failed

    def count(self, outcome: Outcome) -> None:
        """Count one row."""
        setattr(self, outcome.value, getattr(self, outcome.value) + 1)

    def add(self, other: "ImportReport") -> None:
        """Count the rows of another report too."""
        for outcome in Outcome:
            more = getattr(self, outcome.value) + getattr(other, outcome.value)
            setattr(self, outcome.value, more)

    def refuse(self, remark: Remark) -> None:
        """Count a row that was not taken, and say why."""
        self.remarks.append(remark)
        self.count(remark.outcome or Outcome.FAILED)

    def counts(self) -> dict[str, int]:
        """Return the numbers, for a machine."""
        return {"rows": self.rows, **{each.value: getattr(self, each.value) for each in Outcome}}
