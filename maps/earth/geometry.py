"""Distances, boxes and rings on the earth; pure arithmetic, no database and no map."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin, sqrt

EARTH_KM = 6371.0088
"""Mean radius of the earth in kilometres (IUGG)."""

RINGS_KM = (1.5, 3.0, 8.0, 25.0, 80.0, 250.0, 1500.0)
"""Radii tried one after the other: most people find enough in the first, no island is left out."""


@dataclass(frozen=True)
class Point:
    """A point on earth, in degrees north and east."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Box:
    """The rectangle between two parallels and two meridians, in degrees."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, point: Point) -> bool:
        """Tell whether the point lies inside, the edges included."""
        return self.south <= point.lat <= self.north and self.west <= point.lon <= self.east


def distance_km(a: Point, b: Point) -> float:
    """Return the great-circle distance in kilometres (haversine, R. W. Sinnott 1984)."""
    north = sin(radians(b.lat - a.lat) / 2) ** 2
    east = sin(radians(b.lon - a.lon) / 2) ** 2
    half_chord = north + cos(radians(a.lat)) * cos(radians(b.lat)) * east
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half_chord)))


def box_around(point: Point, radius_km: float) -> Box:
    """Return the smallest box in degrees that holds every point within the radius.

    The width grows towards the poles, where a degree of longitude is short; at a pole the box
    takes all meridians.
    """
    tall = degrees(radius_km / EARTH_KM)
    wide = _half_width(point.lat, radius_km)
    return Box(point.lat - tall, point.lon - wide, point.lat + tall, point.lon + wide)


def _half_width(lat: float, radius_km: float) -> float:
    """Return half the width of the box in degrees of longitude.

    A circle is widest a little nearer the pole than its centre, hence the arcsine.
    """
    if abs(lat) + degrees(radius_km / EARTH_KM) >= 90:
        return 180.0
    return degrees(asin(sin(radius_km / EARTH_KM) / cos(radians(lat))))


def rings(enough_km: float | None = None) -> Iterator[float]:
    """Yield growing radii in kilometres, ending with the one the person chose, if any."""
    for radius in RINGS_KM:
        if enough_km is not None and radius >= enough_km:
            yield enough_km
            return
        yield radius
