"""How true what we say of a place still is: two dates, a term, and words for a badge; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TERM = timedelta(days=180)
"""After half a year nobody relies on a phone number or on hours without asking first."""


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
