"""Where a feature of a map is: its point, one inside its shape, or why nobody can say; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

from maps.earth.geometry import Point, distance_km
from maps.earth.shapes import Outline, closed
from nucleus.places.italy import read_degrees

SMALL_KM = 0.25
"""Across; a house and its yard: who stands at a point inside sees the door."""

DEEP = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
    "MultiPolygon": 3,
}  # fmt: skip
"""How many lists each kind of geometry puts around its positions."""


@dataclass(frozen=True)
class Spot:
    """A point as text, with what a person must know of it: see `Row.notes`."""

    lat: str = ""
    lon: str = ""
    note: str = ""


def spot_of(geometry: Any) -> Spot:
    """Return where a geometry is; RFC 7946 lets a feature have none."""
    if geometry is None:
        return Spot(note="nowhere")
    parts = list(_parts(geometry))
    if not parts:
        return Spot(note="no point")
    if len(parts) > 1:
        return _written(_inside(*parts[0]), "several points")
    kind, nest = parts[0]
    return _spot(kind, nest)


def _parts(geometry: Any) -> Iterator[tuple[str, Any]]:
    """Give the kinds and coordinates of a geometry, or of a collection of them."""
    waiting = [geometry]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, dict):
            continue
        if isinstance(inner := one.get("geometries"), list):
            waiting.extend(reversed(inner))
        elif next(_positions(one.get("coordinates")), None):
            yield str(one.get("type")), one["coordinates"]


def _spot(kind: str, nest: Any) -> Spot:
    points = list(_positions(nest))
    if DEEP.get(kind) != _depth(nest):
        return _written(points[0], "odd point")
    if len(set(points)) == 1:
        return _written(points[0], "")
    if kind == "MultiPoint":
        return _written(points[0], "several points")
    lats, lons = zip(*points, strict=True)
    wide = distance_km(Point(min(lats), min(lons)), Point(max(lats), max(lons)))
    return _written(_inside(kind, nest), "small area" if wide <= SMALL_KM else "wide area")


def _written(point: tuple[float, float], note: str) -> Spot:
    lat, lon = (f"{degrees:.7f}".rstrip("0").rstrip(".") for degrees in point)
    return Spot(lat, lon, note)


def _depth(nest: Any) -> int:
    """Return how many lists stand around the first position."""
    deep = 0
    while isinstance(nest, list) and nest and isinstance(nest[0], list):
        nest, deep = nest[0], deep + 1
    return deep


def _positions(nest: Any) -> Iterator[tuple[float, float]]:
    """Give the positions in a nest of lists as (lat, lon), however deep a geometry nests them."""
    waiting = [nest]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, list):
            continue
        numbers = [_degrees(part) for part in one[:2]]
        if len(numbers) == 2 and numbers[0] is not None and numbers[1] is not None:
            yield numbers[1], numbers[0]
        else:
            waiting.extend(reversed(one))


def _degrees(said: Any) -> float | None:
    """Return a number; some programs put numbers into quotation marks."""
    if isinstance(said, str):
        return read_degrees(said)
    if isinstance(said, bool) or not isinstance(said, (int, float)):
        return None
    return float(said) if abs(said) < 1e15 and isfinite(said) else None


def _inside(kind: str, nest: Any) -> tuple[float, float]:
    """Return a point that lies in an area, or half-way along a line."""
    rings = [ring for nested in _rings(nest) if (ring := tuple(_positions(nested)))]
    if kind not in {"Polygon", "MultiPolygon"}:
        line = max(rings, key=len)
        return line[len(line) // 2]
    outline = Outline(tuple(closed(ring) for ring in rings))
    largest = max(outline.rings, key=lambda ring: abs(_area(ring)))
    middle = _middle(largest)
    return middle if outline.holds(Point(*middle)) else _across(outline, middle[0])


def _rings(nest: Any) -> Iterator[Any]:
    """Give the lists that hold positions and nothing else."""
    waiting = [nest]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list) and one:
            if _depth(one) <= 1:
                yield one if _depth(one) else [one]
            else:
                waiting.extend(reversed(one))


def _area(ring: tuple[tuple[float, float], ...]) -> float:
    """Return twice the area in square degrees: good enough to tell which of two is larger."""
    return sum(lat * far_lon - far_lat * lon for (lat, lon), (far_lat, far_lon) in pairwise(ring))


def _middle(ring: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """Return the centre of gravity of a ring; of one without area the mean of its corners."""
    (lat0, lon0), lats, lons, whole = ring[0], 0.0, 0.0, 0.0
    for (lat, lon), (far_lat, far_lon) in pairwise(ring):
        lat, lon, far_lat, far_lon = lat - lat0, lon - lon0, far_lat - lat0, far_lon - lon0
        weight = lat * far_lon - far_lat * lon
        lats, lons, whole = (
            lats + (lat + far_lat) * weight,
            lons + (lon + far_lon) * weight,
            whole + weight,
        )
    if abs(whole) < 1e-15:
        corners = ring[:-1] or ring
        return sum(c[0] for c in corners) / len(corners), sum(c[1] for c in corners) / len(corners)
    return lat0 + lats / (3 * whole), lon0 + lons / (3 * whole)


def _across(outline: Outline, lat: float) -> tuple[float, float]:
    """Return the middle of the widest stretch of an area on one line from west to east."""
    crossed = sorted(
        lon + (lat - at) / (far_lat - at) * (far_lon - lon)
        for ring in outline.rings
        for (at, lon), (far_lat, far_lon) in pairwise(ring)
        if (at > lat) != (far_lat > lat)
    )
    stretches = list(zip(crossed[::2], crossed[1::2], strict=False))
    west, east = max(
        stretches, key=lambda one: one[1] - one[0], default=(outline.rings[0][0][1],) * 2
    )
    return lat, (west + east) / 2
