"""Says the hours of a week in words, days that are alike together: *Mon–Fri 08:00–12:00*."""

import re
from datetime import date, timedelta
from itertools import groupby

from flask_babel import format_date
from flask_babel import gettext as _

from nucleus.ground.i18n import joined
from nucleus.resources.hours import hours_on
from nucleus.resources.wording import span_words

MONDAY = date(2024, 1, 8)
"""A Monday of an ordinary week without a holiday: paper hangs for months."""

HOURS = ("hours", "emergency_hours")
"""The facts that hold hours in the syntax nobody speaks."""

ALWAYS = "24/7"
ONLY_A_WEEK = re.compile(
    r"(?:Mo|Tu|We|Th|Fr|Sa|Su|off|closed|[\d:,; -])+?(; *PH (?:off|closed))?;? *"
)
"""Hours of which a week says everything, but for the days on which everybody is shut."""


def hours_words(hours: str | None) -> str:
    """Return hours as people say them; those of seasons and odd weeks as they are written."""
    found = ONLY_A_WEEK.fullmatch(hours or "")
    if not hours or (not found and hours.strip() != ALWAYS):
        return hours or ""
    said = [f"{days} {spans}" for days, spans in week_words(hours)]
    if found and found[1]:
        said.append(_("closed on public holidays"))
    return "; ".join(said) or hours


def week_words(hours: str | None) -> list[tuple[str, str]]:
    """Return days and their hours; nothing when nobody knows them or no week is like another."""
    if not hours:
        return []
    if hours.strip() == ALWAYS:
        return [(str(_("every day")), str(_("day and night")))]
    week = [(MONDAY + timedelta(days=n), _spans_words(hours, n)) for n in range(7)]
    grouped = [(words, [day for day, _words in days]) for words, days in groupby(week, key=_spoken)]
    return [(_days_words(days), words) for words, days in grouped if words]


def _spoken(each: tuple[date, str]) -> str:
    return each[1]


def _spans_words(hours: str, day: int) -> str:
    spans = [span_words(span) for span in hours_on(hours, MONDAY + timedelta(days=day))]
    return joined(spans)


def _days_words(days: list[date]) -> str:
    first, last = (format_date(day, "EEE") for day in (days[0], days[-1]))
    return str(first if len(days) == 1 else f"{first}–{last}")
