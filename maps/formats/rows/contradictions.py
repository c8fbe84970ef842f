"""Tells whether opening hours say two things of the same day; pure.

In the syntax of OpenStreetMap the later of two rules wins for the whole day. People who write
`Mo-Fr 09:00-13:00; Mo 15:00-18:00` mean both, and a shorter Wednesday is meant as it stands: only
what can't be meant, or means less than it seems to, is doubted.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from nucleus.resources.prose_hours import DAYS

_DAY = "|".join(DAYS)
_RULE = re.compile(
    rf"(?P<days>(?:{_DAY})(?:[-,](?:{_DAY}))*)?\s*(?P<times>off|closed|24/7|\d\d?:\d\d.*)", re.I
)
_SPAN = re.compile(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)")


@dataclass(frozen=True)
class Rule:
    """The days a rule speaks of, and from which minute to which they are open: none is shut."""

    days: frozenset[int]
    spans: tuple[tuple[int, int], ...]

    @property
    def is_nonstop(self) -> bool:
        """Say whether the door never shuts."""
        return len(self.days) == len(DAYS) and self.spans == ((0, 24 * 60),)

    def overlaps(self, other: "Rule") -> bool:
        """Say whether both are open at some minute."""
        return any(a < d and c < b for a, b in self.spans for c, d in other.spans)


@lru_cache(maxsize=2_000)
def contradicts(osm: str) -> bool:
    """Tell whether hours say two things of the same day, or of the same minute of it."""
    rules = [rule for said in osm.split(";") if (rule := _rule(said.strip()))]
    clashing = (_clash(first, later) for first, later in combinations(rules, 2))
    return any(clashing) or any(_contradicts_itself(rule) for rule in rules)


def _rule(said: str) -> Rule | None:
    """Return a plain rule; one with months, weeks or holidays may mean anything."""
    found = _RULE.fullmatch(said)
    if not found:
        return None
    days, times = _days(found["days"]), found["times"]
    if times == "24/7":
        return Rule(days, ((0, 24 * 60),))
    if not times[0].isdigit():
        return Rule(days, ())
    spans = [_SPAN.fullmatch(one.strip()) for one in times.split(",")]
    clear = [tuple(int(part) for part in span.groups()) for span in spans if span]
    minutes = tuple((h * 60 + m, to_h * 60 + to_m) for h, m, to_h, to_m in clear)
    return Rule(days, minutes) if len(clear) == len(spans) else None


def _days(said: str | None) -> frozenset[int]:
    if said is None:
        return frozenset(range(len(DAYS)))
    days: set[int] = set()
    for part in said.split(","):
        first, _to, last = part.partition("-")
        start, end = _index(first), _index(last or first)
        days.update(range(start, end + 1) if start <= end else {*range(start, 7), *range(end + 1)})
    return frozenset(days)


def _index(day: str) -> int:
    return DAYS.index(day.capitalize())


def _clash(first: Rule, later: Rule) -> bool:
    """Say whether the later rule takes from a day what it seems to add to it, or all of it."""
    if not first.days & later.days:
        return False
    if first.days == later.days:
        return True
    if not first.spans or not later.spans:
        return False  # shut on one of these days
    return first.is_nonstop or not first.overlaps(later)


def _contradicts_itself(rule: Rule) -> bool:
    """Say whether times of one rule overlap, or open and shut in the same minute."""
    overlap = any(earlier[1] > later[0] for earlier, later in pairwise(sorted(rule.spans)))
    return overlap or any(opens == closes for opens, closes in rule.spans)
