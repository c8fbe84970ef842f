"""Cut the land around Italy out of the world's countries, small enough for a phone.

The atlas comes as TopoJSON: borders are arcs, shared by the countries on both sides and written as
whole-number steps. Here arcs become rings again, rings are cut at a rectangle, and the result is
GeoJSON that a map can draw when no other map picture is at hand.
"""

from itertools import pairwise
from math import hypot
from typing import Any

Point = tuple[float, float]
WEST, SOUTH, EAST, NORTH = 5.0, 35.0, 20.0, 49.0
DECIMALS = 3  # about 100 m: the atlas knows no better
TOLERANCE = 0.005  # degrees a simplified line may leave the true one: two dots on a regional map


def unfold(topology: dict[str, Any]) -> list[list[Point]]:
    """Every arc as longitudes and latitudes."""
    (scale_x, scale_y) = topology["transform"]["scale"]
    (move_x, move_y) = topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            arc.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(arc)
    return arcs


def away(point: Point, start: Point, end: Point) -> float:
    """How far a point is from the line between two others, in degrees."""
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length = hypot(along_x, along_y)
    if length == 0:
        return hypot(point[0] - start[0], point[1] - start[1])
    return abs(along_x * (start[1] - point[1]) - along_y * (start[0] - point[0])) / length


def simplify(arc: list[Point]) -> list[Point]:
    """Fewer points for the same line (Douglas, Peucker); the ends stay, so neighbours meet."""
    if len(arc) < 3:
        return arc
    distances = [away(point, arc[0], arc[-1]) for point in arc[1:-1]]
    furthest = max(distances)
    if furthest <= TOLERANCE:
        return [arc[0], arc[-1]]
    middle = distances.index(furthest) + 1
    return simplify(arc[: middle + 1])[:-1] + simplify(arc[middle:])


def join(numbers: list[int], arcs: list[list[Point]]) -> list[Point]:
    """One ring from its arcs; a negative number means the arc is walked backwards."""
    ring: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(arc if not ring else arc[1:])
    return ring


def cut(ring: list[Point], axis: int, limit: float, *, keep_above: bool) -> list[Point]:
    """The part of a ring on one side of a line (Sutherland and Hodgman, one edge)."""

    def inside(point: Point) -> bool:
        return (point[axis] >= limit) == keep_above

    kept: list[Point] = []
    for here, there in pairwise([*ring, ring[0]] if ring else []):
        if inside(here):
            kept.append(here)
        if inside(here) != inside(there):
            share = (limit - here[axis]) / (there[axis] - here[axis])
            crossing = [here[i] + share * (there[i] - here[i]) for i in (0, 1)]
            kept.append((crossing[0], crossing[1]))
    return kept


def cut_to_frame(ring: list[Point]) -> list[Point]:
    """The part of a ring inside the frame, rounded, closed, without repeated points."""
    sides = [(0, WEST, True), (0, EAST, False), (1, SOUTH, True), (1, NORTH, False)]
    open_ring = ring[:-1]
    for axis, limit, keep_above in sides:
        open_ring = cut(open_ring, axis, limit, keep_above=keep_above)
    rounded = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in open_ring]
    kept = [point for n, point in enumerate(rounded) if n == 0 or point != rounded[n - 1]]
    return [*kept, kept[0]] if len(kept) > 2 else []


def polygons(country: dict[str, Any], arcs: list[list[Point]]) -> list[list[list[Point]]]:
    """A country's polygons inside the frame, holes with their polygon."""
    parts = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
    cut_parts = [[cut_to_frame(join(ring, arcs)) for ring in part] for part in parts]
    return [[ring for ring in part if ring] for part in cut_parts if part[0]]


def outline(topology: dict[str, Any]) -> dict[str, Any]:
    """The countries inside the frame as a GeoJSON feature collection."""
    arcs = [simplify(arc) for arc in unfold(topology)]
    features = []
    for country in topology["objects"]["countries"]["geometries"]:
        if "arcs" in country and (parts := polygons(country, arcs)):
            features.append(
                {
                    "type": "Feature",
                    "properties": {"name": country["properties"]["name"]},
                    "geometry": {"type": "MultiPolygon", "coordinates": parts},
                }
            )
    return {"type": "FeatureCollection", "features": features}
