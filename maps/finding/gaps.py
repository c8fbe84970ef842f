"""Where help is missing: how many places by town, kind, language and hour of the week.

Places are counted here and never people, so small numbers hide nobody and none is left out: a one
and a nought are exactly what this page is for.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from maps.earth.shapes import Town
from maps.finding.search import Search
from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.places.models import Place
from nucleus.resources.hours import ITALY, hours_on
from nucleus.resources.models import Resource, ResourceLanguage

HOURS = range(24)
DAYS = range(7)
MOST_TOWNS = 100


@dataclass(frozen=True)
class Gap:
    """What there is: by (town, kind), by language, by (day, hour) of an ordinary week.

    `towns` stand in order of how little there is; `unsaid` places say no hours at all, so they
    are in no hour; `nowhere` ones name no town.
    """

    total: int
    towns: list[str]
    kinds: list[int]
    cells: Counter[tuple[str, int]]
    languages: list[tuple[str, int]]
    open_at: Counter[tuple[int, int]]
    unsaid: int
    nowhere: int

    def of_kind(self, kind: int) -> int:
        """Return how many of a kind there are."""
        return sum(count for (_, each), count in self.cells.items() if each == kind)

    def of_town(self, town: str) -> int:
        """Return how many there are in a town."""
        return sum(self.cells[town, kind] for kind in self.kinds)

    @property
    def most_open(self) -> int:
        """Return the most that are open in any hour."""
        return max(self.open_at.values(), default=0)

    def shade(self, day: int, hour: int) -> int:
        """Return how dark an hour is drawn, 0 to 4; the number stands in it too."""
        most = self.most_open
        return -(-4 * self.open_at[day, hour] // most) if most else 0


def gap_of(found: Search, terms: Sequence[Term], *, by_province: bool = False) -> Gap:
    """Count everything a search finds.

    Args:
        found: what is looked for.
        terms: the kinds of help; narrower ones are counted with the one they are in.
        by_province: count by province instead of by town.
    """
    wider = {term.id: term.parent_id or term.id for term in terms}
    cells = _cells(found, wider, by_province=by_province)
    nowhere = sum(count for (town, _), count in cells.items() if not town)
    named = Counter({cell: count for cell, count in cells.items() if cell[0]})
    sizes = Counter[str]()
    for (town, _kind), count in named.items():
        sizes[town] += count
    open_at, unsaid = _open_hours(found)
    return Gap(
        total=found.total,
        towns=sorted(sizes, key=lambda town: (sizes[town], town))[:MOST_TOWNS],
        kinds=[term.id for term in terms if term.parent_id is None],
        cells=named,
        languages=_languages(found),
        open_at=open_at,
        unsaid=unsaid,
        nowhere=nowhere,
    )


def _cells(found: Search, wider: dict[int, int], *, by_province: bool) -> Counter[tuple[str, int]]:
    asked = found.asking(
        select(Place.comune, Place.province, Resource.category_id, func.count().label("number"))
    ).group_by(Place.comune, Place.province, Resource.category_id)
    rows = db.session.execute(asked).all()
    names = {} if by_province else _one_name_each(rows)
    cells: Counter[tuple[str, int]] = Counter()
    for comune, province, kind, number in rows:
        town = (province or "") if by_province else names[comune or "", province or ""]
        cells[town, wider[kind]] += number
    return cells


def _one_name_each(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[tuple[str, str], str]:
    """Return what each town is called, however it was spelt: by the spelling most places have.

    A town without its province is the only one called so that has one, as the list takes it too.
    """
    spelt: dict[tuple[str, str], Counter[str]] = {}
    for comune, province, _kind, number in rows:
        spelt.setdefault((plain(comune or ""), province or ""), Counter())[comune or ""] += number
    provinces: dict[str, set[str]] = {}
    for name, province in spelt:
        provinces.setdefault(name, set()).update({province} - {""})
    names = {}
    for (name, province), spellings in spelt.items():
        only = next(iter(provinces[name])) if len(provinces[name]) == 1 else province
        usual = spelt.get((name, only), spellings).most_common(1)[0][0]
        for comune in spellings:
            names[comune, province] = Town(usual, only).label if comune else ""
    return names


def _languages(found: Search) -> list[tuple[str, int]]:
    ids = found.asking(select(Resource.id))
    asked = select(ResourceLanguage.language, func.count().label("number"))
    asked = asked.where(ResourceLanguage.resource_id.in_(ids)).group_by(ResourceLanguage.language)
    rows = db.session.execute(asked).all()
    return sorted(((row.language, row.number) for row in rows), key=lambda row: (-row[1], row[0]))


def _open_hours(found: Search) -> tuple[Counter[tuple[int, int]], int]:
    """Count the doors open at half past every hour of this week; alike hours are read once."""
    asked = found.asking(select(found.kept_hours.label("kept_hours"), func.count().label("number")))
    open_at: Counter[tuple[int, int]] = Counter()
    unsaid = 0
    for hours, number in db.session.execute(asked.group_by("kept_hours")):
        if not hours:
            unsaid += number
        for cell in _open_cells(hours, _monday(found.now)):
            open_at[cell] += number
    return open_at, unsaid


def _open_cells(hours: str | None, monday: date) -> Iterator[tuple[int, int]]:
    for day in DAYS:
        for span in hours_on(hours, monday + timedelta(days=day)) if hours else ():
            begins = span.opens.hour * 60 + span.opens.minute
            ends = span.closes.hour * 60 + span.closes.minute or 24 * 60
            if span.certain:
                yield from ((day, hour) for hour in HOURS if begins <= hour * 60 + 30 < ends)


def _monday(now: datetime) -> date:
    today = now.astimezone(ITALY).date()
    return today - timedelta(days=today.weekday())
