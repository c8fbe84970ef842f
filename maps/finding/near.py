"""Understands where "near" is: a town somebody typed, or where the browser says they are."""

from dataclasses import dataclass

from flask import session

from maps.earth.geometry import Point
from maps.locating.gazetteer import stands_alone, the_gazetteer
from nucleus.places.italy import in_italy, read_degrees

HERE = "near"
"""The key under which the cookie of this visit keeps where somebody is; no log, no table does."""


@dataclass(frozen=True)
class Near:
    """Where the search begins: one point, or places to choose from, or nothing known."""

    point: Point | None = None
    label: str = ""
    choices: tuple[str, ...] = ()
    unknown: str = ""
    here: bool = False


def place_named(typed: str) -> Near:
    """Look a town or address up, offline: nobody outside learns where somebody is looking."""
    if not typed.strip():
        return Near()
    matches = the_gazetteer().find(typed)
    if stands_alone(matches):
        return Near(matches[0].place.point, matches[0].place.label)
    if matches:
        return Near(choices=tuple(match.place.label for match in matches))
    return Near(unknown=typed.strip())


def where_i_am() -> Near:
    """Return the point this visit's cookie keeps, if any."""
    kept = session.get(HERE)
    return Near(Point(*kept), here=True) if kept else Near()


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
