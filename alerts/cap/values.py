"""The single values of a CAP document: names, moments, words, shapes (pure).

Each function takes the text of one element and raises ValueError when it says nothing sensible.
"""

import math
import re
from datetime import datetime

from alerts.cap.model import Circle, Point

LONGEST_NAME = 200
MOST_POINTS, MOST_GEOCODES, MOST_REFERENCES = 1_000, 200, 50
LARGEST_KM = 20_038.0
"""Half way round the Earth."""

NAME = re.compile(r"[^\s,<&]+")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", re.ASCII)
NUMBER = re.compile(r"[-+]?\d{1,5}(\.\d{1,20})?", re.ASCII)


class TooMany(ValueError):
    """More points than we look at."""


def name(words: str) -> str:
    """Return an identifier or sender: no spaces, commas, < or &."""
    if len(words) > LONGEST_NAME or not NAME.fullmatch(words):
        raise ValueError(words)
    return words


def moment(words: str) -> datetime:
    """Return an instant with its offset, such as 2026-11-22T02:13:00+01:00."""
    if not MOMENT.fullmatch(words):
        raise ValueError(words)
    return datetime.fromisoformat(words)


def number(words: str) -> float:
    """Return a plain decimal number; never an infinite one."""
    if not NUMBER.fullmatch(words):
        raise ValueError(words)
    return float(words)


def point(words: str) -> Point:
    """Return (latitude, longitude) in degrees of `lat,lon`."""
    lat, _comma, lon = words.partition(",")
    found = number(lat), number(lon)
    if abs(found[0]) > 90 or abs(found[1]) > 180:
        raise ValueError(words)
    return found


def ring(words: str) -> tuple[Point, ...]:
    """Return the points of a polygon: at least four, the last one equal to the first."""
    if words.count(",") > MOST_POINTS:
        raise TooMany(words[:LONGEST_NAME])
    points = tuple(point(pair) for pair in words.split())
    if len(points) < 4 or points[0] != points[-1]:
        raise ValueError(words[:LONGEST_NAME])
    return points


def circle(words: str) -> Circle:
    """Return the circle of `lat,lon radius`, the radius in km."""
    middle, _space, radius = words.partition(" ")
    (lat, lon), km = point(middle), number(radius.strip())
    if not 0 <= km <= LARGEST_KM:
        raise ValueError(words)
    return Circle(lat, lon, km)


def centre(points: tuple[Point, ...]) -> Point:
    """Return the middle of a ring's corners; near enough to name the town below it."""
    count = max(1, len(points) - 1)
    lats, lons = zip(*points[:-1], strict=True)
    return math.fsum(lats) / count, math.fsum(lons) / count
