"""How true what we say of a place still is: two dates, a term, and words for a badge; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Protocol

TERM = timedelta(days=180)
"""After half a year nobody relies on a phone number or on hours without asking first."""

BEDS_TERM = timedelta(hours=24)
"""How many beds are free is true for a day."""

UNCONFIRMED_TERM = timedelta(days=30)
"""Over how many days the first looks at a long new list are spread."""

SPREAD = 0.2
"""The share of a term by which due dates differ, so that a list checked in one day does not
come due in one day."""


EVENING = "capacity"
"""The group that is told every evening, and not asked in the round of calls."""


class Looked(Protocol):
    """When one group of facts was confirmed."""

    field_group: str
    confirmed_at: datetime | None


class Age(StrEnum):
    """What may be said of when facts were last confirmed."""

    NEVER = "never"
    FRESH = "fresh"
    STALE = "stale"


@dataclass(frozen=True)
class Badge:
    """When a place was last confirmed, as a badge says it."""

    age: Age
    confirmed_at: datetime | None = None
    days: int = 0


def badge_of(confirmed: list[datetime | None], now: datetime) -> Badge:
    """Return the badge of a place from the dates of its groups of facts, newest counting."""
    dates = [moment for moment in confirmed if moment is not None]
    if not dates:
        return Badge(Age.NEVER)
    newest = max(dates)
    age = Age.STALE if now - newest > TERM else Age.FRESH
    return Badge(age, newest, max(0, (now - newest).days))


def confirmations(rows: Iterable[Looked]) -> list[datetime | None]:
    """Return when the groups of facts were confirmed that a badge speaks of.

    How many are free is told every evening: that nobody looked at the hours for three years must
    not read *confirmed today*.
    """
    return [row.confirmed_at for row in rows if row.field_group != EVENING]


def term_of(group: str) -> timedelta:
    """Return how long a confirmation of one group of facts holds."""
    return BEDS_TERM if group == EVENING else TERM


def due_at(uid: str, group: str, *, looked: datetime, confirmed: datetime | None) -> datetime:
    """Return when somebody should look again: never after the term, and not all on one day.

    The part of the term that is cut off comes from a hash of the place and the group, so that it
    is the same each time and differs from place to place.
    """
    digest = blake2b(f"{uid}\n{group}".encode(), digest_size=4).digest()
    share = int.from_bytes(digest, "big") / 2**32
    if confirmed is None:
        return looked + UNCONFIRMED_TERM * share
    return confirmed + term_of(group) * (1 - SPREAD * share)
