"""Reads the borders of comuni (ISTAT) from GeoJSON and leaves out corners nobody sees; pure.

Two neighbours share their border. Each shared line is cut where a third one begins and thinned out
once, so that both keep the same corners: no gap opens between them for a place to fall into.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from maps.earth.shapes import Outline, Ring
from maps.formats.tables import Unreadable
from nucleus.places.italy import in_italy

Corner = tuple[float, float]
Neighbours = Mapping[Corner, set[Corner]]

DECIMALS = 5
TOLERANCE = 0.0008
"""Degrees a thinned line may leave the true one: some 80 m, less than a comune's own doubt."""

KEYS = {
    "istat": ("PRO_COM_T", "PRO_COM", "com_istat_code", "istat", "ISTAT"),
    "name": ("COMUNE", "com_name", "name", "NAME", "nome"),
    "province": ("SIGLA", "prov_acr", "province", "provincia"),
}
WORLD = re.compile(r"CRS84|EPSG:{1,2}(4326|4258|6706)|WGS[ _]?84", re.IGNORECASE)
"""WGS 84, and the two systems of Europe and Italy that differ from it by less than a metre."""


@dataclass(frozen=True)
class Border:
    """One comune: its number at ISTAT, name, letters of the province, and its outline."""

    istat: str
    name: str
    province: str
    shape: Outline

    @property
    def corners(self) -> int:
        """How many corners it is drawn with."""
        return sum(len(ring) - 1 for ring in self.shape.rings)


def read_borders(path: Path, provinces: Mapping[str, str]) -> list[Border]:
    """Read a file of borders.

    Args:
        path: GeoJSON with a polygon a comune.
        provinces: the number of a comune at ISTAT to the letters of its province, for files
            that do not say them.

    Raises:
        Unreadable: the file is none, has no comuni, or lies on another globe.
    """
    collection = _collection(path)
    _refuse_other_globe(collection)
    facts = [_facts(each, provinces) for each in collection["features"]]
    rings = [_rings(each["geometry"]) for each in collection["features"]]
    _refuse_other_places(corner for each in rings for ring in each for corner in ring)
    thinned = thin(rings)
    return [
        Border(istat, name, province, Outline(tuple(each)))
        for (istat, name, province), each in zip(facts, thinned, strict=True)
        if istat and name and each
    ]


def thin(shapes: list[list[Ring]]) -> list[list[Ring]]:
    """Return the same shapes with fewer corners; what touched still touches."""
    beside: dict[Corner, set[Corner]] = defaultdict(set)
    for before, after in (edge for rings in shapes for ring in rings for edge in pairwise(ring)):
        beside[before].add(after)
        beside[after].add(before)
    return [
        [small for ring in rings if len(small := _thin_ring(ring, beside)) > 3] for rings in shapes
    ]


def _thin_ring(ring: Ring, beside: Neighbours) -> Ring:
    """Cut a ring where lines meet, thin each piece, and put it together again."""
    open_ring = ring[:-1]
    knots = [at for at, corner in enumerate(open_ring) if len(beside[corner]) != 2]
    if not knots:  # an island: begin at a corner both walks around it would choose
        knots = [open_ring.index(min(open_ring)), open_ring.index(max(open_ring))]
        knots = sorted(set(knots))
    turned = (*open_ring[knots[0] :], *open_ring[: knots[0]])
    cuts = [*(at - knots[0] for at in knots), len(turned)]
    walk = (*turned, turned[0])
    pieces = (_thin_line(walk[start : end + 1]) for start, end in pairwise(cuts))
    corners = [corner for piece in pieces for corner in piece[:-1]]
    return (*corners, corners[0])


def _thin_line(line: tuple[Corner, ...]) -> tuple[Corner, ...]:
    """Leave out corners (Douglas, Peucker); walked the same way whoever asks."""
    if line[0] > line[-1]:
        return _thin_line(line[::-1])[::-1]
    kept, todo = {0, len(line) - 1}, [(0, len(line) - 1)]
    while todo:
        start, end = todo.pop()
        far, at = _furthest(line, start, end)
        if far > TOLERANCE:
            kept.add(at)
            todo += [(start, at), (at, end)]
    return tuple(line[at] for at in sorted(kept))


def _furthest(line: tuple[Corner, ...], start: int, end: int) -> tuple[float, int]:
    """Return how far the corner lies that is furthest from the straight line, and which it is."""
    (y, x), (far_y, far_x) = line[start], line[end]
    along_y, along_x = far_y - y, far_x - x
    length = hypot(along_y, along_x)
    found = (0.0, start)
    for at in range(start + 1, end):
        to_y, to_x = line[at][0] - y, line[at][1] - x
        away = abs(along_x * to_y - along_y * to_x) / length if length else hypot(to_y, to_x)
        if away > found[0]:
            found = (away, at)
    return found


def _collection(path: Path) -> dict[str, Any]:
    try:
        collection = json.loads(path.read_bytes())
    except (OSError, ValueError) as cause:
        raise Unreadable(_("This is no GeoJSON file.")) from cause
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise Unreadable(_("This file holds no collection of features."))
    features = [each for each in collection["features"] if _is_area(each)]
    if not features:
        raise Unreadable(_("This file holds no areas: it must have one polygon a comune."))
    return {**collection, "features": features}


def _is_area(feature: object) -> bool:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return isinstance(geometry, dict) and geometry.get("type") in {"Polygon", "MultiPolygon"}


def _refuse_other_globe(collection: Mapping[str, Any]) -> None:
    named = json.dumps(collection.get("crs"))
    if named != "null" and not WORLD.search(named):
        raise Unreadable(_other_system(named[:80]))


def _refuse_other_places(corners: Iterable[Corner]) -> None:
    """A file that says nothing of its system still shows it by its numbers."""
    lat, lon = next(iter(corners), (0.0, 0.0))
    if not in_italy(lat, lon):
        raise Unreadable(_other_system(f"{lon} {lat}"))


def _other_system(seen: str) -> str:
    words: str = _(
        "The coordinates of this file are in another system (%(system)s). Save it again in "
        "WGS 84, for example: ogr2ogr -t_srs EPSG:4326 comuni.geojson Com01012025_g.shp",
        system=seen,
    )
    return words


def _rings(geometry: Mapping[str, Any]) -> list[Ring]:
    parts = geometry["coordinates"]
    polygons = [parts] if geometry["type"] == "Polygon" else parts
    try:
        rings = [tuple(_corners(ring)) for polygon in polygons for ring in polygon]
    except (TypeError, ValueError, IndexError) as cause:
        raise Unreadable(_("A border in this file is not made of coordinates.")) from cause
    return [ring if ring[0] == ring[-1] else (*ring, ring[0]) for ring in rings if len(ring) > 2]


def _corners(ring: Iterable[Any]) -> Iterator[Corner]:
    """Give corners as (lat, lon); a file that writes latitude first is turned round."""
    before = None
    for first, second, *_height in ring:
        lon, lat = float(first), float(second)
        if not in_italy(lat, lon) and in_italy(lon, lat):
            lat, lon = lon, lat
        corner = round(lat, DECIMALS), round(lon, DECIMALS)
        if corner != before:
            yield corner
        before = corner


def _facts(feature: Mapping[str, Any], provinces: Mapping[str, str]) -> tuple[str, str, str]:
    said = feature.get("properties") or {}
    istat, name, province = (
        next((str(said[key]).strip() for key in keys if said.get(key)), "")
        for keys in KEYS.values()
    )
    istat = istat.zfill(6) if istat.isdecimal() else istat
    return istat, name, (province or provinces.get(istat, "")).upper()
