"""The outline of the land for paper: the same file the browser draws from, read once."""

import json
from functools import lru_cache
from pathlib import Path

from flask import current_app

from maps.earth.shapes import Ring


def land_rings() -> tuple[Ring, ...]:
    """Return the outline of the land; none where the browser libraries were never fetched."""
    return _read(Path(current_app.static_folder or "", "vendor", "outline.geojson"))


@lru_cache(maxsize=1)
def _read(file: Path) -> tuple[Ring, ...]:
    if not file.is_file():
        return ()
    shapes = (each["geometry"] for each in json.loads(file.read_text())["features"])
    return tuple(
        tuple((lat, lon) for lon, lat in ring)
        for shape in shapes
        for polygon in _polygons(shape)
        for ring in polygon
    )


def _polygons(shape: dict[str, object]) -> list[list[list[tuple[float, float]]]]:
    parts: list = shape["coordinates"]  # type: ignore[assignment,type-arg]
    return parts if shape["type"] == "MultiPolygon" else [parts]
