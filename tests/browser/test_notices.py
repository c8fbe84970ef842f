"""A notice that arrives while every page is closed: shown, neutral, and leading to its page."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.house import LiveHouse

pytestmark = pytest.mark.browser
ADD = "/accounts/device/add"
READY = """async (worker) => {
  const made = await navigator.serviceWorker.register(worker);
  while (!made.active) await new Promise((go) => setTimeout(go, 50));
  return made.scope;
}"""
HEAR = """async (told) => {
  const shown = [];
  self.registration.showNotification = async (title, facts) => { shown.push({ title, ...facts }); };
  self.dispatchEvent(new PushEvent("push", { data: told }));
  return shown[0];
}"""


def test_a_notice_is_shown_as_it_was_told(visit: Opener, house: LiveHouse) -> None:
    """The push service is left out: the service worker is handed what the browser decrypts.

    A browser without a screen shows no notices, so what it is asked to show is looked at.
    """
    told = {"title": "[A-1027] هل يمكنك المجيء؟", "body": "لديك إشعار", "lang": "ar",
            "tag": "A-1027", "url": f"{house.url}/a/x", "urgent": True,
            "actions": [{"deed": "coming", "title": "نعم", "url": f"{house.url}/a/x"}]}  # fmt: skip
    with visit(house.cast.bea) as seen:
        page = seen.page
        seen.open(house.url + ADD)
        with page.context.expect_event("serviceworker") as worker:
            page.evaluate(READY, page.locator("#device-form").get_attribute("data-worker"))
        shown = worker.value.evaluate(HEAR, json.dumps(told))
    assert (shown["title"], shown["body"], shown["dir"]) == (told["title"], told["body"], "rtl")
    assert (shown["tag"], shown["data"]["url"]) == ("A-1027", told["url"])
    assert shown["data"]["deeds"] == {"coming": told["url"]}


def test_a_browser_that_may_not_show_notices_is_told_what_to_do(
    visit: Opener, house: LiveHouse
) -> None:
    with visit(house.cast.bea, language="en") as seen:
        seen.open(house.url + ADD)
        seen.page.get_by_label("What you call this device").fill("Old phone")
        seen.page.get_by_role("button", name="Allow notices here").click()
        expect(seen.page.locator("#denied, #failed").locator("visible=true")).to_have_count(1)


def test_without_javascript_the_page_says_what_it_needs(visit: Opener, house: LiveHouse) -> None:
    with visit(house.cast.bea, language="en") as seen:
        page = seen.page.request.get(house.url + ADD).text()
    assert "This needs JavaScript" in page
    assert 'data-name="test"' in page
