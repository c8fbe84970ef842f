"""The map in a real browser: harmless whatever places are called, equal to the list, readable."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from nucleus.ground.database import db
from nucleus.places.services import Whereabouts
from nucleus.resources.models import Resource
from tests.browser.conftest import Opener
from tests.browser.eyes import axe, misfits
from tests.browser.house import LiveHouse
from tests.maps.crowd import SOURCE, crowd_of
from tests.resources.furnish import AVERSA, NAPLES, SECRET, put_resource, resource

pytestmark = pytest.mark.browser
PAYLOADS = (
    "<img src=x onerror=window.pwned=1>",
    "</script><script>window.pwned=2</script>",
    "${window.pwned=3}",
    "`;window.pwned=4;`",
    '<b onclick="window.pwned=5" data-parse_html="true">parse</b>',
)
PINS = ".map-pin"
MILAN = Whereabouts("Via Torino 1", "Milano", "MI", point=(45.4642, 9.19))


@pytest.fixture
def places(house: LiveHouse) -> Iterator[list[int]]:
    """Five places whose names are code, two plain ones and one nobody may find."""
    with house.cast.stage():
        numbers = [put_resource(name, where=AVERSA, category="meeting_point") for name in PAYLOADS]
        numbers.append(put_resource("Mensa della Pace", where=NAPLES, category="food"))
        numbers.append(put_resource("Rifugio Alba", where=SECRET, visibility="coordinators"))
    yield numbers
    with house.cast.stage():
        for number in numbers:
            resource(number).state = "retired"


def open_map(page: Page, house: LiveHouse, question: str = "") -> int:
    """Open the page and return how many pins the map holds, once it has drawn them."""
    page.goto(f"{house.url}/maps/resources/show?{question}#on-the-map")
    canvas = page.locator(".map-canvas[data-pins]")
    expect(canvas).to_be_visible(timeout=20_000)
    return int(canvas.get_attribute("data-pins") or "-1")


def press_apart(page: Page) -> None:
    """Open clusters until only pins are left (places at one point spread like a spider's legs)."""
    for _ in range(20):
        if page.locator(".map-cluster").count() == 0 or page.locator(PINS).count() >= 5:
            return
        page.locator(".map-cluster").first.dispatch_event("click")


def test_a_name_that_is_code_stays_a_name_on_map_and_list(
    visit: Opener, house: LiveHouse, places: list[int]
) -> None:
    with visit(width=1280, height=900) as seen:
        assert open_map(seen.page, house, "category=meeting_point") == len(PAYLOADS)
        press_apart(seen.page)
        told = set()
        for pin in seen.page.locator(PINS).all():
            pin.dispatch_event("click")
            name = seen.page.locator(".map-popup strong").last
            expect(name).to_be_visible()
            told.add(name.text_content())
        assert told == set(PAYLOADS)
        for payload in PAYLOADS:
            expect(seen.page.locator("h3", has_text=payload)).to_be_visible()
        assert seen.page.evaluate("window.pwned") is None
        assert seen.faults == []


def test_the_place_page_and_the_upkeep_pages_take_the_same_names(
    visit: Opener, house: LiveHouse, places: list[int]
) -> None:
    with visit(house.cast.carla) as seen:
        for number in places[: len(PAYLOADS)]:
            for verb in ("show", "edit", "retire"):
                seen.page.goto(f"{house.url}/resources/resource/{verb}/{number}")
                assert seen.page.evaluate("window.pwned") is None
        seen.page.goto(f"{house.url}/resources/resource/list")
        assert seen.page.evaluate("window.pwned") is None
        assert seen.faults == []


@pytest.mark.parametrize("question", ["", "category=food", "text=mensa", "open_now=y"])
def test_list_and_map_count_the_same(
    visit: Opener, house: LiveHouse, places: list[int], question: str
) -> None:
    with visit(width=1280, height=900) as seen:
        pins = open_map(seen.page, house, question)
        total = seen.page.locator("[data-total]").get_attribute("data-total")
        without_point = seen.page.locator("[data-unplaced]")
        missing = without_point.get_attribute("data-unplaced") if without_point.count() else "0"
        assert f"{pins + int(missing or 0)}" == total
        assert seen.faults == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_map_is_readable_and_large_enough(
    visit: Opener, house: LiveHouse, places: list[int], *, dark: bool, width: int
) -> None:
    with visit(width=width, height=900, dark=dark) as seen:
        open_map(seen.page, house)
        assert axe(seen.page) + misfits(seen.page) + seen.faults == []
        press_apart(seen.page)
        seen.page.locator(PINS).first.dispatch_event("click")
        expect(seen.page.locator(".map-popup").first).to_be_visible()
        assert axe(seen.page) + seen.faults == []


def test_no_pin_says_where_a_confidential_place_is(
    visit: Opener, house: LiveHouse, places: list[int]
) -> None:
    with visit() as seen:
        with seen.page.expect_response("**/resources.geojson*") as pins:
            open_map(seen.page, house)
        told = seen.page.content() + pins.value.text()
        for word in ("Rifugio Alba", "Segretissimo", "40.9612"):
            assert word not in told


def test_without_script_the_list_is_whole_and_no_empty_map_is_shown(
    visit: Opener, house: LiveHouse, places: list[int]
) -> None:
    with visit(script=False) as seen:
        seen.page.goto(f"{house.url}/maps/resources/show?category=food")
        expect(seen.page.get_by_role("link", name="Mensa della Pace", exact=True)).to_be_visible()
        expect(seen.page.locator(".map-frame")).to_be_hidden()
        expect(seen.page.locator("[data-near-me]")).to_be_hidden()


def test_a_pin_opens_by_keyboard(visit: Opener, house: LiveHouse, places: list[int]) -> None:
    with visit(width=1280, height=900) as seen:
        open_map(seen.page, house, "category=food")
        seen.page.locator(PINS).first.focus()
        seen.page.keyboard.press("Enter")
        expect(seen.page.locator(".map-popup a")).to_be_visible()


def test_the_buttons_of_a_map_speak_the_language_of_the_page(
    visit: Opener, house: LiveHouse, places: list[int]
) -> None:
    """Leaflet calls them *Zoom in* and *Close popup*, whoever reads or hears them."""
    with visit(width=1280, height=900, language="uk") as seen:
        open_map(seen.page, house, "category=food")
        seen.page.locator(PINS).first.focus()
        seen.page.keyboard.press("Enter")
        for name in ("Наблизити", "Показати ширше", "Закрити"):
            expect(seen.page.get_by_role("button", name=name)).to_be_visible()


def test_near_where_i_am_sorts_and_leaves_no_trace_in_the_address(
    visit: Opener, house: LiveHouse, places: list[int]
) -> None:
    with visit(language="en") as seen:
        context = seen.page.context
        context.grant_permissions(["geolocation"], origin=house.url)
        context.set_geolocation({"latitude": 40.84, "longitude": 14.2487})
        seen.page.goto(f"{house.url}/maps/resources/show?lang=en")
        seen.page.get_by_role("button", name="Near me").click()
        seen.page.wait_for_url("**here=1**")
        assert "40.8" not in seen.page.url
        expect(seen.page.locator(".row h3").first).to_have_text("Mensa della Pace")
        assert seen.faults == []


def test_the_map_of_who_asks_near_a_town_begins_there_and_not_with_all_of_italy(
    visit: Opener, house: LiveHouse, places: list[int]
) -> None:
    with house.cast.stage():
        for number in range(8):
            places.append(put_resource(f"Sportello {number}", where=AVERSA))
        places.append(put_resource("Lontano", where=MILAN))
    with visit(width=1280, height=900) as seen:
        scale = seen.page.locator(".leaflet-control-scale-line")
        open_map(seen.page, house)
        expect(scale).to_have_text("100 km")
        open_map(seen.page, house, "near=Aversa")
        expect(scale).to_have_text(re.compile(r"^([1-5] k|\d+ )m$"))


def test_when_the_pins_do_not_come_the_page_says_so(
    visit: Opener, house: LiveHouse, places: list[int]
) -> None:
    with visit(language="en") as seen:
        seen.page.route("**/resources.geojson*", lambda route: route.fulfill(status=500, body=""))
        seen.page.goto(f"{house.url}/maps/resources/show?lang=en#on-the-map")
        failed = seen.page.locator("[data-map-failed]")
        expect(failed).to_contain_text("The list beside it is complete")


def test_the_land_is_drawn_below_the_pins(
    visit: Opener, house: LiveHouse, places: list[int]
) -> None:
    widest = """() => Math.max(0, ...[...document.querySelectorAll('.map-land')]
        .map((land) => land.getBoundingClientRect().width))"""
    with visit(width=1280, height=900) as seen:
        open_map(seen.page, house)
        drawn = seen.page.wait_for_function(f"({widest})() > 100")
        assert drawn.json_value() is True


@pytest.fixture
def crowd(house: LiveHouse) -> Iterator[tuple[float, float]]:
    """More places than a phone is sent at once, three of them at one door; the point of that."""
    door = (40.61115, 14.52225)
    with house.cast.stage():
        crowd_of(1600)
        at_the_door = replace(AVERSA, point=door)
        three = [put_resource(f"Fiaccola {n}", where=at_the_door) for n in range(3)]
    yield door
    with house.cast.stage():
        theirs = update(Resource).where((Resource.who_for == SOURCE) | Resource.id.in_(three))
        db.session.execute(theirs.values(state="retired"))


def test_a_crowded_map_draws_circles_that_open_when_pressed(
    visit: Opener, house: LiveHouse, crowd: tuple[float, float]
) -> None:
    with visit(width=390, height=844) as seen:
        assert 0 < open_map(seen.page, house) < 1600
        circles = seen.page.locator(".map-cluster")
        for _ in range(2):
            expect(circles.first).to_have_attribute("aria-label", re.compile(r"\d+"))
            assert int(circles.first.text_content() or "0") > 1
            with seen.page.expect_response(re.compile(r"resources\.geojson.*bbox")):
                circles.first.press("Enter")
            expect(seen.page.locator(".map-canvas")).to_be_focused()
            expect(seen.page.locator(".map-pin, .map-cluster").first).to_be_visible()
        assert seen.faults == []


def test_in_a_crowd_the_list_leads_to_the_right_one_of_three_at_one_door(
    visit: Opener, house: LiveHouse, crowd: tuple[float, float]
) -> None:
    lat, lon = crowd
    with visit(width=1280, height=900, language="en") as seen:
        page = seen.page
        page.goto(f"{house.url}/maps/resources/show?near={lat},{lon}&lang=en")
        expect(page.locator(".map-canvas[data-views]")).to_be_visible(timeout=20_000)
        for name in ("Fiaccola 2", "Fiaccola 0"):
            page.get_by_role("link", name=f"Show on the map: {name}").click()
            expect(page.locator(".map-popup strong")).to_have_text(name)
            expect(page.locator(".map-popup a")).to_be_focused()
            # What the popup covers moved the map; the answer to that left the popup standing.
            page.wait_for_load_state("networkidle")
            expect(page.locator(".map-popup strong")).to_have_text(name)
        page.keyboard.press("Escape")
        for n in range(3):
            pin = page.get_by_role("button", name=f"Fiaccola {n}", exact=True)
            expect(pin).to_be_visible()
        assert seen.faults == []


APART = """() => {
  const boxes = (what) => [...document.querySelectorAll(what)].map((one) => (
    one.getBoundingClientRect()
  ));
  const marks = boxes(".map-canvas .map-pin, .map-canvas .map-cluster");
  return boxes(".map-town bdi").every((name) => marks.every((mark) => (
    mark.right < name.left || name.right < mark.left
    || mark.bottom < name.top || name.bottom < mark.top
  )));
}"""


def test_no_name_of_a_town_lies_under_a_pin_or_a_circle(
    visit: Opener, house: LiveHouse, places: list[int]
) -> None:
    asked: list[str] = []
    with visit(width=390, height=800) as seen:
        seen.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        open_map(seen.page, house)
        expect(seen.page.locator(".map-town bdi").first).to_be_visible(timeout=20_000)
        seen.page.wait_for_load_state("networkidle")
        assert asked.count("/maps/towns.geojson") == 1  # after the pins, which move the view
        for _ in range(3):
            seen.page.wait_for_function(APART)  # once the view rests
            seen.page.locator(".leaflet-control-zoom-out").click()
            seen.page.wait_for_load_state("networkidle")
