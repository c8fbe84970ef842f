"""What may be asked of the map, as SQL that both databases understand.

Whoever may not know a confidential place is answered from its public point in everything:
distance, order, radius. Otherwise three questions from three corners would find the true one.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Float,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from maps.earth.geometry import EARTH_KM, Box, Point, box_around
from maps.earth.shapes import Region
from maps.finding.audiences import AUDIENCES, EVERYBODY, beginnings
from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.resources.hours import rest_rule
from nucleus.resources.models import Resource, ResourceLanguage
from nucleus.resources.policy import FINDABLE
from nucleus.resources.queries import categories_under

Question = Select[*tuple[Any, ...]]


ACCESSIBLE = ("yes", "limited")


@dataclass(frozen=True)
class Eyes:
    """What the asker may see: circles of visibility, and confidential places exactly or not."""

    visibilities: tuple[str, ...] = ("public",)
    exactly: bool = False


@dataclass(frozen=True)
class Filters:
    """One question; empty parts ask nothing.

    `region` is what was asked; `inside` are the ids of the places in it, found by `search()`.
    """

    text: str = ""
    category: str = ""
    language: str = ""
    who: str = ""
    wheelchair: bool = False
    accessibility: str = ""
    open_now: bool = False
    region: Region | None = None
    inside: tuple[int, ...] | None = None
    near: Point | None = None
    within_km: float | None = None
    box: Box | None = None
    ring: Box | None = None

    def within(self, radius_km: float) -> "Filters":
        """Return this question within a radius of its point, with the box that holds the ring."""
        ring = box_around(self.near, radius_km) if self.near else None
        return replace(self, within_km=radius_km, ring=ring)

    @property
    def asks_only_near(self) -> bool:
        """Say whether nothing but a point and a distance was asked."""
        return self == Filters(near=self.near, within_km=self.within_km, ring=self.ring)

    @property
    def asks_only_doors(self) -> bool:
        """Say whether nothing was asked, or only that the door is open."""
        return self == Filters(open_now=self.open_now)


def shown(eyes: Eyes) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the point this asker is shown, as columns with an index."""
    if eyes.exactly:
        return Place.lat.expression, Place.lon.expression
    return Place.shown_lat.expression, Place.shown_lon.expression


def fitting(asked: Question, filters: Filters, eyes: Eyes) -> Question:
    """Keep what fits every part of the question that was asked, words and doors apart.

    The place is looked up only where something is asked of it: a plain count is then answered by
    an index alone, eight times cheaper.
    """
    around = _around(filters, eyes)
    speaks_of_places = around or Place.__table__ in asked.columns_clause_froms
    asked = asked.select_from(Resource)
    if speaks_of_places:
        asked = asked.outerjoin(Place, Place.id == Resource.place_id)
    asked = asked.where(any_of(Resource.visibility.expression, eyes.visibilities))
    asked = asked.where(any_of(Resource.state.expression, FINDABLE))
    if filters.category:
        asked = asked.where(Resource.category_id.in_(categories_under(filters.category)))
    if filters.language:
        spoken = select(ResourceLanguage.resource_id)
        spoken = spoken.where(ResourceLanguage.language == filters.language)
        asked = asked.where(Resource.id.in_(spoken))
    if filters.wheelchair:
        asked = asked.where(Resource.wheelchair.in_(ACCESSIBLE))
    if filters.accessibility:
        asked = asked.where(_has_aid(filters.accessibility))
    if filters.inside is not None:
        asked = asked.where(one_of_numbers(Resource.place_id.expression, filters.inside))
    return asked.where(*_for(filters.who), *around)


def languages_spoken(eyes: Eyes) -> list[str]:
    """Return the codes of the languages spoken at the places this asker may know of.

    A language that only a secret place speaks must not be offered: it says that there is one.
    """
    known = select(ResourceLanguage.language).distinct().subquery()
    spoken_there = ResourceLanguage.resource_id == Resource.id
    heard = fitting(select(literal(1)), Filters(), eyes).join(ResourceLanguage, spoken_there)
    heard = heard.where(ResourceLanguage.language == known.c.language)
    return list(db.session.scalars(select(known.c.language).where(heard.exists())))


def distance(near: Point, lat: ColumnElement[Any], lon: ColumnElement[Any]) -> ColumnElement[float]:
    """Return the great-circle distance in kilometres (haversine)."""
    north = func.sin(_radians(lat - near.lat) * 0.5)
    east = func.sin(_radians(lon - near.lon) * 0.5)
    narrow = func.cos(_radians(near.lat)) * func.cos(_radians(lat))
    half_chord = north * north + narrow * east * east
    return 2 * EARTH_KM * func.asin(func.sqrt(half_chord))


def _radians(degrees: Any) -> ColumnElement[float]:
    return func.radians(degrees, type_=Float)


def hours_on(day: date, at_rest: Select[int] | None = None) -> ColumnElement[Any]:
    """Return the hours that hold on a day: those for an emergency, as long as they last.

    Args:
        day: the day.
        at_rest: the ids of the places whose town keeps holiday by itself that day, if any does.
    """
    usual: ColumnElement[Any] = Resource.hours.expression
    if at_rest is not None:
        resting = Resource.hours.concat(rest_rule([(day.month, day.day)]))
        usual = case((Resource.place_id.in_(at_rest), resting), else_=Resource.hours)
    for_now = Resource.emergency_hours.is_not(None) & (Resource.emergency_until >= day)
    return case((for_now, Resource.emergency_hours), else_=usual)


def any_of(column: ColumnElement[Any], few: Iterable[str]) -> ColumnElement[bool]:
    """Return whether a column is one of a few texts, spelled out.

    `in_` writes the statement anew each time it is asked, which costs as much as asking.
    """
    return or_(*(column == each for each in few))


def one_of(column: ColumnElement[Any], texts: Iterable[str]) -> ColumnElement[bool]:
    """Return whether a column is one of any number of texts: one parameter, however many."""
    listed = sorted(texts)
    if db.engine.dialect.name == "sqlite":
        each = func.json_each(json.dumps(listed)).table_valued("value").c.value
        return column.in_(select(each))
    return column.in_(select(func.json_array_elements_text(literal(listed, JSON)).column_valued()))


def one_of_numbers(column: ColumnElement[Any], numbers: Iterable[int]) -> ColumnElement[bool]:
    """Return whether a column is one of any number of ids, as one parameter too."""
    listed = sorted(numbers)
    if db.engine.dialect.name == "sqlite":
        each = func.json_each(json.dumps(listed)).table_valued("value").c.value
        return column.in_(select(each))
    told = func.json_array_elements_text(literal(listed, JSON)).column_valued()
    return column.in_(select(cast(told, Integer)))


def _has_aid(code: str) -> ColumnElement[bool]:
    """Return whether a place has one of the aids; both databases keep the list as JSON text."""
    listed = cast(Resource.accessibility, Text)
    return listed.contains(f'"{code}"', autoescape=True)


def _for(who: str) -> list[ColumnElement[bool]]:
    """Return what fits a group: said of it, said of everybody, or said of nobody in particular."""
    audience = AUDIENCES.get(who)
    if audience is None:
        return []
    youngest, oldest = audience.ages
    words = literal(" ").concat(Resource.search_who)
    named = (*audience.beginnings(), *beginnings(EVERYBODY))
    return [
        or_(Resource.search_who == "", *(words.contains(each, autoescape=True) for each in named)),
        or_(Resource.age_from.is_(None), Resource.age_from <= oldest),
        or_(Resource.age_to.is_(None), Resource.age_to >= youngest),
    ]


def _around(filters: Filters, eyes: Eyes) -> list[ColumnElement[bool]]:
    """Return radius and box: first the box, which the index answers, then the true distance."""
    lat, lon = shown(eyes)
    around = [_inside(box, lat, lon) for box in (filters.box, filters.ring) if box]
    if filters.near is not None and filters.within_km is not None:
        around.append(distance(filters.near, lat, lon) <= filters.within_km)
    return around


def _inside(box: Box, lat: ColumnElement[Any], lon: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(lat.between(box.south, box.north), lon.between(box.west, box.east))
