"""One question a second for the whole installation, by a clock that stands in the database.

Whoever asks first takes the clock, by one UPDATE that finds it free, and gives it back a second
after the answer. So however many processes and machines there are, and however long an answer
takes, a geocoder never has two of our questions and never less than a second between them. A
process that dies with the clock in its hand loses it after a minute.
"""

from typing import Any

from sqlalchemy import ColumnElement, Float, cast, extract, func, literal, or_, update
from sqlalchemy.exc import IntegrityError

from maps.models import GeocodeClock
from nucleus.ground.database import db, transaction

BETWEEN = 1.0
"""Seconds between the end of one question and the next: what public geocoders ask for."""

LEASE = 60.0
"""Seconds; longer than any question lasts."""

PATIENCE = 3
"""Failures in a row after which the geocoder is left alone for a while."""

SHORTEST, LONGEST, DAY = 60.0, 3600.0, 86400.0
EPOCH = 2440587.5
"""The Julian day on which Unix time begins."""


def seconds_now() -> ColumnElement[Any]:
    """Return the seconds since 1970 by the database's clock, which all machines share."""
    if db.engine.dialect.name == "sqlite":
        return (func.julianday("now") - literal(EPOCH)) * literal(DAY)
    return cast(extract("epoch", func.clock_timestamp()), Float)


def take_clock(provider: str) -> bool:
    """Take the clock of a geocoder; False while somebody else has it or it is left alone.

    A clock that was set back counts as free: nobody waits for a year to come again.
    """
    free = or_(
        GeocodeClock.free_at <= seconds_now(),
        GeocodeClock.free_at > seconds_now() + literal(DAY + LEASE),
    )
    taking = update(GeocodeClock).where(GeocodeClock.provider == provider, free)
    with transaction():
        done = db.session.execute(taking.values(free_at=seconds_now() + literal(LEASE)))
        return bool(done.rowcount)  # type: ignore[attr-defined]


def ensure_clock(provider: str) -> None:
    """Put the clock on the wall, once."""
    try:
        with transaction():
            if db.session.get(GeocodeClock, provider) is None:
                db.session.add(GeocodeClock(provider=provider))
    except IntegrityError:
        pass  # another process hung it up at the same moment


def give_clock_back(provider: str, *, pause: float = BETWEEN, error: str | None = None) -> None:
    """Let the next one ask after a pause in seconds; *error* is the kind of fault, if it was one.

    Opens no transaction: what was learnt and the clock are written together.
    """
    clock = db.session.get_one(GeocodeClock, provider, with_for_update=True)
    clock.asked += 1
    clock.failures = clock.failures + 1 if error else 0
    clock.last_error = error
    pause = max(pause, pause_after(clock.failures))
    db.session.execute(
        update(GeocodeClock)
        .where(GeocodeClock.provider == provider)
        .values(free_at=seconds_now() + literal(min(pause, DAY)))
    )


def pause_after(failures: int) -> float:
    """Return how long a geocoder is left alone: after three failures a minute, then twice that."""
    if failures < PATIENCE:
        return BETWEEN
    return float(min(LONGEST, SHORTEST * 2 ** min(failures - PATIENCE, 10)))
