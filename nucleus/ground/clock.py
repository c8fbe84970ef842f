"""The one clock of the house, so that a test can hold it still.

The wall clock may be set by hand, by a time server, by a broken battery. What must not depend on
that asks `steady`, and what would do harm too early or too late asks `earliest` or `latest`.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SLEWED = timedelta(seconds=2)
"""A smaller difference is a clock that is led gently to the right time."""

CORRECTED = timedelta(hours=2)
"""A greater one is a clock that was wrong before: a machine that started without the time."""

BELIEVED_AFTER = 3600.0
"""Seconds after which a clock that was set is right, whoever set it."""


@dataclass
class _Hand:
    """A clock that is held still: what the wall shows, and how many seconds have passed."""

    wall: datetime
    passed: float = 0.0


@dataclass
class _Anchor:
    """What the wall showed when we last believed it, and since when it has shown otherwise."""

    wall: datetime
    passed: float
    doubted: float | None = None


_still: list[_Hand] = []
_anchors: list[_Anchor] = []


def now() -> datetime:
    """Return this instant in UTC, aware."""
    return _still[-1].wall if _still else datetime.now(UTC)


def steady() -> float:
    """Return seconds that only go forward, at the same pace, however the clock is set."""
    return _still[-1].passed if _still else _uptime()


def earliest() -> datetime:
    """Return the earlier of what the wall shows and what it would show had nobody set it."""
    return min(now(), _unset())


def latest() -> datetime:
    """Return the later of what the wall shows and what it would show had nobody set it."""
    return max(now(), _unset())


def local(instant: datetime, zone: str) -> datetime:
    """Return the instant as the wall clock of a time zone such as `Europe/Rome` shows it."""
    return instant.astimezone(ZoneInfo(zone))


@contextmanager
def held_at(instant: datetime) -> Iterator[None]:
    """Hold the clock still, for a test or for a story told about another night."""
    _still.append(_Hand(instant.astimezone(UTC)))
    before = _anchors[:]
    _anchors.clear()
    try:
        yield
    finally:
        _still.pop()
        _anchors[:] = before


def advance(by: timedelta) -> None:
    """Let time pass on a clock that is held still; backwards, it was set: time never flows so."""
    if by < timedelta(0):
        jump(by)
        return
    _still[-1].wall += by
    _still[-1].passed += by.total_seconds()


def jump(by: timedelta) -> None:
    """Set a clock that is held still to another time, although none has passed."""
    _unset()
    _still[-1].wall += by


def _uptime() -> float:
    """Seconds since the machine started; on Linux those it slept count too."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if _BOOTTIME else time.monotonic()


_BOOTTIME = hasattr(time, "CLOCK_BOOTTIME")


def _unset() -> datetime:
    """Return what the wall would show had nobody set it since we last believed it."""
    shown, passed = now(), steady()
    if not _anchors:
        _anchors.append(_Anchor(shown, passed))
    anchor = _anchors[0]
    likely = anchor.wall + timedelta(seconds=passed - anchor.passed)
    gap = abs(shown - likely)
    since = passed if anchor.doubted is None else anchor.doubted
    if gap < SLEWED or gap > CORRECTED or passed - since >= BELIEVED_AFTER:
        _anchors[:] = [_Anchor(shown, passed)]
        return shown
    anchor.doubted = since
    return likely
