"""The one clock of the house, so that a test can hold it still."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_still: list[datetime] = []


def now() -> datetime:
    """Return this instant in UTC, aware."""
    return _still[-1] if _still else datetime.now(UTC)


def local(instant: datetime, zone: str) -> datetime:
    """Return the instant as the wall clock of a time zone such as `Europe/Rome` shows it."""
    return instant.astimezone(ZoneInfo(zone))


@contextmanager
def held_at(instant: datetime) -> Iterator[None]:
    """Hold the clock still, for a test or for a story told about another night."""
    _still.append(instant.astimezone(UTC))
    try:
        yield
    finally:
        _still.pop()


def advance(by: timedelta) -> None:
    """Move a clock that is held still; an unheld clock can't be moved."""
    _still[-1] += by
