"""Which documents of a feed concern us: not what is past, far away, small or a test (pure).

What can't be placed is let in: a draft too many costs a look, one too few costs the flood.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from math import cos, hypot, radians

from alerts.cap.model import Area, CapAlert
from maps.earth.geometry import Point, distance_km
from maps.locating.gazetteer import GazetteerPlace, stands_alone, the_gazetteer
from nucleus.ground.words import plain

GROWING = ("Minor", "Moderate", "Severe", "Extreme")
WITHOUT_END = timedelta(days=2)
"""A document that names no end counts as past after so long."""

MOST_AREAS = 100
KM_A_DEGREE = 111.2
Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an association wants to hear: around a point, from a severity on, drills or not."""

    near: Point | None = None
    km: float = 30.0
    least: str = "Moderate"
    drills: bool = False


def left_out(document: CapAlert, wanted: Wanted, at: datetime) -> str | None:
    """Return why a document concerns nobody here, in a word, or `None` if it does."""
    if document.is_drill and not wanted.drills:
        return "drill"
    if is_past(document, at):
        return "past"
    if document.infos and all(is_minor(info.severity, wanted.least) for info in document.infos):
        return "minor"
    areas = {area for info in document.infos for area in info.areas}
    return "elsewhere" if is_elsewhere(areas, wanted) else None


def is_past(document: CapAlert, at: datetime) -> bool:
    """Say whether everything a document speaks of is over."""
    ends = [info.expires or document.sent + WITHOUT_END for info in document.infos]
    return max(ends, default=document.sent + WITHOUT_END) < at


def is_minor(severity: str, least: str) -> bool:
    """Say whether a severity is below what is wanted; an unknown one never is."""
    if severity not in GROWING or least not in GROWING:
        return False
    return GROWING.index(severity) < GROWING.index(least)


def is_elsewhere(areas: Collection[Area], wanted: Wanted) -> bool:
    """Say whether all areas are known, and none comes near."""
    if wanted.near is None:
        return False
    some = list(areas)[:MOST_AREAS]
    found = [km for area in some for km in distances(area, wanted.near)]
    known = [km for km in found if km is not None]
    all_known = len(known) == len(found) and len(some) == len(areas)
    return bool(known) and all_known and min(known) > wanted.km


def distances(area: Area, near: Point) -> list[float | None]:
    """Return how far away each shape of an area is, in km; `None` for one we can't place.

    Shapes say more than codes and words, which are asked only where there is no shape.
    """
    shapes: list[float | None] = [
        max(0.0, distance_km(near, Point(each.lat, each.lon)) - each.km) for each in area.circles
    ]
    shapes += [km_to_ring(ring, near) for ring in area.polygons]
    if shapes:
        return shapes
    coded = _by_code(area, near)
    return [_by_words(area.words, near) if coded is None else coded]


def km_to_ring(ring: Ring, near: Point) -> float:
    """Return how far a point is outside of a ring of degrees, in km; 0 inside of it."""
    across = KM_A_DEGREE * cos(radians(near.lat))
    flat = [((lon - near.lon) * across, (lat - near.lat) * KM_A_DEGREE) for lat, lon in ring]
    sides = list(zip(flat, flat[1:] + flat[:1], strict=True))
    return 0.0 if _is_inside(sides) else min(_km_to_side(*side) for side in sides)


Flat = tuple[float, float]


def _is_inside(sides: list[tuple[Flat, Flat]]) -> bool:
    """Count the sides that a line from the origin to the east crosses."""
    crossed = 0
    for (ax, ay), (bx, by) in sides:
        if (ay > 0) != (by > 0):
            crossed += ax + (0 - ay) * (bx - ax) / (by - ay) > 0
    return crossed % 2 == 1


def _km_to_side(a: Flat, b: Flat) -> float:
    (ax, ay), (bx, by) = a, b
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = 0.0 if not length else -(ax * (bx - ax) + ay * (by - ay)) / length
    share = min(1.0, max(0.0, share))
    return hypot(ax + share * (bx - ax), ay + share * (by - ay))


def _by_code(area: Area, near: Point) -> float | None:
    codes = {code for name, code in area.geocodes if "ISTAT" in name.upper()}
    places = the_gazetteer().places if codes else ()
    found = [distance_km(near, place.point) for place in places if place.istat in codes]
    return min(found, default=None)


@lru_cache(maxsize=1000)
def _by_words(words: str, near: Point) -> float | None:
    """Know a region, a province or a town by its name; a region is as near as its nearest town."""
    known, said = the_gazetteer(), plain(words)
    letters = known.province_letters(said)
    towns = [place for place in known.places if place.province == letters] if letters else []
    if towns := towns or _regions().get(said, []):
        return min(distance_km(near, place.point) for place in towns)
    matches = known.find(words[:100])
    return distance_km(near, matches[0].place.point) if stands_alone(matches) else None


@cache
def _regions() -> dict[str, list[GazetteerPlace]]:
    """Return the places of each region by its name; made once a process."""
    found: dict[str, list[GazetteerPlace]] = {}
    for place in the_gazetteer().places:
        found.setdefault(place.region, []).append(place)
    return {plain(name): places for name, places in found.items()}
