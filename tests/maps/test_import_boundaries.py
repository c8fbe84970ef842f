"""Promises of borders: taken in by a command, thinned without gaps, refused in words."""

import json
from collections.abc import Iterator
from dataclasses import replace
from math import cos, sin
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from maps.areas.borders import read_borders
from maps.areas.queries import borders_of
from maps.areas.thinning import Lines, numbered
from maps.earth.geometry import Point
from maps.earth.shapes import Outline, Ring, Town, closed
from maps.formats.tables import Unreadable
from nucleus.app import create_app
from tests.cast import Cast
from tests.conftest import opened, settings_for
from tests.resources.furnish import put_resource


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A house whose first language is English, in which these promises are written."""
    yield from opened(create_app(replace(settings_for(tmp_path), languages=("en", "it"))))


WEST, MIDDLE, EAST, SOUTH, NORTH = 14.0, 14.1, 14.2, 40.9, 41.0
STEPS = 400


def wavy() -> list[tuple[float, float]]:
    """Return the border two comuni share, from south to north, with a thousand small turns."""
    share = [n / STEPS for n in range(STEPS + 1)]
    return [(SOUTH + 0.1 * s, MIDDLE + 0.004 * sin(9 * s) + 0.0002 * cos(200 * s)) for s in share]


def neighbours() -> list[list[Ring]]:
    between = wavy()
    left = closed([*between, (NORTH, WEST), (SOUTH, WEST)])
    right = closed([*reversed(between), (SOUTH, EAST), (NORTH, EAST)])
    return [[left], [right]]


def collection(rings: list[list[Ring]], **more: Any) -> dict[str, Any]:
    names = (("061005", "Aversa"), ("061091", "Teverola"))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"PRO_COM_T": istat, "COMUNE": name},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[lon, lat] for lat, lon in ring] for ring in each],
                },
            }
            for (istat, name), each in zip(names, rings, strict=True)
        ],
        **more,
    }


def written(folder: Path, content: object) -> Path:
    file = folder / "comuni.geojson"
    file.write_text(json.dumps(content))
    return file


def thin(shapes: list[list[Ring]]) -> list[list[Ring]]:
    lines, drawn = Lines(), [[numbered(ring) for ring in rings] for rings in shapes]
    for ring in (ring for rings in drawn for ring in rings):
        lines.add(ring)
    return [lines.thinned(rings) for rings in drawn]


def test_neighbours_still_touch_after_thinning() -> None:
    (left,), (right,) = thin(neighbours())
    assert len(left) < STEPS / 4
    shared = set(left) & set(right)
    assert len(shared) == len(left) - 3, "all corners of the common line, and only those"
    shapes = Outline((left,)), Outline((right,))
    for n in range(1, 200):
        for lon in (14.03, 14.09, 14.0985, 14.1, 14.1015, 14.11, 14.17):
            point = Point(SOUTH + 0.0005 * n + 0.00001, lon)
            assert sum(shape.holds(point) for shape in shapes) == 1, point


def test_an_island_alone_is_thinned_and_keeps_its_shape() -> None:
    ring = closed([(41 + 0.1 * sin(n / 50), 14 + 0.1 * cos(n / 50)) for n in range(314)])
    ((small,),) = thin([[ring]])
    assert 8 < len(small) < 60
    assert Outline((small,)).holds(Point(41.0, 14.0))


def test_borders_come_in_by_a_command_and_an_area_uses_them(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, collection(neighbours()))
    for _ in range(2):
        told = cast.app.test_cli_runner().invoke(args=["import", "boundaries", str(file)])
        assert told.exit_code == 0, told.output
        assert told.output.startswith("2 comuni")
    with cast.stage():
        put_resource("Sportello")  # Teverola by name, at 14.21: just outside its drawn border
        (border,) = borders_of(Town("aversa", "CE"))
        assert border.holds(Point(40.95, 14.02))
    client = cast.app.test_client()
    shown = client.get("/maps/borders.geojson?zoom=12&bbox=14.0,40.9,14.05,40.95").get_json()
    assert [each["properties"]["name"] for each in shown["features"]] == ["Aversa"]
    assert "borders" in client.get("/maps/resources.js").text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"type": "FeatureCollection", "features": []}, "holds no areas"),
        ([1, 2], "no collection of features"),
        ({"type": "Topology"}, "no collection of features"),
        (collection([[((41, 14), (41, 15), (1e9, 15), (41, 14))]] * 2), "not made of coordinates"),
        (
            collection([[((41, 14), (41, 15), (float("nan"), 15), (41, 14))]] * 2),
            "not made of coordinates",
        ),
        (collection(neighbours(), crs={"properties": {"name": "EPSG:32632"}}), "EPSG:32632"),
        (collection([[((4.5e6, 9e5), (4.6e6, 9e5), (4.6e6, 9.1e5), (4.5e6, 9e5))]] * 2), "4326"),
    ],
)
def test_a_file_that_cannot_be_borders_is_refused_in_words(
    app: Flask, tmp_path: Path, content: object, words: str
) -> None:
    with app.test_request_context("/"), pytest.raises(Unreadable, match=words):
        read_borders(written(tmp_path, content), {})


def test_a_file_that_is_cut_off_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    whole = written(tmp_path, collection(neighbours()))
    cut = tmp_path / "cut.geojson"
    cut.write_text(whole.read_text()[:-200])
    run = cast.app.test_cli_runner().invoke
    assert run(args=["import", "boundaries", str(whole)]).exit_code == 0
    told = run(args=["import", "boundaries", str(cut)])
    assert told.exit_code == 1
    assert "Nothing was changed" in told.output
    with cast.stage():
        assert len(borders_of(Town("aversa", "CE"))) == 1


def test_latitude_first_and_a_twin_system_are_understood(app: Flask, tmp_path: Path) -> None:
    turned = [[tuple((lon, lat) for lat, lon in ring) for ring in each] for each in neighbours()]
    content = collection(turned, crs={"properties": {"name": "urn:ogc:def:crs:EPSG::6706"}})
    with app.test_request_context("/"):
        borders = list(read_borders(written(tmp_path, content), {"061005": "CE"}))
    assert borders[0].shape.holds(Point(40.95, 14.02))
    assert [border.province for border in borders] == ["CE", ""]
