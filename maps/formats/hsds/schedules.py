"""Turns the schedules of HSDS into opening hours in OSM syntax, and back; pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from maps.formats.hsds.words import DAYS

WEEK = tuple(DAYS.values())
CODES = {day: code for code, day in DAYS.items()}
SAID = ("byday", "weekday", "opens_at", "closes_at")
NAMED = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RULE = re.compile(r"((?:(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?,?)+) ([\d:,-]+)")


def hours_in(schedules: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the hours the schedules say, nothing when they say none, None when unclear."""
    week: dict[str, set[str]] = {}
    for one in schedules:
        span, days = _span(one), _days(one)
        if not days and not span and not any(one.get(name) for name in SAID):
            continue
        if not days or not span or _is_special(one):
            return None
        for day in days:
            week.setdefault(day, set()).add(span)
    rules = (f"{day} {','.join(sorted(week[day]))}" for day in WEEK if day in week)
    return "; ".join(rules)


def _is_special(one: Mapping[str, Any]) -> bool:
    """Tell whether the rule holds only in some weeks, months or days of a month."""
    names = ("valid_from", "valid_to", "until", "count", "byweekno", "bymonthday", "byyearday")
    every = str(one.get("interval") or "1")
    return any(one.get(name) for name in names) or every not in {"1", "1.0"}


def _days(one: Mapping[str, Any]) -> list[str]:
    """Return the days, from 3.x (`byday`) or from 1.x (`weekday`, by number or by name)."""
    said = str(one.get("byday") or one.get("weekday") or "").strip()
    days = [_day(word) for word in re.split(r"[,\s]+", said) if word]
    return [day for day in days if day] if all(days) else []


def _day(word: str) -> str | None:
    if word.isdigit():
        return WEEK[int(word) - 1] if 1 <= int(word) <= 7 else None
    if word.lower() in NAMED:
        return WEEK[NAMED.index(word.lower())]
    return DAYS.get(word.upper()[:2]) if len(word) <= 3 else None


def _span(one: Mapping[str, Any]) -> str:
    times = [_clock(str(one.get(name) or "")) for name in ("opens_at", "closes_at")]
    return "-".join(times) if all(times) else ""


def _clock(said: str) -> str:
    found = re.match(r"(\d{1,2}):(\d{2})", said)
    return f"{int(found[1]):02d}:{found[2]}" if found else ""


def schedules_of(osm: str | None) -> list[dict[str, str]]:
    """Return weekly schedules for hours that are plain enough; the others travel as words."""
    if osm == "24/7":
        osm = "Mo-Su 00:00-24:00"
    found: list[dict[str, str]] = []
    for rule in (part.strip() for part in (osm or "").split(";")):
        if rule.startswith("PH ") or not rule:
            continue
        plain = _RULE.fullmatch(rule)
        if not plain:
            return []
        byday = ",".join(CODES[day] for day in _listed(plain[1]))
        for span in plain[2].split(","):
            opens, _dash, closes = span.partition("-")
            found.append({"freq": "WEEKLY", "byday": byday, "opens_at": opens, "closes_at": closes})
    return found


def _listed(days: str) -> list[str]:
    listed: list[str] = []
    for part in days.split(","):
        first, _dash, last = part.partition("-")
        start, end = WEEK.index(first), WEEK.index(last or first)
        listed += WEEK[start : end + 1] if start <= end else WEEK[start:] + WEEK[: end + 1]
    return listed
