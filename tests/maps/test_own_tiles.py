"""Promises of the picture under the pins: nothing from outside unless the operator says so."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from maps.areas.services import AreaFacts, add_area
from maps.earth.shapes import Region, Town
from nucleus.ground.clock import now
from nucleus.ground.environment import Reader
from nucleus.ground.settings import Settings
from tests.cast import Cast
from tests.maps.archive import write_archive
from tests.resources.furnish import SECRET, put_resource

TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


def with_settings(app: Flask, **changes: object) -> None:
    settings: Settings = app.extensions["nucleus.settings"]
    app.extensions["nucleus.settings"] = replace(settings, **changes)  # type: ignore[arg-type]


def pins(client: FlaskClient, query: str) -> list[list[float]]:
    collection = client.get(f"/maps/resources.geojson{query}").json
    assert collection
    return [one["geometry"]["coordinates"] for one in collection["features"]]


def in_hours(hours: int) -> datetime:
    return now() + timedelta(hours=hours)


def test_without_a_setting_no_page_names_another_host(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/maps/resources/show")
    assert "img-src 'self' data:;" in page.headers["Content-Security-Policy"]
    assert "protomaps" not in page.text
    assert client.get("/maps/tiles.pmtiles").status_code == 404


def test_a_tile_host_is_let_in_on_maps_alone_and_named(app: Flask) -> None:
    with_settings(app, tile_url=TILES, tile_attribution="© Everybody")
    client = app.test_client()
    page = client.get("/maps/resources/show")
    policy = page.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://tiles.example.org;" in policy
    assert policy.count("tiles.example.org") == 1
    assert "© Everybody" in page.text
    assert TILES in client.get("/maps/resources.js").text
    for path in ("/", "/accounts/sign-in"):
        assert "tiles.example.org" not in client.get(path).headers["Content-Security-Policy"]


def test_where_secret_places_stand_no_tile_host_is_let_in_unless_they_are_blurred(
    cast: Cast,
) -> None:
    with_settings(cast.app, tile_url=TILES, tile_attribution="© Everybody")
    with cast.stage():
        put_resource("Centro Alba", where=SECRET)
    carla = cast.signed_in(cast.carla)
    page = carla.get("/maps/resources/show?lang=en")
    assert "tiles.example.org" not in page.headers["Content-Security-Policy"]
    assert "/maps/secret-resources.js" in page.text
    assert "tiles.example.org" not in carla.get("/maps/secret-resources.js").text
    assert "© Everybody" not in page.text
    exact, town = pins(carla, ""), pins(carla, "?streets=1")
    assert exact == [[14.18765, 40.96123]]
    assert town != exact
    streets = carla.get("/maps/resources/show?streets=1&lang=en")
    assert "tiles.example.org" in streets.headers["Content-Security-Policy"]
    assert "resources.geojson?streets=1" in streets.text
    assert "With streets, without secret points" in streets.text
    bea = cast.signed_in(cast.bea).get("/maps/resources/show")
    assert "tiles.example.org" in bea.headers["Content-Security-Policy"], "she sees no secret"


def test_an_area_hides_where_its_coordinators_look_too(cast: Cast) -> None:
    with_settings(cast.app, tile_url=TILES, tile_attribution="© Everybody")
    with cast.stage():
        facts = AreaFacts("Piena", None, Region(towns=(Town("Aversa", "CE"),)), in_hours(5))
        number = add_area(facts, actor=cast.carla).id
    carla = cast.signed_in(cast.carla)
    for query, there in (("", False), ("?streets=1", True)):
        page = carla.get(f"/maps/area/show/{number}{query}")
        assert ("tiles.example.org" in page.headers["Content-Security-Policy"]) is there


def test_ones_own_tiles_are_served_in_parts(app: Flask, tmp_path: Path) -> None:
    archive = tmp_path / "italy.pmtiles"
    write_archive(archive, [], [])
    with_settings(app, pmtiles=archive)
    client = app.test_client()
    with client.get("/maps/tiles.pmtiles", headers={"Range": "bytes=16-31"}) as part:
        assert part.status_code == 206
        assert part.get_data() == archive.read_bytes()[16:32]
    assert "vendor/protomaps-leaflet.js" in client.get("/maps/resources/show").text


@pytest.mark.parametrize(
    "typed",
    ["https://{s}.example.org/{z}/{x}/{y}.png", "https://example.org/map.png", "ftp://x/{z}"],
)
def test_a_tile_address_that_cannot_be_held_to_one_host_is_refused(typed: str) -> None:
    reader = Reader({"NUCLEUS_TILE_URL": typed, "NUCLEUS_TILE_ATTRIBUTION": "me"})
    reader.tiles()
    assert len(reader.mistakes) == 1
    unnamed = Reader({"NUCLEUS_TILE_URL": TILES})
    unnamed.tiles()
    assert "whom the tiles" in unnamed.mistakes[0]
