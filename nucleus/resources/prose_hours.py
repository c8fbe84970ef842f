"""Turns Italian prose about opening hours into a proposal in OSM syntax; pure, and never guesses.

Every word must be understood. Words left over are handed back, and a person decides: a wrong hour
sends someone in need to a closed door.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from nucleus.resources.hours import UnreadableHours, check_hours

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_SHORT = {"lun": 0, "mar": 1, "mer": 2, "gio": 3, "ven": 4, "sab": 5, "dom": 6}
_ITALIAN = tuple(_SHORT)

_DAY = (
    r"(?:lun(?:ed[iìí])?|mar(?:ted[iìí])?|mer(?:coled[iìí])?|gio(?:ved[iìí])?"
    r"|ven(?:erd[iìí])?|sab(?:ato)?|dom(?:enica)?)(?![a-zìíà])'?"
)
_CLOCK = r"\d{1,2}(?:[.:]\d{2})?(?!\d)"
_TOKEN = re.compile(
    rf"""(?P<range>(?:d?al(?:la)?\s+)?(?P<first>{_DAY})\.?\s*(?:-|al(?:la)?\s)\s*(?P<last>{_DAY}))
    |(?P<day>{_DAY})
    |(?P<always>tutti\s+i\s+giorni|ogni\s+giorno)
    |(?P<nonstop>sempre\s+apert[oa]|24\s?(?:h|ore)?\s?(?:/|su)\s?24\s?(?:h|ore)?|h\s?24)
    |(?P<time>(?:dalle?\s+(?:ore\s+)?|ore\s+)?(?P<opens>{_CLOCK})
        \s*(?:-|alle?(?:\s+ore)?\s|/)\s*(?P<closes>{_CLOCK}))
    |(?P<shut>chiuso)
    |(?P<slash>/)
    |(?P<glue>[\s,;.:()&]+|(?:e|anche|ore|il|h)\b\.?)
    |(?P<other>[^\s,;]+)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Proposal:
    """What the prose was understood to say.

    Attributes:
        osm: the hours in OSM syntax; empty when nothing certain was found.
        leftovers: the words nobody understood, in order, as whoever wrote them would say them:
            a day without times, and a day whose times overlap with those times.
    """

    osm: str
    leftovers: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Tell whether every word was understood."""
        return bool(self.osm) and not self.leftovers


@lru_cache(maxsize=2_000)
def propose_hours(prose: str) -> Proposal:
    """Read Italian prose such as *dal lunedì al venerdì 8.30-12.30, martedì anche 15-17*.

    Many desks of a long list keep the same hours, and most rows say nothing.
    """
    reader = _Reader()
    for token in _TOKEN.finditer(_tidy(prose)):
        reader.take(token)
    reader.close()
    return _checked(reader)


def _tidy(prose: str) -> str:
    """Make one line of it, with one kind of dash, of apostrophe and of space."""
    line = re.sub("[\u2013\u2014\u2212]", "-", prose.lower()).replace("\u2019", "'")
    return re.sub(r"\s+", " ", line).strip()


class _Reader:
    """Collects days until times come, then gives those days those times."""

    def __init__(self) -> None:
        self.days: list[int] = []
        self.said: list[str] = []
        self.week: dict[int, list[str]] = {}
        self.leftovers: list[str] = []
        self._days_are_used = False

    def take(self, token: re.Match[str]) -> None:
        """Understand one token, or keep it as a leftover."""
        match _kind(token):
            case "range":
                self._add_days(_days_between(token["first"], token["last"]), token.group())
            case "day":
                self._add_days([_index(token["day"])], token.group())
            case "always":
                self._add_days(range(7), token.group())
            case "time":
                self._add_time(token["opens"], token["closes"])
            case "nonstop":
                self._add_nonstop()
            case "slash" if self._days_are_used:
                pass  # between two times of a day; between two days it may mean "to" or "and"
            case "other" | "shut" | "slash":
                self.leftovers.append(token.group())

    def close(self) -> None:
        """Say which days were named and got no times."""
        if self.days and not self._days_are_used:
            self.leftovers.extend(self.said)

    def _add_days(self, days: range | list[int], said: str) -> None:
        if self._days_are_used:
            self.days, self.said, self._days_are_used = [], [], False
        self.days.extend(days)
        self.said.append(said)

    def _add_time(self, opens: str, closes: str) -> None:
        span = _span(opens, closes)
        if not self.days or span is None:
            self.leftovers.append(f"{opens}-{closes}")
            return
        self._days_are_used = True
        for day in dict.fromkeys(self.days):
            self.week.setdefault(day, []).append(span)

    def _add_nonstop(self) -> None:
        self.days = self.days or list(range(7))
        self._add_time("0.00", "24.00")


def _kind(token: re.Match[str]) -> str:
    kinds = ("range", "day", "always", "nonstop", "time", "shut", "slash", "glue", "other")
    return next(kind for kind in kinds if token[kind] is not None)


def _index(day: str) -> int:
    return _SHORT[day[:3]]


def _days_between(first: str, last: str) -> list[int]:
    start, end = _index(first), _index(last)
    return list(range(start, end + 1)) if start <= end else [*range(start, 7), *range(end + 1)]


def _span(opens: str, closes: str) -> str | None:
    """Return *08:30-12:00*, or None when a number is no time or the door shuts before it opens.

    A desk open over midnight is written by hand: in prose, 18-8 is more often a slip.
    """
    start, end = _minutes(opens), _minutes(closes)
    if start is None or end is None or start >= end:
        return None
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


def _minutes(clock: str) -> int | None:
    hours, _, minutes = clock.replace(":", ".").partition(".")
    total = int(hours) * 60 + int(minutes or 0)
    return total if total <= 24 * 60 and int(minutes or 0) < 60 else None


def _checked(reader: _Reader) -> Proposal:
    osm = _as_osm(reader.week)
    overlaps = [
        f"{_ITALIAN[day]} {', '.join(spans)}"
        for day, spans in reader.week.items()
        if _overlap(spans)
    ]
    leftovers = tuple(reader.leftovers + overlaps)
    try:
        return Proposal(check_hours(osm), leftovers)
    except UnreadableHours:
        return Proposal("", leftovers or (osm,))


def _overlap(spans: list[str]) -> bool:
    """Tell whether two different spans of a day overlap: the prose then means something else."""
    ordered = sorted(set(spans))
    return any(earlier[6:] > later[:5] for earlier, later in pairwise(ordered))


def _as_osm(week: dict[int, list[str]]) -> str:
    """Write the week, days with the same spans together: *Mo-We,Fr 08:30-12:00*."""
    by_spans: dict[str, list[int]] = {}
    for day in sorted(week):
        by_spans.setdefault(",".join(sorted(set(week[day]))), []).append(day)
    if by_spans == {"00:00-24:00": list(range(7))}:
        return "24/7"
    return "; ".join(f"{_day_list(days)} {spans}" for spans, days in by_spans.items())


def _day_list(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    if len(run) == 1:
        return DAYS[run[0]]
    return DAYS[run[0]] + ("," if len(run) == 2 else "-") + DAYS[run[-1]]
