"""Finds places: near, open now, in my language, for a wheelchair, of a kind, by words.

List, map and GeoJSON ask the same question with the same filters and so count the same. Whoever
may not know a confidential place is answered from its public point in everything: distance,
order, radius. Otherwise three questions from three corners would find the true one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from math import cos, radians
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select

from maps.geometry import EARTH_KM, Box, Point, box_around, rings
from nucleus.ground.database import db
from nucleus.ground.words import plain
from nucleus.places.models import Place
from nucleus.resources.hours import ITALY, OpenState, hours_in_force, is_open_at
from nucleus.resources.models import Resource, ResourceLanguage
from nucleus.resources.policy import FINDABLE
from nucleus.resources.queries import categories_under

Question = Select[*tuple[Any, ...]]
Words = list[tuple[str, ...]]
"""Words asked for, each with the readings it may have."""

ACCESSIBLE = ("yes", "limited")
ALIKE = 78
"""Letters in common, of a hundred, from which a mistyped word is taken for a known one."""


@dataclass(frozen=True)
class Eyes:
    """What the asker may see: circles of visibility, and confidential places exactly or not."""

    visibilities: tuple[str, ...] = ("public",)
    exactly: bool = False


@dataclass(frozen=True)
class Filters:
    """One question; empty parts ask nothing."""

    text: str = ""
    category: str = ""
    language: str = ""
    wheelchair: bool = False
    open_now: bool = False
    near: Point | None = None
    within_km: float | None = None


@dataclass(frozen=True)
class Hit:
    """A place that was found, with what list and map both show."""

    id: int
    name: str
    category_id: int
    state: OpenState
    point: Point | None
    roughly: bool
    km: float | None


def find(filters: Filters, eyes: Eyes, now: datetime) -> list[Hit]:
    """Return every place that fits: the nearest first, or without a point the open ones first."""
    words: Words = [(word,) for word in plain(filters.text).split()]
    hits = _open_ones(_rows(filters, eyes, words), filters, now)
    if not hits and (meant := _meant(words, filters, eyes)):
        hits = _open_ones(_rows(filters, eyes, meant), filters, now)
    return hits if filters.near else sorted(hits, key=_open_first)


def nearest(filters: Filters, eyes: Eyes, *, now: datetime, limit: int = 20) -> list[Hit]:
    """Return the nearest places, looking in growing rings so that a million rows cost little."""
    hits: list[Hit] = []
    for radius in rings(filters.within_km):
        hits = find(replace(filters, within_km=radius), eyes, now)
        if len(hits) >= limit:
            break
    return hits[:limit]


def _open_first(hit: Hit) -> tuple[int, str]:
    order = {OpenState.OPEN: 0, OpenState.UNKNOWN: 1, OpenState.CLOSED: 2}
    return order[hit.state], plain(hit.name)


def _open_ones(rows: Iterable[Row[*tuple[Any, ...]]], filters: Filters, now: datetime) -> list[Hit]:
    """Say of each row whether its door is open; drop the others when that was asked."""
    states: dict[str | None, OpenState] = {}
    hits, today = [], now.astimezone(ITALY).date()
    for row in rows:
        hours = hours_in_force(row.hours, row.emergency_hours, until=row.emergency_until, day=today)
        if hours not in states:
            states[hours] = is_open_at(hours, now)
        if not filters.open_now or states[hours] is OpenState.OPEN:
            hits.append(_hit(row, states[hours]))
    return hits


def _hit(row: Row[*tuple[Any, ...]], state: OpenState) -> Hit:
    known = row.lat is not None and row.lon is not None
    return Hit(
        id=row.id,
        name=row.name,
        category_id=row.category_id,
        state=state,
        point=Point(row.lat, row.lon) if known else None,
        roughly=bool(row.roughly),
        km=row.km,
    )


def _rows(filters: Filters, eyes: Eyes, words: Words) -> Iterable[Row[*tuple[Any, ...]]]:
    lat, lon = _shown(eyes)
    km = _distance(filters.near, lat, lon) if filters.near else literal(None)
    roughly = or_(Place.hidden, Place.precision.in_(("comune", "locality")))
    columns = (
        *(Resource.id, Resource.name, Resource.category_id),
        *(Resource.hours, Resource.emergency_hours, Resource.emergency_until),
    )
    asked: Question = select(
        *columns, lat.label("lat"), lon.label("lon"), km.label("km"), roughly.label("roughly")
    )
    asked = _said(_fitting(asked, filters, eyes), words)
    if filters.near:
        asked = asked.order_by(km.asc().nulls_last(), Resource.id)
    return db.session.execute(asked)


def _shown(eyes: Eyes) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the point this asker is shown, as SQL."""
    if eyes.exactly:
        return Place.lat.expression, Place.lon.expression
    return (
        case((Place.hidden, Place.public_lat), else_=Place.lat),
        case((Place.hidden, Place.public_lon), else_=Place.lon),
    )


def _fitting(asked: Question, filters: Filters, eyes: Eyes) -> Question:
    """Keep what fits every part of the question that was asked."""
    asked = asked.outerjoin(Place, Place.id == Resource.place_id).where(
        Resource.visibility.in_(eyes.visibilities), Resource.state.in_(FINDABLE)
    )
    if filters.category:
        asked = asked.where(Resource.category_id.in_(categories_under(filters.category)))
    if filters.language:
        spoken = select(ResourceLanguage.resource_id)
        spoken = spoken.where(ResourceLanguage.language == filters.language)
        asked = asked.where(Resource.id.in_(spoken))
    if filters.wheelchair:
        asked = asked.where(Resource.wheelchair.in_(ACCESSIBLE))
    return asked.where(*_around(filters, eyes))


def _said(asked: Question, words: Words) -> Question:
    """Keep what says every word, in one of its readings."""
    for readings in words:
        said = (Resource.search_text.contains(one, autoescape=True) for one in readings)
        asked = asked.where(or_(*said))
    return asked


def _around(filters: Filters, eyes: Eyes) -> list[ColumnElement[bool]]:
    """Return the radius as SQL: first the box, which the index answers, then the true distance."""
    if filters.near is None or filters.within_km is None:
        return []
    lat, lon = _shown(eyes)
    box = box_around(filters.near, filters.within_km)
    boxed = _inside(box, Place.lat.expression, Place.lon.expression)
    if not eyes.exactly:
        public = _inside(box, Place.public_lat.expression, Place.public_lon.expression)
        boxed = or_(and_(~Place.hidden, boxed), and_(Place.hidden, public))
    return [boxed, _distance(filters.near, lat, lon) <= filters.within_km]


def _inside(box: Box, lat: ColumnElement[Any], lon: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(lat.between(box.south, box.north), lon.between(box.west, box.east))


def _distance(
    near: Point, lat: ColumnElement[Any], lon: ColumnElement[Any]
) -> ColumnElement[float]:
    """Return the great-circle distance in kilometres as SQL that both databases know."""
    north = func.sin(func.radians(lat - near.lat) / 2)
    east = func.sin(func.radians(lon - near.lon) / 2)
    half_chord = north * north + cos(radians(near.lat)) * func.cos(func.radians(lat)) * east * east
    return 2 * EARTH_KM * func.asin(func.sqrt(half_chord))


def _meant(words: Words, filters: Filters, eyes: Eyes) -> Words:
    """Return the words that may have been meant, from what this asker may find anyway."""
    asked = _fitting(select(Resource.search_text), filters, eyes)
    known = {word for text in db.session.scalars(asked) for word in text.split()}
    meant: Words = []
    for (word,) in words:
        close = process.extract(word, known, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=3)
        if not close:
            return []
        meant.append(tuple(found for found, _, _ in close))
    return meant
