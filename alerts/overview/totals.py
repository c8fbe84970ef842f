"""What may be told outside: totals of a quarter, without place, language, hour or person.

Fewer than five alerts are not told at all: behind a small number somebody can be recognised.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select

from alerts.models import Alert
from alerts.overview import story
from nucleus.ground import clock
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.ground.web import settings

LEAST = 5
LOOK_BACK = timedelta(days=3 * 366)
CHUNK = 500
HEADS = ("quarter", "alerts", "people_asked", "said_yes", "found_enough", "minutes_to_first_yes")


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """The totals of one quarter, or only its name where there were too few alerts to tell."""

    name: str
    alerts: int | None = None
    asked: int | None = None
    accepted: int | None = None
    full: int | None = None
    minutes_to_first_yes: int | None = None

    def row(self) -> tuple[str | int, ...]:
        """Return the same as a line of a table; what is not told stays empty."""
        told = (self.alerts, self.asked, self.accepted, self.full, self.minutes_to_first_yes)
        return (self.name, *("" if value is None else value for value in told))


def totals_of(organisations: frozenset[int] | None) -> tuple[Quarter, ...]:
    """Return the quarters of the last three years in which alerts ended, the newest first.

    The quarter that is still going on is left out, since a total that grows by one tells of one.
    """
    ended = _ended(organisations)
    stories = _stories(ended)
    quarters: dict[str, list[story.Story]] = defaultdict(list)
    for alert, at in ended.items():
        quarters[quarter_of(at)].append(stories[alert])
    quarters.pop(quarter_of(now()), None)
    return tuple(_total(name, quarters[name]) for name in sorted(quarters, reverse=True))


def quarter_of(instant: datetime) -> str:
    """Return the quarter an instant falls into on the installation's calendar."""
    there = clock.local(instant, settings().time_zone)
    return f"{there.year}-{(there.month + 2) // 3}"


def _ended(organisations: frozenset[int] | None) -> dict[int, datetime]:
    """Return alert → when it ended; drills, and what was never sent, are no alerts."""
    real = select(Alert.id, Alert.closed_at).where(
        Alert.state == "closed",
        Alert.drill.is_(False),
        Alert.opened_at.is_not(None),
        Alert.closed_at > now() - LOOK_BACK,
    )
    if organisations is not None:
        real = real.where(Alert.organisation_id.in_(organisations))
    return {alert: at for alert, at in db.session.execute(real) if at}


def _stories(alerts: Iterable[int]) -> dict[int, story.Story]:
    """Tell each alert's story from the journal alone."""
    ids = list(alerts)
    entries: dict[str, list[LogEntry]] = defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        subjects = [f"alert:{alert}" for alert in ids[start : start + CHUNK]]
        mine = select(LogEntry).where(LogEntry.subject.in_(subjects)).order_by(LogEntry.id)
        for entry in db.session.scalars(mine):
            entries[entry.subject or ""].append(entry)
    return {alert: story.fold(entries[f"alert:{alert}"]) for alert in ids}


def _total(name: str, stories: Sequence[story.Story]) -> Quarter:
    if len(stories) < LEAST:
        return Quarter(name=name)
    first = [one.seconds_until(one.first_accept_at) for one in stories]
    known = [seconds for seconds in first if seconds is not None]
    return Quarter(
        name=name,
        alerts=len(stories),
        asked=sum(len(one.asked) for one in stories),
        accepted=sum(len(one.accepted) for one in stories),
        full=sum(one.full_at is not None for one in stories),
        minutes_to_first_yes=round(median(known) / 60) if len(known) >= LEAST else None,
    )
