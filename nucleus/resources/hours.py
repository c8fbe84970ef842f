"""Opening hours in three states (open, closed, unknown), read from OSM syntax; pure.

Unknown is an answer, not a failure: a desk whose hours nobody could read is never called closed.
The syntax is https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import opening_hours

ITALY = ZoneInfo("Europe/Rome")
SOON = timedelta(minutes=30)
"""From here on a page says "closes at": who sets out now may find the door shut."""

FAR = timedelta(days=60)
"""A change of state further away than this helps nobody who needs help today."""


class OpenState(StrEnum):
    """What can be said about a door at one moment."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Holiday(StrEnum):
    """Why nobody can say whether a door is open: the words stand in the hours as a remark."""

    PUBLIC = "public holiday"
    LOCAL = "local holiday"


_STATES = {
    opening_hours.State.OPEN: OpenState.OPEN,
    opening_hours.State.CLOSED: OpenState.CLOSED,
    opening_hours.State.UNKNOWN: OpenState.UNKNOWN,
}


@dataclass(frozen=True)
class Opening:
    """The state at one moment, and what comes next (times are of Italy).

    `holiday` says why it is unknown, when that is the reason.
    """

    state: OpenState
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    closes_soon: bool = False
    holiday: Holiday | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether the door is certainly open."""
        return self.state is OpenState.OPEN


@dataclass(frozen=True)
class Span:
    """Hours of one day; *certain* is False when they may hold or not."""

    opens: time
    closes: time
    certain: bool = True


@dataclass(frozen=True)
class Spell:
    """From when to when a door is open; perhaps only, when it is not *certain*."""

    opens: datetime
    closes: datetime
    certain: bool = True


UNKNOWN = Opening(OpenState.UNKNOWN)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RESTS = re.compile(rf'; [^;"]* unknown "{Holiday.LOCAL}"$')
_ALSO_ON_HOLIDAYS = re.compile(r"24/7$|(?:Mo-Su, ?PH|PH, ?Mo-Su)(?! (?:off|closed))")


class UnreadableHours(ValueError):
    """The text is not in the syntax of opening hours."""


def check_hours(osm: str) -> str:
    """Return the hours trimmed, or raise UnreadableHours; empty means that nobody knows them."""
    osm = osm.strip()
    if osm and not opening_hours.validate(osm):
        raise UnreadableHours(osm)
    return osm


def hours_in_force(
    usual: str | None, emergency: str | None, *, until: date | None, day: date
) -> str | None:
    """Return the hours that hold on a day: those of an emergency until it ends, else the usual."""
    return emergency if emergency and until and day <= until else usual


def rest_rule(days: Iterable[tuple[int, int]]) -> str:
    """Return what is added to the hours of a town that keeps holiday by itself on these days.

    On them its hours are unknown, as on a public holiday; (1, 25) is the 25th of January.
    """
    listed = ",".join(f"{MONTHS[month - 1]} {day:02}" for month, day in days)
    return f'; {listed} unknown "{Holiday.LOCAL}"' if listed else ""


def opening_at(osm: str | None, now: datetime) -> Opening:
    """Tell whether the door is open at *now* (with a time zone), and what comes next.

    On a public holiday of Italy, hours that do not speak of holidays (PH) are unknown: most desks
    are shut, some are not, and nobody should travel on a guess.
    """
    hours = _read(osm or "")
    if hours is None:
        return UNKNOWN
    local = now.astimezone(ITALY)
    found, remark = hours.state(local)
    state = _STATES[found]
    if state is OpenState.UNKNOWN:
        return replace(UNKNOWN, holiday=next((one for one in Holiday if one == remark), None))
    if state is OpenState.CLOSED:
        return Opening(state, opens_at=_next(hours, local, wanted={OpenState.OPEN}))
    change = _next(hours, local, wanted={OpenState.CLOSED, OpenState.UNKNOWN})
    soon = change is not None and change - local <= SOON
    return Opening(state, closes_at=change, closes_soon=soon)


def is_open_at(osm: str | None, now: datetime) -> OpenState:
    """Return only the state: half the work, for lists of thousands."""
    hours = _read(osm or "")
    return OpenState.UNKNOWN if hours is None else _STATES[hours.state(now.astimezone(ITALY))[0]]


def hours_on(osm: str | None, day: date) -> list[Span]:
    """Return the spans of one day, in order; empty when closed all day or unknown."""
    hours = _read(osm or "")
    if hours is None:
        return []
    start = datetime.combine(day, time.min, tzinfo=ITALY)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=ITALY)
    return [
        Span(opens.timetz().replace(tzinfo=None), closes.timetz().replace(tzinfo=None), certain)
        for opens, closes, certain in _spans(hours, start, end)
    ]


def certain_spans(osm: str | None, first: date, last: date) -> list[tuple[datetime, datetime]]:
    """Return when the door certainly is open, from one day to another, both counted.

    The moments are those of the clock on the wall in Italy, without a zone.
    """
    hours = _read(osm or "")
    if hours is None:
        return []
    start = datetime.combine(first, time.min, tzinfo=ITALY)
    end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=ITALY)
    return [
        (opens.replace(tzinfo=None), closes.replace(tzinfo=None))
        for opens, closes, certain in _spans(hours, start, end)
        if certain
    ]


def spells_between(osm: str | None, start: datetime, end: datetime) -> list[Spell]:
    """Return when a door is open from one moment to another, for who can't read hours later.

    In between it is closed. Hours nobody knows, or could read, are one long perhaps.
    """
    hours = _read(osm or "")
    if hours is None:
        return [Spell(start, end, certain=False)]
    return [Spell(*span) for span in _spans(hours, start.astimezone(ITALY), end.astimezone(ITALY))]


def _spans(
    hours: opening_hours.OpeningHours, start: datetime, end: datetime
) -> list[tuple[datetime, datetime, bool]]:
    return [
        (opens, closes, state == opening_hours.State.OPEN)
        for opens, closes, state, _ in hours.intervals(start, end)
        if state != opening_hours.State.CLOSED
    ]


def _next(
    hours: opening_hours.OpeningHours, local: datetime, wanted: set[OpenState]
) -> datetime | None:
    """Return when one of the wanted states begins, if within sixty days.

    Hours written side by side (8-12, 12-14) meet in a change that is none: it is skipped.
    """
    change = hours.next_change(local)
    while change is not None and change - local <= FAR:
        if _STATES[hours.state(change)[0]] in wanted:
            return change
        change = hours.next_change(change)
    return None


@lru_cache(maxsize=20_000)
def _read(osm: str) -> opening_hours.OpeningHours | None:
    """Parse once; None when empty or unreadable (a row imported before a rule was stricter)."""
    rule = _RESTS.search(osm)
    usual = osm[: rule.start() if rule else None].strip("; ")
    if not usual:
        return None
    rests = rule[0] if rule and not _ALSO_ON_HOLIDAYS.search(usual) else ""
    if not any(word in usual for word in ("PH", "24/7", "||")):
        usual = f'{usual}; PH unknown "{Holiday.PUBLIC}"'
    try:
        return opening_hours.OpeningHours(
            usual + rests, timezone=ITALY, country="IT", max_interval_days=366
        )
    except opening_hours.ParserError:  # type: ignore[attr-defined]  # missing in its stubs
        return None
