"""Reads the borders of comuni that were taken in, by the towns of the gazetteer and by a point."""

from collections.abc import Collection, Mapping

from sqlalchemy import or_, select

from maps.earth.geometry import Point
from maps.earth.shapes import Outline, Town, from_json
from maps.locating.gazetteer import GazetteerPlace
from maps.models import Boundary
from nucleus.ground.database import db
from nucleus.ground.words import plain


def borders_of_places(places: Collection[GazetteerPlace]) -> dict[GazetteerPlace, Outline]:
    """Return the borders of some comuni, as far as they are known.

    They are found by their number at ISTAT; a file of another year may number them otherwise, and
    then by name and province.
    """
    if not places:
        return {}
    known = Boundary.istat.in_({place.istat for place in places if place.istat})
    named = Boundary.search_name.in_({plain(place.name) for place in places})
    rows = db.session.scalars(select(Boundary).where(or_(known, named))).all()
    by_number = {row.istat: row for row in rows}
    by_name = {(row.search_name, row.province): row for row in rows}
    found = {place: _row_of(place, by_number, by_name) for place in places if place.istat}
    shapes = {place: from_json(row.shape) for place, row in found.items() if row}
    return {place: shape for place, shape in shapes.items() if isinstance(shape, Outline)}


def borders_by_name(towns: Collection[Town]) -> dict[Town, tuple[str, Outline]]:
    """Return what comuni are called and their borders, by name alone; none where two have it."""
    if not towns:
        return {}
    names = {plain(town.name) for town in towns}
    rows = db.session.scalars(select(Boundary).where(Boundary.search_name.in_(names))).all()
    found = {}
    for town in towns:
        fit = [row for row in rows if row.search_name == plain(town.name)]
        mine = [row for row in fit if town.province in ("", row.province)]
        shape = from_json(mine[0].shape) if len(mine) == 1 else None
        if isinstance(shape, Outline):
            found[town] = Town(mine[0].name, mine[0].province).label, shape
    return found


def _row_of(
    place: GazetteerPlace,
    by_number: Mapping[str, Boundary],
    by_name: Mapping[tuple[str, str], Boundary],
) -> Boundary | None:
    return by_number.get(place.istat) or by_name.get((plain(place.name), place.province))


def border_at(point: Point) -> str | None:
    """Return the comune whose border holds a point, as people write it."""
    around = select(Boundary).where(
        Boundary.south <= point.lat, Boundary.north >= point.lat,
        Boundary.west <= point.lon, Boundary.east >= point.lon,
    )  # fmt: skip
    for row in db.session.scalars(around):
        if from_json(row.shape).holds(point):
            return Town(row.name, row.province).label
    return None
