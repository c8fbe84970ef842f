"""Parts of the earth that somebody drew or named, and whether a point lies in them; pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import cos, degrees, hypot, pi, radians, sin
from typing import Any

from maps.earth.geometry import EARTH_KM, Box, Point, box_around, distance_km

SLABS = 64
"""Into so many strips a border is cut: a point is then held against the few edges of its strip."""

Ring = tuple[tuple[float, float], ...]
"""Corners as (lat, lon), the first said once more at the end."""


@dataclass(frozen=True)
class Circle:
    """Everything within a distance of a point."""

    centre: Point
    km: float

    @property
    def box(self) -> Box:
        """Return the box around it."""
        return box_around(self.centre, self.km)

    def holds(self, point: Point) -> bool:
        """Tell whether the point lies inside, the edge included."""
        return distance_km(self.centre, point) <= self.km


@dataclass(frozen=True)
class Outline:
    """Everything inside an odd number of rings: islands and holes need no word of their own."""

    rings: tuple[Ring, ...]

    @cached_property
    def box(self) -> Box:
        """Return the box around it."""
        lats = [lat for ring in self.rings for lat, _ in ring]
        lons = [lon for ring in self.rings for _, lon in ring]
        return Box(min(lats), min(lons), max(lats), max(lons))

    def holds(self, point: Point) -> bool:
        """Tell whether the point lies inside: a ray to the east crosses an odd number of edges."""
        if not self.box.holds(point):
            return False
        crossed = 0
        for (lat, lon), (far_lat, far_lon) in self._slabs.get(self._slab(point.lat), ()):
            if (lat > point.lat) != (far_lat > point.lat):
                share = (point.lat - lat) / (far_lat - lat)
                crossed += point.lon < lon + share * (far_lon - lon)
        return crossed % 2 == 1

    def distance_km(self, point: Point) -> float:
        """Return how far a point lies outside; inside it is no distance at all."""
        if self.holds(point):
            return 0.0
        edges = (edge for ring in self.rings for edge in pairwise(ring))
        return min(_km_to_edge(point, *edge) for edge in edges)

    @cached_property
    def _slabs(self) -> Mapping[int, list[tuple[tuple[float, float], tuple[float, float]]]]:
        slabs: dict[int, list[tuple[tuple[float, float], tuple[float, float]]]] = {}
        for edge in (edge for ring in self.rings for edge in pairwise(ring)):
            ends = sorted(self._slab(lat) for lat, _ in edge)
            for slab in range(ends[0], ends[1] + 1):
                slabs.setdefault(slab, []).append(edge)
        return slabs

    def _slab(self, lat: float) -> int:
        tall = self.box.north - self.box.south
        return int((lat - self.box.south) / tall * SLABS) if tall else 0


def _km_to_edge(point: Point, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return how far a straight edge is from a point, on a plane that touches the earth there."""
    narrow = cos(radians(point.lat))
    along, across = end[0] - start[0], (end[1] - start[1]) * narrow
    north, east = point.lat - start[0], (point.lon - start[1]) * narrow
    length = along**2 + across**2
    share = min(1.0, max(0.0, (north * along + east * across) / length)) if length else 0.0
    return radians(hypot(north - share * along, east - share * across)) * EARTH_KM


Shape = Circle | Outline


@dataclass(frozen=True)
class Town:
    """A comune by name and province."""

    name: str
    province: str = ""

    @property
    def label(self) -> str:
        """Return it as people write it: *Aversa (CE)*."""
        return f"{self.name} ({self.province})" if self.province else self.name


@dataclass(frozen=True)
class Region:
    """What an emergency is about: what was drawn, and the comuni that were named."""

    shapes: tuple[Shape, ...] = ()
    towns: tuple[Town, ...] = ()

    def holds(self, point: Point) -> bool:
        """Tell whether a point lies in any part of it."""
        return any(shape.holds(point) for shape in self.shapes)


def box_of(shapes: Iterable[Shape]) -> Box | None:
    """Return the box around several shapes; none has none."""
    boxes = [shape.box for shape in shapes]
    if not boxes:
        return None
    return Box(
        min(box.south for box in boxes),
        min(box.west for box in boxes),
        max(box.north for box in boxes),
        max(box.east for box in boxes),
    )


def closed(corners: Iterable[tuple[float, float]]) -> Ring:
    """Return a ring from its corners."""
    ring = tuple(corners)
    return ring if ring and ring[0] == ring[-1] else (*ring, ring[0])


def to_json(shape: Shape) -> dict[str, Any]:
    """Return a shape as it is kept."""
    if isinstance(shape, Circle):
        return {"centre": [shape.centre.lat, shape.centre.lon], "km": shape.km}
    return {"rings": [[list(corner) for corner in ring] for ring in shape.rings]}


def from_json(kept: Mapping[str, Any]) -> Shape:
    """Return a kept shape."""
    if "km" in kept:
        return Circle(Point(*kept["centre"]), kept["km"])
    return Outline(tuple(tuple((lat, lon) for lat, lon in ring) for ring in kept["rings"]))


def drawn(shapes: Iterable[Shape]) -> Iterator[dict[str, Any]]:
    """Give shapes as GeoJSON geometries; a circle as a ring of sixty-four corners."""
    for shape in shapes:
        rings = [circle_ring(shape)] if isinstance(shape, Circle) else shape.rings
        lines = [[[round(lon, 5), round(lat, 5)] for lat, lon in ring] for ring in rings]
        yield {"type": "MultiLineString", "coordinates": lines}


def circle_ring(circle: Circle, corners: int = 64) -> Ring:
    """Return a circle as a ring, good enough to be drawn."""
    tall = degrees(circle.km / EARTH_KM)
    wide = tall / cos(radians(circle.centre.lat))
    turns = (2 * pi * n / corners for n in range(corners))
    return closed(
        (circle.centre.lat + tall * sin(turn), circle.centre.lon + wide * cos(turn))
        for turn in turns
    )
