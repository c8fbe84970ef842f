"""Finds which places lie in a part of the earth, as far as whoever asks may know where they are."""

from sqlalchemy import ColumnElement, and_, or_, select

from maps.earth.geometry import Point
from maps.earth.shapes import Region, Town, box_of
from maps.finding.question import Eyes, shown
from nucleus.ground.database import db
from nucleus.ground.words import plain
from nucleus.places.models import Place


def places_inside(region: Region, eyes: Eyes) -> tuple[int, ...]:
    """Return the ids of the places in a region: by their point, or by the comune they are in.

    A place whose pin is missing or wrong is still in the comune that is written on it: in an
    emergency nobody may drop out for want of a pin. Whoever may not know a confidential place
    gets an answer from its public point, as everywhere.
    """
    return tuple(sorted({*_by_point(region, eyes), *_by_name(region)}))


def _by_point(region: Region, eyes: Eyes) -> list[int]:
    box = box_of(region.shapes)
    if box is None:
        return []
    lat, lon = shown(eyes)
    around = lat.between(box.south, box.north), lon.between(box.west, box.east)
    rows = db.session.execute(select(Place.id, lat, lon).where(*around))
    return [number for number, at, along in rows if region.holds(Point(at, along))]


def _by_name(region: Region) -> list[int]:
    if not region.towns:
        return []
    written = db.session.execute(select(Place.comune, Place.province).distinct())
    named = [_written(comune, province) for comune, province in written if comune]
    wanted = [condition for town, condition in named if _is_one_of(town, region.towns)]
    return list(db.session.scalars(select(Place.id).where(or_(*wanted)))) if wanted else []


def _written(comune: str, province: str | None) -> tuple[Town, ColumnElement[bool]]:
    same = Place.province == province if province else Place.province.is_(None)
    return Town(comune, province or ""), and_(Place.comune == comune, same)


def _is_one_of(town: Town, wanted: tuple[Town, ...]) -> bool:
    """Say whether it is meant; a province nobody wrote rules nothing out."""
    return any(
        plain(town.name) == plain(one.name)
        and (not town.province or not one.province or town.province == one.province)
        for one in wanted
    )
