"""The page that finds places, walked with keys alone: asked, read, the map entered and left."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from nucleus.places.services import Whereabouts
from tests.browser.conftest import Opener
from tests.browser.house import LiveHouse
from tests.browser.test_by_keyboard import MOST_STEPS, answer, press, tab_to
from tests.resources.furnish import NAPLES, put_resource, resource

pytestmark = pytest.mark.browser
HERE = "/maps/resources/show?text=Lanterna&lang=en"
SCALE = ".leaflet-control-scale-line"


@pytest.fixture(scope="module")
def lanterns(house: LiveHouse) -> Iterator[list[int]]:
    """Five places close together in Aversa and one in Naples."""
    with house.cast.stage():
        numbers = [
            put_resource(
                f"Lanterna {number}",
                where=Whereabouts(
                    "Via Roma", "Aversa", "CE", point=(40.973 + number / 1e3, 14.2065)
                ),
            )
            for number in range(5)
        ]
        numbers.append(put_resource("Lanterna del porto", where=NAPLES, wheelchair="yes"))
    yield numbers
    with house.cast.stage():
        for number in numbers:
            resource(number).state = "retired"


def is_outside_the_map(page: Page) -> bool:
    return bool(page.evaluate("!document.activeElement.closest('.map-canvas')"))


def tab_until(page: Page, part: Locator) -> None:
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if part.evaluate("part => part === document.activeElement"):
            return
    pytest.fail(f"{part} can't be reached by keyboard")


def left_of(part: Locator) -> float:
    return float(part.evaluate("part => part.getBoundingClientRect().x"))


def drawn(page: Page) -> None:
    expect(page.locator(".map-canvas[data-pins]")).to_be_visible(timeout=20_000)


def test_choices_say_what_they_would_find_and_sending_them_leads_to_it(
    visit: Opener, house: LiveHouse, lanterns: list[int]
) -> None:
    with visit(width=1280, height=900, language="en") as seen:
        page = seen.page
        page.goto(house.url + HERE)
        tab_to(page, "link", "Skip to the content")
        page.keyboard.press("Enter")
        expect(page.get_by_role("main")).to_be_focused()
        answer(page, "What are you looking for?", "Lanterna")
        tab_until(page, page.get_by_label("A wheelchair can get in"))
        page.keyboard.press("Space")
        expect(page.locator("[data-would-be]")).to_have_text("These choices would find: 1 place")
        page.keyboard.press("Enter")
        page.wait_for_url("**wheelchair=y**")
        expect(page.get_by_role("heading", name="1 place", exact=True)).to_be_focused()
        assert seen.faults == []


def test_a_place_of_the_list_is_shown_on_the_map_and_the_map_lets_go(
    visit: Opener, house: LiveHouse, lanterns: list[int]
) -> None:
    with visit(width=1280, height=900, language="en") as seen:
        page = seen.page
        page.goto(house.url + HERE)
        drawn(page)
        tab_to(page, "link", "Show on the map: Lanterna del porto")
        page.keyboard.press("Enter")
        expect(page.locator(".map-popup a")).to_be_focused()
        expect(page.locator(".map-popup strong")).to_have_text("Lanterna del porto")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Lanterna del porto", exact=True)).to_be_focused()
        for _ in range(12):
            page.keyboard.press("Tab")
            if is_outside_the_map(page):
                break
        assert is_outside_the_map(page), "the map keeps the keyboard"
        for _ in range(12):
            page.keyboard.press("Shift+Tab")
            if page.evaluate("document.activeElement.matches('.skip-map')"):
                break
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert is_outside_the_map(page)
        assert seen.faults == []


def test_the_map_is_led_by_keys_and_a_circle_says_where_it_is(
    visit: Opener, house: LiveHouse, lanterns: list[int]
) -> None:
    with visit(width=1280, height=900, language="en") as seen:
        page = seen.page
        page.goto(house.url + HERE)
        drawn(page)
        circle = page.locator(".map-cluster[role=button]")
        expect(circle).to_have_attribute("aria-label", re.compile("5 places around Aversa"))
        tab_to(page, "link", "Jump over the map")
        page.keyboard.press("Tab")
        expect(page.locator(".map-canvas")).to_be_focused()
        was, scale = left_of(circle), page.locator(SCALE).inner_text()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("-")
        expect(page.locator(SCALE)).not_to_have_text(scale)
        page.keyboard.press("+")
        expect(page.locator(SCALE)).to_have_text(scale)
        assert left_of(circle) < was, "an arrow moves the map"
        press(page, "5 places around Aversa: zoom in")
        expect(page.locator("[data-map-said]")).to_have_text("5 places on this part of the map")
        assert not is_outside_the_map(page)
        assert seen.faults == []


def test_on_a_phone_list_and_map_take_turns_and_the_first_place_needs_no_scrolling(
    visit: Opener, house: LiveHouse, lanterns: list[int]
) -> None:
    with visit(width=360, height=740, language="en") as seen:
        page = seen.page
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(house.url + HERE)
        first = page.locator(".listed h3").first
        expect(first).to_be_in_viewport(ratio=1)
        page.wait_for_load_state("networkidle")
        assert not [url for url in asked if "geojson" in url], "a map nobody sees fetches nothing"
        tab_until(page, page.locator(".turns").get_by_role("link", name="Map"))
        page.keyboard.press("Enter")
        drawn(page)
        expect(first).to_be_hidden()
        expect(page.get_by_role("heading", name="On the map")).to_be_focused()
        page.go_back()
        expect(first).to_be_visible()
        page.go_forward()
        expect(page.locator(".map-canvas")).to_be_visible()
        page.get_by_role("link", name="Open now", exact=True).click()
        page.wait_for_url("**open_now=y#on-the-map")
        drawn(page)
        assert seen.faults == []
