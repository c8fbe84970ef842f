"""Who has to leave leaves at once, and nobody finds the page by going back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.house import LiveHouse

pytestmark = pytest.mark.browser


def expect_calendar(page: Page) -> None:
    page.wait_for_url("**/leave")
    expect(page).to_have_title(re.compile("^Calendar"))
    expect(page.locator("body")).not_to_contain_text("Nucleo")


def test_the_button_leads_to_a_calendar_and_back_shows_nothing(
    visit: Opener, house: LiveHouse
) -> None:
    with visit() as seen:
        seen.page.goto(f"{house.url}/leave")
        seen.page.goto(f"{house.url}/gallery")
        seen.page.goto(f"{house.url}/")
        seen.page.locator(".exit").click()
        expect_calendar(seen.page)
        seen.page.go_back(wait_until="commit")
        expect_calendar(seen.page)


def test_shift_three_times_leaves_and_escape_does_not(visit: Opener, house: LiveHouse) -> None:
    with visit() as seen:
        seen.page.goto(f"{house.url}/gallery")
        for key in ("Escape", "Escape", "Escape", "Shift", "Shift", "a", "Shift"):
            seen.page.keyboard.press(key)
        assert seen.page.url.endswith("/gallery")
        for _ in range(3):
            seen.page.keyboard.press("Shift")
        expect_calendar(seen.page)


def test_without_scripts_the_button_is_a_link(visit: Opener, house: LiveHouse) -> None:
    with visit(script=False) as seen:
        seen.page.goto(house.url)
        seen.page.locator(".exit").click()
        expect(seen.page).to_have_url(f"{house.url}/leave")


def test_who_comes_again_by_the_front_door_is_let_in(visit: Opener, house: LiveHouse) -> None:
    with visit() as seen:
        seen.page.goto(house.url)
        seen.page.locator(".exit").click()
        expect_calendar(seen.page)
        seen.page.goto(house.url)
        expect(seen.page.locator("h1")).to_be_visible()
