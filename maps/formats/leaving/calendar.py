"""Writes when a place is open as a calendar (RFC 5545), so that a phone shows it without asking us.

The hours are not translated word for word: each day of a year is evaluated, and what repeats
weekly is said as a rule, with the days it does not hold. So every way of writing hours comes out
right, and what nobody knows, such as most public holidays, stands in no event.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b

from flask_babel import gettext as _

from maps.formats.leaving.shown import Shown
from nucleus.resources.hours import ITALY, certain_spans

AHEAD = timedelta(days=365)
"""So far ahead a calendar speaks; whoever subscribed fetches it anew each day."""

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY = timedelta(days=1)
LONGEST = 74
"""Bytes of a line; longer ones are folded."""

ROME = [
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Rome",
    "BEGIN:DAYLIGHT",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "DTSTART:19700329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "DTSTART:19701025T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "END:VTIMEZONE",
]

Span = tuple[time, timedelta]
"""When a door opens, and for how long, by the clock on the wall."""


@dataclass(frozen=True)
class Stretch:
    """Hours that hold from one day to another, both counted."""

    osm: str | None
    first: date
    last: date
    emergency: bool = False


@dataclass(frozen=True)
class Repeated:
    """A span, the weekdays on which it is usual, where it is missing, and where it is extra."""

    span: Span
    weekdays: tuple[int, ...]
    days: tuple[date, ...]
    missing: tuple[date, ...]
    extra: tuple[date, ...]


def as_calendar(shown: Shown, page: str, *, usual: str | None, today: date, stamp: datetime) -> str:
    """Return the calendar of one place.

    Args:
        shown: the place as strangers may see it.
        page: its page for people.
        usual: its usual hours, with the days its town keeps holiday.
        today: the first day it speaks of.
        stamp: when its facts were last changed.
    """
    row = shown.resource
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Nucleus//Opening hours//EN"]
    lines += ["CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"X-WR-CALNAME:{_text(row.name)}"]
    lines += ["REFRESH-INTERVAL;VALUE=DURATION:P1D", "X-PUBLISHED-TTL:P1D", *ROME]
    about = _about(shown, page)
    for stretch in stretches(shown, usual, today):
        for one in repeated(stretch):
            lines += _events(shown, stretch, one, about=[f"DTSTAMP:{_utc(stamp)}", *about])
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def stretches(shown: Shown, usual: str | None, today: date) -> Iterator[Stretch]:
    """Give the hours for now until their last day, then the usual ones."""
    row, end = shown.resource, today + AHEAD
    until = row.emergency_until
    if row.emergency_hours and until and until >= today:
        yield Stretch(row.emergency_hours, today, min(until, end), emergency=True)
        today = until + DAY
    if today <= end:
        yield Stretch(usual, today, end)


def repeated(stretch: Stretch) -> list[Repeated]:
    """Return the spans of a stretch, each as a weekly rule with its exceptions."""
    by_day = _spans_by_day(stretch)
    days = [stretch.first + DAY * at for at in range((stretch.last - stretch.first).days + 1)]
    usual = _usual(by_day, days)
    spans = sorted({span for found in by_day.values() for span in found})
    return [_one(span, usual, by_day, days) for span in spans]


def _spans_by_day(stretch: Stretch) -> dict[date, set[Span]]:
    """Return when the door certainly opens on each day; one that never shuts opens at midnight."""
    found = defaultdict[date, set[Span]](set)
    start = datetime.combine(stretch.first, time())
    for opens, closes in certain_spans(stretch.osm, stretch.first, stretch.last):
        while opens < closes:
            midnight = datetime.combine(opens.date() + DAY, time())
            ends = midnight if closes - opens > DAY else closes
            if opens >= start:
                found[opens.date()].add((opens.time(), ends - opens))
            opens = ends
    return found


def _usual(by_day: dict[date, set[Span]], days: Iterable[date]) -> dict[int, frozenset[Span]]:
    """Return what is most common on each weekday."""
    counts = defaultdict[int, Counter[frozenset[Span]]](Counter)
    for day in days:
        counts[day.weekday()][frozenset(by_day.get(day, ()))] += 1
    return {weekday: count.most_common(1)[0][0] for weekday, count in counts.items()}


def _one(
    span: Span,
    usual: dict[int, frozenset[Span]],
    by_day: dict[date, set[Span]],
    days: list[date],
) -> Repeated:
    weekdays = tuple(weekday for weekday in sorted(usual) if span in usual[weekday])
    ruled = [day for day in days if day.weekday() in weekdays]
    open_on = {day for day in days if span in by_day.get(day, ())}
    return Repeated(
        span,
        weekdays,
        days=tuple(ruled),
        missing=tuple(day for day in ruled if day not in open_on),
        extra=tuple(sorted(open_on - set(ruled))),
    )


def _events(shown: Shown, stretch: Stretch, one: Repeated, *, about: list[str]) -> Iterator[str]:
    """Give the event of a rule, and the one of the days beside it."""
    if one.days:
        until = _utc(datetime.combine(one.days[-1], one.span[0], ITALY))
        byday = ",".join(DAYS[weekday] for weekday in one.weekdays)
        rule = [f"RRULE:FREQ=WEEKLY;UNTIL={until};BYDAY={byday}"]
        rule += [f"EXDATE;TZID=Europe/Rome:{_at(day, one.span)}" for day in one.missing]
        yield from _event(shown, stretch, one.span, first=one.days[0], lines=[*rule, *about])
    if one.extra:
        beside = [f"RDATE;TZID=Europe/Rome:{_at(day, one.span)}" for day in one.extra[1:]]
        yield from _event(shown, stretch, one.span, first=one.extra[0], lines=[*beside, *about])


def _event(
    shown: Shown, stretch: Stretch, span: Span, *, first: date, lines: list[str]
) -> Iterator[str]:
    opens = datetime.combine(first, span[0])
    said = f"{stretch.emergency}{span}{[line for line in lines if line.startswith('R')]}"
    mark = blake2b(said.encode(), digest_size=6).hexdigest()
    name = shown.resource.name
    words = _("%(name)s (hours for now)", name=name) if stretch.emergency else name
    yield from ("BEGIN:VEVENT", f"UID:{shown.resource.uid}-{mark}", f"SUMMARY:{_text(words)}")
    yield f"DTSTART;TZID=Europe/Rome:{opens:%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID=Europe/Rome:{opens + span[1]:%Y%m%dT%H%M%S}"
    yield from lines
    yield from ("TRANSP:TRANSPARENT", "END:VEVENT")


def _about(shown: Shown, page: str) -> list[str]:
    """Return the lines every event of a place carries."""
    row = shown.resource
    first = _("By appointment: call first.") if row.by_appointment else ""
    first = first or (_("Call before you go.") if row.phone_first else "")
    said = "\n".join(part for part in (first, ", ".join(row.phones), row.hours_words) if part)
    where = ", ".join(part for part in (shown.address, shown.comune) if part)
    lines = [f"URL:{page}"]
    lines += [f"DESCRIPTION:{_text(said)}"] if said else []
    lines += [f"LOCATION:{_text(where)}"] if where else []
    return lines + ([f"GEO:{shown.point[0]:.6f};{shown.point[1]:.6f}"] if shown.point else [])


def _at(day: date, span: Span) -> str:
    return f"{datetime.combine(day, span[0]):%Y%m%dT%H%M%S}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(said: str) -> str:
    """Return words as a calendar holds them; signs nobody types are left out."""
    plain = "".join(sign for sign in said if sign == "\n" or sign.isprintable())
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line in pieces that are short enough; a letter is never cut in two."""
    pieces, size = [""], 0
    for sign in line:
        more = len(sign.encode())
        if size + more > LONGEST:
            pieces.append(" ")
            size = 1
        pieces[-1] += sign
        size += more
    return "\r\n".join(pieces)
