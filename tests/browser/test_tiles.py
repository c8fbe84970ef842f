"""What lies under the pins, in a real browser: own tiles, tiles of others, and both when broken."""

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from maps.earth.geometry import Box
from maps.locating.naming import towns_in
from maps.sheets.land import land_rings
from tests.browser.conftest import Opener
from tests.browser.eyes import axe
from tests.browser.house import LiveHouse
from tests.maps.archive import write_archive
from tests.resources.furnish import AVERSA, SECRET, put_resource, resource

pytestmark = pytest.mark.browser
PAGE = "/maps/resources/show?lang=en#on-the-map"
HOST = "https://tiles.example.org"
DOT = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
COLOURS = """() => {
  const seen = new Set();
  for (const tile of document.querySelectorAll('canvas.leaflet-tile')) {
    const { data } = tile.getContext('2d').getImageData(0, 0, tile.width || 1, tile.height || 1);
    for (let at = 0; at < data.length; at += 4 * 97) {
      if (data[at + 3]) seen.add([data[at], data[at + 1], data[at + 2]].join());
    }
  }
  return [...seen];
}"""
EARTH = {False: "226,223,218", True: "31,31,31"}
"""The land of the two flavours that come with the library."""


@pytest.fixture
def place(house: LiveHouse) -> Iterator[None]:
    """One pin, so that the map looks at a part of Italy."""
    with house.cast.stage():
        number = put_resource("Mensa", where=AVERSA)
    yield
    with house.cast.stage():
        resource(number).state = "retired"


@contextmanager
def living_on(house: LiveHouse, **ground: object) -> Iterator[None]:
    """Let the house have other tiles for a while."""
    kept = house.app.extensions["nucleus.settings"]
    house.app.extensions["nucleus.settings"] = replace(kept, **ground)
    try:
        yield
    finally:
        house.app.extensions["nucleus.settings"] = kept


def archive_of_italy(house: LiveHouse, path: Path) -> Path:
    with house.app.app_context():
        towns = [(town.name, town.point) for town in towns_in(Box(35, 6, 48, 19), 40)]
        write_archive(path, land_rings(), towns)
    return path


def ground(page: Page, what: str) -> None:
    """Wait until the map says what it is drawn on."""
    expect(page.locator(f".map-canvas[data-ground={what}]")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("dark", [False, True])
def test_a_real_archive_is_drawn_from_this_server_alone(
    visit: Opener, house: LiveHouse, place: None, tmp_path: Path, *, dark: bool
) -> None:
    archive = archive_of_italy(house, tmp_path / "italy.pmtiles")
    with living_on(house, pmtiles=archive), visit(dark=dark, language="en") as seen:
        parts: list[int] = []
        seen.page.on(
            "response",
            lambda answer: parts.append(answer.status) if ".pmtiles" in answer.url else None,
        )
        seen.page.goto(house.url + PAGE)
        ground(seen.page, "tiles")
        colour = EARTH[dark]
        seen.page.wait_for_function(f"(colour) => ({COLOURS})().includes(colour)", arg=colour)
        assert set(parts) == {206}, "a browser asks for parts, never for the whole file"
        expect(seen.page.locator(".map-town")).to_have_count(0)
        expect(seen.page.get_by_text("© Natural Earth")).to_be_visible()
        assert axe(seen.page) + seen.faults == []


def test_a_broken_archive_gives_way_to_the_outline_and_only_those_who_coordinate_read_of_it(
    visit: Opener, house: LiveHouse, place: None, tmp_path: Path
) -> None:
    whole = archive_of_italy(house, tmp_path / "italy.pmtiles")
    broken = tmp_path / "broken.pmtiles"
    body = whole.read_bytes()
    broken.write_bytes(body[:400] + bytes(len(body) - 400))
    with living_on(house, pmtiles=broken):
        with visit(language="en") as seen:
            seen.page.goto(house.url + PAGE)
            ground(seen.page, "outline")
            expect(seen.page.locator("canvas.leaflet-tile")).to_have_count(0)
            expect(seen.page.locator(".map-land").first).to_be_attached()
            expect(seen.page.locator(".map-town bdi").first).to_be_visible()
            assert seen.page.locator("[data-ground-failed]").count() == 0
        with visit(house.cast.carla, language="en") as seen:
            seen.page.goto(house.url + PAGE)
            expect(seen.page.get_by_text("The map tiles do not come just now")).to_be_visible()


@pytest.mark.parametrize("comes", [True, False])
def test_tiles_of_another_host_are_drawn_or_given_up_in_silence(
    visit: Opener, house: LiveHouse, place: None, *, comes: bool
) -> None:
    def answer(route: Route) -> None:
        if comes:
            route.fulfill(body=DOT, content_type="image/png")
        else:
            route.fulfill(status=503, body="")

    setting = {"tile_url": HOST + "/{z}/{x}/{y}.png", "tile_attribution": "© Everybody"}
    with living_on(house, **setting), visit(language="en") as seen:
        seen.page.route(re.compile(re.escape(HOST)), answer)
        seen.page.goto(house.url + PAGE)
        ground(seen.page, "tiles" if comes else "outline")
        expect(seen.page.locator(".map-pin, .map-cluster").first).to_be_visible()
        expect(seen.page.get_by_text("© Everybody")).to_be_visible()
        assert not any("CSP" in fault for fault in seen.faults), seen.faults
        assert seen.page.locator(".map-frame .notice:visible").count() == 0


@pytest.mark.parametrize("secret", [False, True])
def test_whoever_puts_a_pin_sees_streets_unless_nobody_may_find_the_place(
    visit: Opener, house: LiveHouse, *, secret: bool
) -> None:
    asked: list[str] = []
    with house.cast.stage():
        number = put_resource("Sportello", where=SECRET if secret else AVERSA)
    setting = {"tile_url": HOST + "/{z}/{x}/{y}.png", "tile_attribution": "© Everybody"}
    with living_on(house, **setting), visit(house.cast.carla, language="en") as seen:
        seen.page.on("request", lambda one: asked.append(one.url) if HOST in one.url else None)
        seen.page.route(re.compile(re.escape(HOST)), lambda route: route.fulfill(body=DOT))
        seen.page.goto(f"{house.url}/maps/place/pin/{number}")
        expect(seen.page.locator(".map-canvas[data-ready]")).to_be_visible(timeout=20_000)
        if not secret:
            ground(seen.page, "tiles")
        seen.page.wait_for_load_state("networkidle")
        assert bool(asked) is not secret
        expect(seen.page.get_by_text("© Everybody")).to_have_count(0 if secret else 1)
        assert axe(seen.page) == []
        assert not any("CSP" in fault for fault in seen.faults), seen.faults
    with house.cast.stage():
        resource(number).state = "retired"
