"""Says when doors are open over the next days, for a phone that can't read hours; pure.

A phone without the net knows the moment and these numbers. When they end it knows nothing, and
says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from nucleus.resources.hours import ITALY, Spell, spells_between

AHEAD = timedelta(days=14)
"""So long what was known at the start is worth telling; holidays and emergencies come between."""

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Hours:
    """The hours of a place: the usual ones, and others until the last day of an emergency."""

    usual: str | None
    emergency: str | None = None
    until: date | None = None


def doors_ahead(hours: Hours, start: datetime) -> str:
    """Return the spells of two weeks as minutes after *start*: `30-270 1440?2880`.

    A line is certain, a question mark is perhaps; in between the door is closed.
    """
    return " ".join(_minutes(spell, start) for spell in _joined(_spells(hours, start)))


def _joined(spells: Iterable[Spell]) -> list[Spell]:
    """Make one of what meets: a door does not close when an emergency ends at midnight."""
    joined: list[Spell] = []
    for spell in spells:
        last = joined[-1] if joined else None
        if last and last.closes == spell.opens and last.certain == spell.certain:
            joined[-1] = replace(last, closes=spell.closes)
        elif spell.opens < spell.closes:
            joined.append(spell)
    return joined


def _spells(hours: Hours, start: datetime) -> Iterator[Spell]:
    """Give what an emergency says until it ends, then what is usual."""
    end = turn = start + AHEAD
    if hours.emergency and hours.until:
        midnight = datetime.combine(hours.until + timedelta(days=1), time(), tzinfo=ITALY)
        turn = min(max(midnight, start), end)
        yield from spells_between(hours.emergency, start, turn)
        start = turn
    yield from spells_between(hours.usual, start, end)


def _minutes(spell: Spell, start: datetime) -> str:
    sign = "-" if spell.certain else "?"
    return f"{(spell.opens - start) // MINUTE}{sign}{(spell.closes - start) // MINUTE}"
