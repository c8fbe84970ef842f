"""Reads GeoJSON (RFC 7946): features with their properties, areas by a point inside them."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from maps.formats.features import spot_of
from maps.formats.json_stream import JsonList
from maps.formats.tables import MOST_COLUMNS, Row, Sheet, Unreadable, counted, no_place

OWN = ("id", "lat", "lon")
WORLD = re.compile(r"CRS84|EPSG:{1,2}4326|WGS[ _]?84", re.IGNORECASE)
"""Names of the one system of coordinates that GeoJSON knows."""


def read_geojson(path: Path) -> Sheet:
    """Read the features of a collection; raise Unreadable when they lie on another globe."""
    features = JsonList(path, "features")
    names: dict[str, None] = dict.fromkeys(OWN)
    for feature in features:
        names.update(dict.fromkeys(_properties(feature)))
        if len(names) > MOST_COLUMNS:
            raise Unreadable(_("This table has more columns than a list of places has."))
    if system := other_globe(features.head + features.tail):
        raise Unreadable(
            _(
                "The coordinates of this file are in another system (%(system)s). "
                "Save it again in WGS 84 (EPSG:4326).",
                system=system,
            )
        )
    headings = tuple(names)
    return Sheet("geojson", headings, counted(_rows(JsonList(path, "features"), headings)))


def other_globe(around: str, known: re.Pattern[str] = WORLD) -> str:
    """Return the system of coordinates that a file names, unless it is known; else nothing.

    RFC 7946 knows one system; a file of older programs may name another in `crs`.
    """
    found = re.search(r'"crs"\s*:\s*', around)
    named = around[found.end() : found.end() + 400] if found else "null"
    if known.search(named) or named.startswith("null"):
        return ""
    system = re.search(r"[A-Z]{3,}:{1,2}\d+", named)
    return system.group() if system else named[:60]


def _properties(feature: Any) -> Mapping[str, Any]:
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


def _rows(features: JsonList, headings: tuple[str, ...]) -> Iterator[Row]:
    """Give one row a feature; the heading would be row 1, so the first one is 2."""
    for number, feature in enumerate(features, start=2):
        if not isinstance(feature, dict):
            yield Row(number, (), no_place(feature))
            continue
        spot = spot_of(feature.get("geometry"))
        own = {"id": _text(feature.get("id")), "lat": spot.lat, "lon": spot.lon}
        cells = {**{k: _text(v) for k, v in _properties(feature).items()}}
        told = spot.note == "nowhere" and any(cells.get(name) for name in ("lat", "lon"))
        cells |= {name: value for name, value in own.items() if value or name not in cells}
        notes = {OWN.index("lat"): spot.note} if spot.note and not told else {}
        yield Row(number, tuple(cells.get(name, "") for name in headings), notes=notes)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return {True: "1", False: "0"}[value] if isinstance(value, bool) else str(value)
