"""The pin in a real browser: by click, by keys, as text; said aloud; readable on a small phone."""

import pytest
from playwright.sync_api import Page, expect

from maps.jobs import geocode_waiting_places
from nucleus.places.services import Whereabouts
from tests.browser.conftest import Opener
from tests.browser.eyes import axe, misfits
from tests.browser.house import LiveHouse
from tests.resources.furnish import put_resource, resource

pytestmark = pytest.mark.browser


@pytest.fixture
def number(house: LiveHouse) -> int:
    """A place of which only the town is known."""
    with house.cast.stage():
        found = put_resource(where=Whereabouts("Via Roma 8", "Teverola", "CE"))
    with house.cast.stage():
        geocode_waiting_places()
    return found


def point(page: Page) -> tuple[float, float]:
    lat, _, lon = page.locator("#where").input_value().partition(", ")
    return float(lat), float(lon)


def test_a_pin_is_put_by_click_and_led_by_keys_and_its_town_is_said(
    visit: Opener, house: LiveHouse, number: int
) -> None:
    with visit(house.cast.carla, language="en") as seen:
        page = seen.page
        page.goto(f"{house.url}/maps/place/pin/{number}")
        canvas = page.locator(".map-canvas[data-ready]")
        expect(canvas).to_be_visible(timeout=20_000)
        assert page.locator("#where").input_value() == "", "a town's middle is nobody's door"
        canvas.click(position={"x": 100, "y": 120})
        clicked = point(page)
        says = page.locator("[data-says]")
        expect(says).to_contain_text("Near")
        pin = page.locator(".map-drop")
        pin.focus()
        page.keyboard.press("ArrowUp")
        assert point(page)[0] - clicked[0] == pytest.approx(10 / 111_320, abs=2e-6)
        page.keyboard.press("+")
        expect(says).to_have_text("Each key moves the pin by 100 metres.")
        page.keyboard.press("ArrowRight")
        east = (point(page)[1] - clicked[1]) * 111_320 * 0.755
        assert east == pytest.approx(100, rel=0.02)
        for _ in range(3):
            page.keyboard.press("+")
        for _ in range(40):
            page.keyboard.press("ArrowDown")
        expect(says).to_contain_text("Napoli")
        assert axe(page) == []
        assert misfits(page) == []
        page.fill("#where", "40.9952, 14.2111")
        page.locator("#where").press("Tab")
        expect(says).to_contain_text("Near Teverola (CE)")
        page.get_by_role("button", name="The pin is right").click()
        expect(page.get_by_text("The pin is where you put it.")).to_be_visible()
        assert seen.faults == []
    with house.cast.stage():
        place = resource(number).place
        assert place
        assert (place.lat, place.precision) == (40.9952, "pin")


@pytest.mark.parametrize("how", [{"width": 320, "language": "ar"}, {"script": False}])
def test_it_fits_the_smallest_phone_and_needs_no_script(
    visit: Opener, house: LiveHouse, number: int, how: dict[str, object]
) -> None:
    with visit(house.cast.carla, **how) as seen:
        page = seen.page
        page.goto(f"{house.url}/maps/place/pin/{number}")
        expect(page.locator("#where")).to_be_visible()
        shown = page.locator(".map-canvas").is_visible()
        assert shown is ("script" not in how)
        assert misfits(page) == []
        if shown:
            assert axe(page) == []
            page.fill("#where", "40.9952, 14.2111")
            page.locator("form .act:not(.quiet)").last.click()
            page.wait_for_url(lambda url: "/place/pin/" not in url)  # the button did not move
        assert seen.faults == []
