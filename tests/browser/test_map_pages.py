"""Every page with a map in a real browser: code in names stays text, keys do what a mouse does."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from maps.areas.services import AreaFacts, add_area, end_area
from maps.earth.shapes import Region, Town
from maps.frames import add_frame_host, remove_frame_host
from maps.models import Area
from nucleus.ground.clock import now
from nucleus.ground.database import db
from tests.browser.conftest import Opener
from tests.browser.eyes import axe, misfits
from tests.browser.house import LiveHouse, serve
from tests.browser.test_map import PAYLOADS, PINS, press_apart
from tests.resources.furnish import AVERSA, put_resource, resource

pytestmark = pytest.mark.browser
HOSTILE = " ".join(PAYLOADS)


@pytest.fixture
def area(house: LiveHouse) -> Iterator[int]:
    """An area whose name is code, with five places whose names are code."""
    with house.cast.stage():
        numbers = [put_resource(name, where=AVERSA, who_for=name) for name in PAYLOADS]
        facts = AreaFacts(HOSTILE, HOSTILE, Region((), (Town("Aversa", "CE"),)),
                          now() + timedelta(days=1), public=True)  # fmt: skip
        number = add_area(facts, actor=house.cast.carla).id
    yield number
    with house.cast.stage():
        opened = db.session.get(Area, number)
        assert opened
        end_area(opened, actor=house.cast.carla)
        for each in numbers:
            resource(each).state = "retired"


def drawn(page: Page, at_least: int) -> None:
    """Wait until the map holds its pins."""
    canvas = page.locator(".map-canvas[data-pins]")
    expect(canvas).to_be_visible(timeout=20_000)
    assert int(canvas.get_attribute("data-pins") or "0") >= at_least


def open_every_pin(page: Page) -> set[str]:
    """Press every pin and return the names that were shown."""
    press_apart(page)
    told = set()
    for pin in page.locator(PINS).all():
        pin.dispatch_event("click")
        name = page.locator(".map-popup strong").last
        expect(name).to_be_visible()
        told.add(name.text_content() or "")
    return told


def test_code_in_names_runs_on_no_map(visit: Opener, house: LiveHouse, area: int) -> None:
    pages = (f"/maps/area/show/{area}", "/maps/resources/embed?comune=Aversa")
    with visit(width=1280, height=900) as seen:
        for path in pages:
            seen.page.goto(house.url + path)
            drawn(seen.page, len(PAYLOADS))
            assert set(PAYLOADS) <= open_every_pin(seen.page), path
            assert seen.page.evaluate("window.pwned") is None, path
        seen.page.goto(f"{house.url}/maps/sheet/show?area={area}")
        expect(seen.page.get_by_role("heading", name=PAYLOADS[2], exact=True)).to_be_visible()
        assert seen.page.evaluate("window.pwned") is None
        assert seen.faults == []
    with visit(house.cast.carla, width=1280, height=900) as seen:
        for path in (f"/maps/area/edit/{area}", "/maps/area/list", "/maps/gap/show"):
            seen.page.goto(house.url + path)
            assert seen.page.evaluate("window.pwned") is None, path
        assert seen.faults == []


def test_an_area_is_drawn_by_keyboard_and_by_mouse(visit: Opener, house: LiveHouse) -> None:
    with visit(house.cast.carla, width=1280, height=900) as seen:
        page = seen.page
        page.goto(f"{house.url}/maps/area/add?lang=en")
        canvas = page.locator(".map-canvas")
        expect(canvas).to_have_attribute("data-corners", "0")
        canvas.focus()
        for keys in (("Enter",), ("ArrowRight", "Enter"), ("ArrowDown", "Enter"), ("Enter",)):
            for key in keys:
                page.keyboard.press(key)
        page.keyboard.press("Backspace")
        expect(canvas).to_have_attribute("data-corners", "3")
        expect(page.get_by_text("3 corners")).to_be_visible()
        canvas.click(position={"x": 80, "y": 90})
        expect(canvas).to_have_attribute("data-corners", "4")
        assert len(page.locator("#corners").input_value().split("\n")) == 4
        page.locator("#corners").fill("40.96 14.19\n40.99 14.19\n40.99 14.22")
        expect(canvas).to_have_attribute("data-corners", "3")
        page.get_by_role("button", name="Show what is inside").click()
        expect(page.get_by_role("heading", name="Something needs another look")).to_be_visible()
        page.locator("#name").fill("Prova")
        page.get_by_role("button", name="Show what is inside").click()
        expect(page.get_by_role("heading", name="Inside it are now")).to_be_visible()
        assert axe(page) + misfits(page) + seen.faults == []


def test_a_popup_takes_the_focus_and_gives_it_back(
    visit: Opener, house: LiveHouse, area: int
) -> None:
    with visit(width=1280, height=900, language="en") as seen:
        page = seen.page
        page.goto(f"{house.url}/maps/area/show/{area}?lang=en")
        drawn(page, len(PAYLOADS))
        press_apart(page)
        expect(page.locator("[data-map-said]")).to_contain_text("places on this part of the map")
        pin = page.locator(PINS).first
        pin.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".map-popup a")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".map-popup")).to_have_count(0)
        expect(pin).to_be_focused()
        page.locator(".skip-map").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('.map-canvas')")
        assert seen.faults == []


def test_another_web_site_frames_the_map_only_when_allowed(
    visit: Opener, house: LiveHouse, area: int
) -> None:
    frame_of_ours = f'<iframe src="{house.url}/maps/resources/embed" width=600 height=700></iframe>'
    neighbour = Flask("neighbour")
    neighbour.add_url_rule("/", view_func=lambda: f"<!doctype html><title>t</title>{frame_of_ours}")
    with serve(neighbour) as theirs, visit(width=1280, height=900) as seen:
        page = seen.page
        page.goto(theirs)
        frame = page.frame_locator("iframe")
        expect(frame.locator(".map-canvas")).to_have_count(0)
        with house.cast.stage():
            add_frame_host(theirs, actor=house.cast.carla)
        page.goto(theirs)
        expect(frame.locator(".map-canvas[data-pins]")).to_be_visible(timeout=20_000)
        assert page.context.cookies(house.url) == []
        with house.cast.stage():
            remove_frame_host(theirs, actor=house.cast.carla)


def test_a_sheet_is_whole_in_black_and_white_on_a4(
    visit: Opener, house: LiveHouse, area: int
) -> None:
    with visit(width=1280, height=900, dark=True) as seen:
        seen.page.goto(f"{house.url}/maps/sheet/show?area={area}")
        seen.page.emulate_media(media="print", color_scheme="light")
        paper = seen.page.pdf(format="A4")
        assert paper.startswith(b"%PDF")
        expect(seen.page.locator(".sheet-map rect")).to_have_count(1)
        expect(seen.page.locator(".bar")).to_be_hidden()
        assert seen.page.locator(".sheet-code svg").is_visible()
        assert seen.faults == []
