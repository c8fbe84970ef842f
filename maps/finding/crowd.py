"""Draws together what lies too close to be told apart at one zoom of the map."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, select

from maps.earth.geometry import Box, Point
from maps.finding.question import shown
from maps.finding.search import Found, Search
from nucleus.ground.database import db
from nucleus.resources.models import Resource

TILE, CELL = 256, 64
"""Pixels: the width of the world at zoom 0, and of a square in which pins become one circle."""

CLOSEST = 15
"""From this zoom on every pin stands alone: people look for a door, not for a town."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Several places drawn as one circle: how many, and the middle of them."""

    count: int
    point: Point
    box: Box


@dataclass(frozen=True)
class Crowd:
    """What one view of a crowded map shows."""

    clusters: list[Cluster]
    alone: list[Found]


def crowd(search: Search, zoom: int) -> Crowd:
    """Return circles where places lie close together, and the places that stand alone."""
    if zoom >= CLOSEST:
        return Crowd([], list(search.found()))
    lat, lon = shown(search.eyes)
    cell = _cell(lat, lon, 2**zoom * TILE // CELL)
    counted: Any = select(
        func.count(), func.avg(lat), func.avg(lon), func.min(Resource.id),
        func.min(lat), func.min(lon), func.max(lat), func.max(lon),
    )  # fmt: skip
    rows = db.session.execute(search.asking(counted).where(lat.is_not(None)).group_by(cell)).all()
    alone = [row[3] for row in rows if row[0] == 1]
    clusters = [
        Cluster(row[0], Point(row[1], row[2]), Box(*row[4:8])) for row in rows if row[0] > 1
    ]
    return Crowd(clusters, _standing_alone(search, alone))


def _cell(lat: ColumnElement[Any], lon: ColumnElement[Any], around: int) -> ColumnElement[int]:
    """Return the number of the square a point is in; so many squares go around the earth.

    One whole number: SQLite sorts a hundred thousand of them in two thirds of the time that two
    with a point take. PostgreSQL rounds and SQLite cuts off: either way every point lies in one
    square, and asking for the floor takes a tenth longer.
    """
    row, column = (cast(each * (around / 360), BigInteger) for each in (lat + 90, lon + 180))
    return row * (around + 1) + column


def _standing_alone(search: Search, ids: list[int]) -> list[Found]:
    return list(search.read(search.pinned().where(Resource.id.in_(ids))))
