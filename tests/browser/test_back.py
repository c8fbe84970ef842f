"""A shared computer, and a browser that keeps whole pages: Back shows nothing after leaving."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.eyes import visiting
from tests.browser.house import LiveHouse, chromium_or_skip

pytestmark = pytest.mark.browser
PRIVATE, MINE = "/resources/resource/list", "/accounts/me"
HELP, KEPT = "/leave/explain", "/maps/resources/keep"


@pytest.fixture
def keeping(browser: Browser) -> Iterator[Browser]:
    """Return a browser as people have it: for tests it is usually told to keep no page whole."""
    lent = browser.browser_type.launch(
        executable_path=chromium_or_skip(whole=True),
        args=["--no-sandbox"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield lent
    lent.close()


def back(page: Page, path: str) -> None:
    """Go back, and wait until what stands there has loaded, kept or new."""
    page.evaluate("() => { setTimeout(() => history.back()) }")
    there = "path => location.pathname === path && document.readyState === 'complete'"
    page.wait_for_function(there, arg=path)


def leave_a_mark(page: Page, address: str) -> None:
    """Open a page and note in it that this very one was seen."""
    page.goto(address)
    page.evaluate("() => { window.seen = true }")


def is_same(page: Page) -> bool:
    """Say whether it is the page with the mark, and no new one."""
    return bool(page.evaluate("() => window.seen === true"))


def test_back_shows_nothing_after_signing_out_or_leaving(
    keeping: Browser, house: LiveHouse
) -> None:
    """Not even in another window than the one in which somebody signed out."""
    cookies = house.cookies_of(house.cast.carla)
    with visiting(keeping, house.url, cookies) as seen:
        page = seen.page
        page.goto(house.url + MINE)  # a cookie that changes later would take every page away
        leave_a_mark(page, house.url + HELP)
        page.goto(house.url + KEPT)
        back(page, HELP)
        assert is_same(page), "this browser keeps no page whole, so nothing is proven"
        leave_a_mark(page, house.url + PRIVATE)
        page.goto(house.url + HELP)
        other = page.context.new_page()
        other.goto(house.url + MINE)
        other.locator("form[action$='/accounts/sign-out'] button").click()
        expect(other).to_have_url(house.url + "/")
        back(page, PRIVATE)
        assert not is_same(page)
        page.goto(house.url + "/")
        page.locator(".exit").first.click()
        page.wait_for_url("**/leave")
        back(page, "/leave")
        assert "Nucleo" not in page.inner_text("body")
