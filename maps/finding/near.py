"""Understands where "near" is: a town somebody typed, or where the browser says they are."""

import re
from dataclasses import dataclass

from flask import session

from maps.earth.geometry import Point
from maps.locating.gazetteer import stands_alone, the_gazetteer
from maps.locating.starting import point_of, starting_point
from nucleus.people.policy import present
from nucleus.places.coordinates import ShortLink, read_point
from nucleus.places.italy import in_italy, read_degrees

SHORT_CODE = re.compile(r"\S+\+\S*")
HERE = "near"
"""The key under which the cookie of this visit keeps where somebody is; no log, no table does."""


@dataclass(frozen=True)
class Near:
    """Where the search begins: one point, or places to choose from, or nothing known.

    `here` is where somebody is; `written` a point that was typed and not the name of a town.
    """

    point: Point | None = None
    label: str = ""
    choices: tuple[str, ...] = ()
    unknown: str = ""
    here: bool = False
    written: bool = False


def place_named(typed: str) -> Near:
    """Look a town or address up, offline: nobody outside learns where somebody is looking.

    Degrees, links of other maps and Plus Codes are read too, short ones with their town.
    """
    if not typed.strip():
        return Near()
    if point := _point_written(typed):
        return Near(point, written=True)
    matches = the_gazetteer().find(typed)
    if stands_alone(matches):
        return Near(matches[0].place.point, matches[0].place.label)
    if matches:
        return Near(choices=tuple(match.place.label for match in matches))
    return Near(unknown=typed.strip())


def _point_written(typed: str) -> Point | None:
    around = the_gazetteer().find(SHORT_CODE.sub(" ", typed)) if "+" in typed else []
    town = around[0].place.point if around else None
    try:
        found = read_point(typed, near=(town.lat, town.lon) if town else None)
    except ShortLink:
        return None
    return Point(*found) if found and in_italy(*found) else None


def where_i_am() -> Near:
    """Return the point this visit's cookie keeps, else the one somebody starts from, if any."""
    if kept := session.get(HERE):
        return Near(Point(*kept), here=True)
    start = starting_point(present())
    return Near(point_of(start), here=True) if start else Near()


def remember_where_i_am(lat: str, lon: str) -> bool:
    """Keep a point in the cookie, blurred to about a hundred metres; say whether it is usable."""
    point = read_degrees(lat), read_degrees(lon)
    if point[0] is None or point[1] is None or not in_italy(point[0], point[1]):
        return False
    session[HERE] = [round(point[0], 3), round(point[1], 3)]
    return True


def remember_town(typed: str) -> Near:
    """Keep the middle of a town in the cookie, when it is clear which one is meant."""
    near = place_named(typed)
    if near.point:
        session[HERE] = [round(near.point.lat, 3), round(near.point.lon, 3)]
    return near


def forget_where_i_am() -> None:
    """Take the point out of the cookie."""
    session.pop(HERE, None)
