"""Hidden places on the map: in a real browser nobody outside is asked for the streets around."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from nucleus.ground.settings import Settings
from tests.browser.conftest import Opener
from tests.browser.eyes import axe
from tests.browser.house import LiveHouse
from tests.resources.furnish import SECRET, put_resource, resource

pytestmark = pytest.mark.browser
STREETS = "tiles.example.org"
MAP = "/maps/resources/show?text=indirizzo#on-the-map"
PIN = ".map-canvas .map-pin"


@pytest.fixture
def streets(house: LiveHouse) -> Iterator[None]:
    """The operator named somebody else's tiles, and a place is hidden."""
    before: Settings = house.app.extensions["nucleus.settings"]
    tiles = f"https://{STREETS}/{{z}}/{{x}}/{{y}}.png"
    after = replace(before, tile_url=tiles, tile_attribution="© Everybody")
    house.app.extensions["nucleus.settings"] = after
    with house.cast.stage():
        number = put_resource("Casa senza indirizzo", where=SECRET)
    yield
    with house.cast.stage():
        resource(number).state = "retired"
    house.app.extensions["nucleus.settings"] = before


@pytest.mark.usefixtures("streets")
def test_whoever_sees_secret_points_asks_nobody_for_streets_unless_they_are_blurred(
    visit: Opener, house: LiveHouse
) -> None:
    asked: list[str] = []
    with visit(house.cast.carla, language="en") as seen:
        page = seen.page
        page.on("request", lambda one: asked.append(urlsplit(one.url).hostname or ""))
        page.route(f"https://{STREETS}/**", lambda route: route.abort())
        page.goto(house.url + MAP)
        expect(page.locator(PIN)).to_be_visible(timeout=20_000)
        page.get_by_role("button", name="See more around").click()
        page.wait_for_load_state("networkidle")
        assert STREETS not in asked
        assert axe(page) == []
        page.get_by_role("link", name="Show the streets, and those places only").click()
        expect(page.locator(PIN)).to_be_visible(timeout=20_000)
        page.wait_for_load_state("networkidle")
        assert STREETS in asked
