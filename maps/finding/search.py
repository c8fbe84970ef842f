"""Finds places: near, open now, in my language, for a wheelchair, of a kind, by words.

List, map and GeoJSON ask the same question with the same filters and so count the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache, cached_property, partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Float,
    Row,
    Select,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
)

from maps.earth.geometry import FIRST_RING_KM, LAST_RING_KM, Box, Point, wider
from maps.finding.inside import places_inside
from maps.finding.question import Eyes as Eyes
from maps.finding.question import Filters as Filters
from maps.finding.question import Question, any_of, distance, fitting, hours_on, one_of, shown
from maps.finding.words import Words, how_well, saying, understood
from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.resources.freshness import EVENING
from nucleus.resources.holidays.queries import places_at_rest, some_town_rests
from nucleus.resources.hours import ITALY, OpenState, is_open_at
from nucleus.resources.models import Freshness, Resource

NEVER = datetime.max.replace(tzinfo=UTC)
Rows = Sequence[Row[*tuple[Any, ...]]]
DOORS = (OpenState.OPEN, OpenState.UNKNOWN, OpenState.CLOSED)
"""The order of a list: who needs help now goes to an open door, or to one that may be."""
AT_A_TIME = 1000
"""Rows of everything that are held at once."""

Found = tuple[Row[*tuple[Any, ...]], OpenState]
"""A row as `Search.selected` names its columns, and whether the door is open."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that was found, with what list and map both show."""

    id: int
    name: str
    category_id: int
    state: OpenState
    point: Point | None
    roughly: bool
    km: float | None


@dataclass(frozen=True)
class Search:
    """One question, understood: its words as they were meant, and which doors are open.

    One that is `plain` does not look which towns keep holiday: it asks whether any does.
    """

    filters: Filters
    eyes: Eyes
    words: Words
    now: datetime
    today: date
    plain: bool = False

    @cached_property
    def at_rest(self) -> Select[int] | None:
        """The places whose town keeps holiday today, or None: on most days no town does."""
        return None if self.plain else places_at_rest(self.today)

    @property
    def kept_hours(self) -> ColumnElement[Any]:
        """The hours that hold today, as a column."""
        return hours_on(self.today, self.at_rest)

    def asking(self, asked: Question) -> Question:
        """Keep what this search finds; the selection may be anything of resource and place."""
        asked = saying(fitting(asked, self.filters, self.eyes), self.words)
        if self.filters.open_now:
            asked = asked.where(one_of(self.kept_hours, self._hours(OpenState.OPEN)))
        return asked

    def count(self, *, placed: bool | None = None) -> int:
        """Return how many places are found; those with a point, those without, or all."""
        asked: Question = self.asking(select(func.count()))
        if placed is not None:
            nowhere = select(Place.id).where(shown(self.eyes)[0].is_(None))
            lost = or_(Resource.place_id.is_(None), Resource.place_id.in_(nowhere))
            asked = asked.where(~lost if placed else lost)
        return int(db.session.scalar(asked) or 0)

    def has_more_than(self, number: int) -> bool:
        """Say whether more places than so many are found, without counting them all."""
        asked = self.asking(select(Resource.id)).limit(1).offset(number)
        return db.session.scalar(asked) is not None

    @cached_property
    def total(self) -> int:
        """How many places are found in all."""
        return self.count()

    def hits(self, *, limit: int | None = None, offset: int = 0) -> list[Hit]:
        """Return what is found: the nearest first, or else what fits the words best and is open."""
        if self.filters.near and limit is not None:
            return self._nearest(offset + limit)[offset:]
        if self.filters.near is None and limit is not None:
            return self._page(limit, offset)
        order = self._nearest_first() if self.filters.near else self._best_first()
        asked = self.asking(self.selected()).order_by(*order, Resource.id)
        return _hits(self.read(asked.limit(limit).offset(offset)))

    def _page(self, limit: int, offset: int) -> list[Hit]:
        """Choose by number first: to sort everything that is known of ten thousand costs twice."""
        if self.filters.asks_only_doors and not self.words:
            ids = self._door_by_door(limit, offset)
        else:
            asked = self.asking(select(Resource.id)).order_by(*self._best_first(), Resource.id)
            ids = list(db.session.scalars(asked.limit(limit).offset(offset)))
        chosen = self.selected().where(Resource.id.in_(ids))
        found = {hit.id: hit for hit in _hits(self.read(fitting(chosen, Filters(), self.eyes)))}
        return [found[one] for one in ids if one in found]

    def _door_by_door(self, limit: int, offset: int) -> list[int]:
        """Return the open doors, then those nobody knows of, then the closed, each by name.

        Each is read from the index of names and no further than the page goes; sorted at once
        all of them would have to be looked at.
        """
        ids: list[int] = []
        for state in (one for one in DOORS if one in self.doors.values()):
            behind = self.asking(select(Resource.id)).where(self._stands(state))
            named = behind.order_by(Resource.search_name, Resource.id)
            ids += db.session.scalars(named.limit(limit - len(ids)).offset(offset))
            if len(ids) == limit:
                break
            passed = select(func.count()).select_from(behind.subquery())
            offset = 0 if ids else offset - (db.session.scalar(passed) or 0)
        return ids

    def _nearest(self, wanted: int) -> list[Hit]:
        """Look in growing rings, so that twenty of a million cost as little as of a thousand."""
        chosen = self.filters.within_km
        furthest = LAST_RING_KM if chosen is None else chosen
        radius = min(FIRST_RING_KM, furthest)
        while len(found := self._ring(radius).in_ring(wanted)) < wanted and radius < furthest:
            radius = min(wider(radius, len(found), wanted), furthest)
        if len(found) < wanted and chosen is None:
            return self.hits()[:wanted]  # those without a point come last
        return _hits(self.with_doors(found))

    def _ring(self, radius_km: float) -> "Search":
        return replace(self, filters=self.filters.within(radius_km))

    def in_ring(self, limit: int) -> Rows:
        """Return the nearest of a ring; the plain question is prepared once and only asked."""
        if self.filters.asks_only_near:
            rows = _rows(_prepared(self.eyes), _said(self, limit))
            if not (rows and rows[0].feast):
                return rows
        asked = self.asking(self.selected()).order_by(*self._nearest_first(), Resource.id)
        return _rows(asked.limit(limit))

    def selected(self) -> Question:
        """Select what a hit is made of."""
        lat, lon = shown(self.eyes)
        km = distance(self.filters.near, lat, lon) if self.filters.near else literal(None)
        roughly = or_(Place.hidden, any_of(Place.precision.expression, ("comune", "locality")))
        return select(
            Resource.id, Resource.name, Resource.category_id, self.kept_hours.label("hours"),
            lat.label("lat"), lon.label("lon"), km.label("km"), roughly.label("roughly"),
        )  # fmt: skip

    def pinned(self) -> Question:
        """Select what a pin of the map is made of: a hit, and when it was last confirmed."""
        told = Freshness.resource_id == Resource.id, Freshness.field_group != EVENING
        last = select(func.max(Freshness.confirmed_at)).where(*told).scalar_subquery()
        return self.asking(self.selected().add_columns(last.label("confirmed_at")))

    def found(self) -> Iterator[Found]:
        """Give everything that is found, from south to north: so it packs best.

        Rows are fetched by the thousand, so that all of Italy needs no more memory than a town.
        """
        asked = self.pinned().order_by(shown(self.eyes)[0])
        rows = db.session.connection().execute(asked, execution_options={"yield_per": AT_A_TIME})
        for part in rows.partitions():
            yield from self.with_doors(part)

    def columns(self) -> dict[str, Sequence[Any]]:
        """Return the same by column; what is found without a point comes last.

        Ten thousand rows are turned round at once for the price of reading one name of each.
        """
        asked = self.pinned().order_by(shown(self.eyes)[0].asc().nulls_last())
        result = db.session.connection().execute(asked)
        names, rows = tuple(result.keys()), result.all()
        return (
            dict(zip(names, zip(*rows, strict=True), strict=True))
            if rows
            else dict.fromkeys(names, ())
        )

    def read(self, asked: Question) -> Iterator[Found]:
        """Return the rows of a selection, each with whether its door is open."""
        return self.with_doors(_rows(asked))

    def with_doors(self, rows: Rows) -> Iterator[Found]:
        """Yield rows, each with whether its door is open."""
        yield from zip(rows, self.states(row.hours for row in rows), strict=True)

    def states(self, hours: Iterable[str | None]) -> Iterator[OpenState]:
        """Give for each of these hours whether a door that keeps them is open now."""
        return map(cache(partial(is_open_at, now=self.now.astimezone(ITALY))), hours)

    @cached_property
    def doors(self) -> Mapping[str | None, OpenState]:
        """Hours → whether a door that keeps them is open now; many places keep the same hours."""
        kept = fitting(select(self.kept_hours).distinct(), self.filters, self.eyes)
        return {hours: is_open_at(hours, self.now) for hours in db.session.scalars(kept)}

    def _nearest_first(self) -> tuple[ColumnElement[Any], ...]:
        km = distance(self.filters.near, *shown(self.eyes)) if self.filters.near else literal(0)
        return (km.asc().nulls_last(),)

    def _best_first(self) -> tuple[ColumnElement[Any], ...]:
        """Order by how well the words fit, if any were asked; then the open doors first."""
        fits = (how_well(self.words),) if self.words else ()
        return *fits, *self._open_first()

    def _open_first(self) -> tuple[ColumnElement[Any], ...]:
        open_, closed = self._hours(OpenState.OPEN), self._hours(OpenState.CLOSED)
        hours = self.kept_hours
        door = case((one_of(hours, open_), 0), (one_of(hours, closed), 2), else_=1)
        return door, Resource.search_name.expression

    def _stands(self, state: OpenState) -> ColumnElement[bool]:
        """Return whether a door is open, closed, or nobody knows."""
        if state is not OpenState.UNKNOWN:
            return one_of(self.kept_hours, self._hours(state))
        known = [*self._hours(OpenState.OPEN), *self._hours(OpenState.CLOSED)]
        return or_(self.kept_hours.is_(None), ~one_of(self.kept_hours, known))

    def _hours(self, state: OpenState) -> list[str]:
        return [hours for hours, now in self.doors.items() if hours and now is state]


def search(filters: Filters, eyes: Eyes, now: datetime) -> Search:
    """Understand a question: a word nobody says is taken for the nearest that somebody does."""
    if filters.region is not None:
        filters = replace(filters, inside=places_inside(filters.region, eyes))
    if filters.within_km is not None:
        filters = filters.within(filters.within_km)
    words = understood(filters.text, eyes)
    today = now.astimezone(ITALY).date()
    return Search(filters, eyes, words, now, today)


def find(filters: Filters, eyes: Eyes, now: datetime) -> list[Hit]:
    """Return every place that fits."""
    return search(filters, eyes, now).hits()


def nearest(filters: Filters, eyes: Eyes, *, now: datetime, limit: int = 20) -> list[Hit]:
    """Return the nearest places that have a point."""
    found = search(filters, eyes, now).hits(limit=limit)
    return [hit for hit in found if hit.point is not None]


@cache
def _prepared(eyes: Eyes) -> Question:
    """Return the question for a ring with blanks; building it costs more than asking it."""
    blank: Any = bindparam
    ring = Box(blank("south"), blank("west"), blank("north"), blank("east"))
    near = Point(blank("lat", type_=Float), blank("lon", type_=Float))
    filters = Filters(near=near, within_km=blank("km"), ring=ring)
    search = Search(filters, eyes, (), NEVER, blank("today", type_=Date), plain=True)
    feast = some_town_rests().label("feast")
    asked = search.asking(search.selected().add_columns(feast)).order_by(text("km"), Resource.id)
    return asked.limit(blank("most"))


def _said(search: Search, limit: int) -> dict[str, Any]:
    """Return what fills the blanks."""
    near, ring = search.filters.near, search.filters.ring
    if near is None or ring is None:
        raise ValueError("a ring needs a point")
    return {
        "lat": near.lat, "lon": near.lon, "km": search.filters.within_km, "most": limit,
        "today": search.today, "month": search.today.month, "day": search.today.day,
        "south": ring.south, "west": ring.west, "north": ring.north, "east": ring.east,
    }  # fmt: skip


def _rows(asked: Question, said: Mapping[str, Any] | None = None) -> Rows:
    return db.session.connection().execute(asked, said).all()


def _hits(found: Iterable[Found]) -> list[Hit]:
    return [_hit(row, state) for row, state in found]


def _hit(row: Row[*tuple[Any, ...]], state: OpenState) -> Hit:
    return Hit(
        id=row.id,
        name=row.name,
        category_id=row.category_id,
        state=state,
        point=None if row.lat is None else Point(row.lat, row.lon),
        roughly=bool(row.roughly),
        km=row.km,
    )
