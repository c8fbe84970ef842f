"""Distances, boxes and rings on the earth; pure arithmetic, no database and no map."""

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin, sqrt

EARTH_KM = 6371.0088
"""Mean radius of the earth in kilometres (IUGG)."""

FIRST_RING_KM = 2.5
"""How far one looks at first: half an hour on foot, and in a city enough."""

LAST_RING_KM = 1500.0
"""From one end of the country to the other: no island is left out."""

MOST_GROWTH = 4.0
"""How many times wider the next ring is at most; where nobody lives it says nothing of further."""


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


def wider(radius_km: float, found: int, wanted: int) -> float:
    """Return the radius in which to look next: the ring that held too few says how dense it is.

    It is drawn for twice as many as are wanted, because places do not lie evenly.
    """
    growth = sqrt(2 * wanted / max(found, 1))
    return radius_km * min(growth, MOST_GROWTH)
