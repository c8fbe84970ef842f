"""Counts what is inside an area: how many doors, how many open now, how many beds as of when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from maps.finding.search import Search
from nucleus.resources.hours import OpenState
from nucleus.resources.models import Resource


@dataclass
class Kind:
    """How one kind of help stands: doors by their state, and what is free where somebody counted.

    `counted` says of how many doors `free` is known; `as_of` is the oldest of those counts, so
    that nobody takes a sum for newer than its oldest part.
    """

    category_id: int
    doors: dict[OpenState, int] = field(default_factory=lambda: dict.fromkeys(OpenState, 0))
    free: int = 0
    counted: int = 0
    as_of: datetime | None = None

    @property
    def total(self) -> int:
        """How many doors there are."""
        return sum(self.doors.values())

    def add(self, row: Row[*tuple[Any, ...]], state: OpenState) -> None:
        """Count one more."""
        self.doors[state] += 1
        if row.capacity_free is not None and row.capacity_at is not None:
            self.free, self.counted = self.free + row.capacity_free, self.counted + 1
            self.as_of = min(self.as_of or row.capacity_at, row.capacity_at)


@dataclass
class Situation:
    """What is inside an area just now."""

    kinds: list[Kind]
    total: int
    open: int
    emergency: int
    """How many keep other hours than usual today."""


def situation(found: Search) -> Situation:
    """Count everything a search finds."""
    asked = found.selected().add_columns(
        Resource.capacity_free, Resource.capacity_at, Resource.emergency_until
    )
    rows = list(found.read(found.asking(asked)))
    kinds: dict[int, Kind] = {}
    for row, state in rows:
        kinds.setdefault(row.category_id, Kind(row.category_id)).add(row, state)
    most_first = sorted(kinds.values(), key=lambda kind: -kind.total)
    return Situation(
        kinds=most_first,
        total=len(rows),
        open=sum(kind.doors[OpenState.OPEN] for kind in most_first),
        emergency=_in_emergency((row.emergency_until for row, _ in rows), found.today),
    )


def _in_emergency(ends: Iterable[date | None], today: date) -> int:
    return sum(1 for until in ends if until and until >= today)
