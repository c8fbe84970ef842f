"""Reads the borders of comuni (ISTAT) from GeoJSON, a comune at a time; pure.

The file of all Italy is far larger than what is kept of it, and a small machine has to read it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from maps.areas.thinning import DECIMALS, Corner, Lines, Numbered, numbered
from maps.earth.shapes import Outline, Ring, closed
from maps.formats.geojson import other_globe
from maps.formats.json_stream import JsonList
from maps.formats.tables import Unreadable
from nucleus.places.italy import in_italy

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


def read_borders(path: Path, provinces: Mapping[str, str]) -> Iterator[Border]:
    """Read a file of borders whole; then give them one by one, the last one of a number.

    Args:
        path: GeoJSON with a polygon a comune.
        provinces: the number of a comune at ISTAT to the letters of its province, for files
            that do not say them.

    Raises:
        Unreadable: the file is none, has no comuni, or lies on another globe.
    """
    drawn: dict[tuple[str, str, str], list[Numbered]] = {}
    lines = Lines()
    for area in _areas(path):
        rings = _numbered(area["geometry"])
        for ring in rings:
            lines.add(ring)
        drawn[_facts(area, provinces)] = rings
    if not drawn:
        raise Unreadable(_("This file holds no areas: it must have one polygon a comune."))
    return _thinned(drawn, lines)


def _thinned(
    drawn: Mapping[tuple[str, str, str], list[Numbered]], lines: Lines
) -> Iterator[Border]:
    known = {facts[0]: facts for facts in drawn}
    for istat, name, province in known.values():
        rings = lines.thinned(drawn[istat, name, province])
        if istat and name and rings:
            yield Border(istat, name, province, Outline(tuple(rings)))


def _areas(path: Path) -> Iterator[dict[str, Any]]:
    """Give the areas of a file one by one; raise Unreadable when they lie on another globe."""
    features, are_ours = JsonList(path, "features"), False
    try:
        for feature in features:
            _refuse_other_globe("" if are_ours else features.head)
            if _is_area(feature):
                are_ours = are_ours or _lies_in_italy(feature["geometry"])
                yield feature
    except Unreadable as cause:
        if features.head:
            raise
        raise Unreadable(_("This file holds no collection of features.")) from cause
    if not features.head:
        raise Unreadable(_("This file holds no collection of features."))
    _refuse_other_globe(features.tail)


def _is_area(feature: object) -> bool:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return isinstance(geometry, dict) and geometry.get("type") in {"Polygon", "MultiPolygon"}


def _refuse_other_globe(around: str) -> None:
    if named := other_globe(around, WORLD):
        raise Unreadable(_other_system(named))


def _lies_in_italy(geometry: Mapping[str, Any]) -> bool:
    """Say yes or raise: a file that says nothing of its system still shows it by its numbers."""
    try:
        lat, lon = next((corner for ring in _rings(geometry) for corner in ring), (0.0, 0.0))
    except (TypeError, ValueError) as cause:
        raise _no_coordinates() from cause
    if not in_italy(lat, lon):
        raise Unreadable(_other_system(f"{lon} {lat}"))
    return True


def _other_system(seen: str) -> str:
    words: str = _(
        "The coordinates of this file are in another system (%(system)s). Save it again in "
        "WGS 84, for example: ogr2ogr -t_srs EPSG:4326 comuni.geojson Com01012025_g.shp",
        system=seen,
    )
    return words


def _numbered(geometry: Mapping[str, Any]) -> list[Numbered]:
    try:
        return [numbered(ring) for ring in _rings(geometry)]
    except (TypeError, ValueError, OverflowError) as cause:
        raise _no_coordinates() from cause


def _no_coordinates() -> Unreadable:
    return Unreadable(_("A border in this file is not made of coordinates."))


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    parts = geometry.get("coordinates") or []
    polygons = [parts] if geometry["type"] == "Polygon" else parts
    for ring in (ring for polygon in polygons for ring in polygon):
        corners = tuple(_corners(ring))
        if len(corners) > 2:
            yield closed(corners)


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
