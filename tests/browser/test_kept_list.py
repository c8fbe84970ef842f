"""The list kept on a phone: it opens without a net, says from when it is, and goes when told to."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from nucleus.ground.clock import now
from nucleus.resources.hours import ITALY, opening_at
from tests.browser.conftest import Opener
from tests.browser.eyes import Visit, axe, misfits, visiting
from tests.browser.house import LiveHouse, serve
from tests.resources.furnish import AVERSA, SECRET, put_resource, resource

pytestmark = pytest.mark.browser
KEEP = "/maps/resources/keep"
TOLD = """async () => {
  const told = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      told.push(name + request.url + await (await cache.match(request)).text());
    }
  }
  return told;
}"""
REACH = "async () => (await navigator.serviceWorker.getRegistrations()).map((each) => each.scope)"
NO_WORKER = """() => {
  const refuse = () => Promise.reject(new DOMException("", "SecurityError"));
  navigator.serviceWorker.register = refuse;
}"""
OLD = "http://old.example"  # no address of this machine: a browser trusts it as little as any
OTHER_ROOMS = ("/", "/accounts/sign-in", "/alerts/alert/list", "/maps/area/list", "/leave")


@dataclass
class Phone:
    """A phone with a connection that can be cut for good: the house stops to answer there."""

    visit: Visit
    url: str
    line: ExitStack = field(repr=False)

    @property
    def page(self) -> Page:
        return self.visit.page

    def open(self, path: str = KEEP) -> None:
        self.page.goto(self.url + path)

    def keep(self) -> None:
        self.open(f"{KEEP}?lang=en")
        self.page.get_by_role("button", name="Keep this list on this phone").click()
        expect(self.page.get_by_text("This list is on this phone.")).to_be_visible()

    def cut(self) -> None:
        """Pull the cable; the browser learns nothing of it."""
        self.line.close()

    def told(self) -> list[str]:
        """Return every byte the browser keeps for pages and workers."""
        told: list[str] = self.page.evaluate(TOLD)
        return told


@pytest.fixture(scope="module")
def places(house: LiveHouse) -> Iterator[None]:
    """A kitchen with hours, a public place whose address is secret, one for members only."""
    with house.cast.stage():
        numbers = [
            put_resource("Mensa Pace", where=AVERSA, category="food", hours="Mo-Su 12:00-14:00",
                         phones=["+390815550123"]),
            put_resource("Senza orari", where=AVERSA, hours=None),
            put_resource("Rifugio Alba", where=SECRET, visibility="members"),
            put_resource("Casa Aperta", where=SECRET),
        ]  # fmt: skip
    yield
    with house.cast.stage():
        for number in numbers:
            resource(number).state = "retired"


@pytest.fixture
def phone(browser: Browser, house: LiveHouse, places: None) -> Iterator[Phone]:
    """The phone of a coordinator, who is signed in and may see everything."""
    with ExitStack() as line:
        url = line.enter_context(serve(house.app))
        with visiting(browser, url, house.cookies_of(house.cast.carla), language="en") as seen:
            yield Phone(seen, url, line)


def plain_day() -> int:
    """Return in how many days two come together on which no feast leaves open who is there."""
    noon = now().astimezone(ITALY).replace(hour=12, minute=30)
    feasts = [
        opening_at("Mo-Su 12:00-14:00", noon + timedelta(days=days)).holiday for days in range(15)
    ]
    return next(days for days in range(1, 14) if feasts[days : days + 2] == [None, None])


def at(page: Page, hour: int, minute: int = 0, *, days: int) -> None:
    """Let the phone believe that it is so late, some days from today, and look again."""
    day = now().astimezone(ITALY) + timedelta(days=days)
    page.clock.set_fixed_time(day.replace(hour=hour, minute=minute).astimezone(UTC))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_kept_list_opens_without_a_net_and_says_what_is_open(phone: Phone) -> None:
    phone.keep()
    assert [*axe(phone.page), *misfits(phone.page)] == []
    assert phone.visit.faults == []
    assert phone.page.url == phone.url + KEEP, "the address says nothing of where"
    phone.cut()
    for path in (KEEP, "/maps/resources/show?text=mensa"):
        phone.open(path)
        expect(phone.page.get_by_role("heading", name="Useful numbers")).to_be_visible()
    expect(phone.page.get_by_text("There is no connection just now.")).to_be_visible()
    kitchen = phone.page.locator("li", has_text="Mensa Pace")
    expect(kitchen.get_by_role("link", name="Call")).to_have_attribute("href", "tel:+390815550123")
    expect(phone.page.get_by_text(f"as of {now().astimezone(ITALY).day} ")).to_be_visible()
    door, unread = kitchen.locator("[data-door]"), phone.page.locator("li", has_text="Senza orari")
    soon = plain_day()
    for hour, minute, days, words in (
        (12, 30, soon, "Open now closes at 14:00"),
        (13, 40, soon, "Open now closes at 14:00 (soon: call before you set out)"),
        (9, 0, soon, "Closed now opens today at 12:00"),
        (15, 0, soon, "Closed now opens tomorrow at 12:00"),
        (12, 30, 20, "Hours not known: call first"),
        (12, 30, -1, "Hours not known: call first"),
    ):
        at(phone.page, hour, minute, days=days)
        expect(door).to_have_text(words, use_inner_text=True)
        expect(unread.locator("[data-door]")).to_contain_text("Hours not known")
    at(phone.page, 12, days=40)
    expect(phone.page.get_by_text("more than a month old")).to_be_visible()


def test_what_only_members_may_know_is_in_no_byte_even_of_a_coordinator(phone: Phone) -> None:
    asked: list[Request] = []
    phone.page.on("request", lambda request: asked.append(request))
    phone.keep()
    (fetched,) = [request for request in asked if request.resource_type == "fetch"]
    assert "cookie" not in fetched.all_headers()
    (told,) = phone.told()
    assert "Casa Aperta" in told
    for word in ("Rifugio Alba", "Segretissimo", "40.9612", "Carla", "csrf"):
        assert word not in told, word


def test_only_the_pages_of_the_list_pass_through_its_worker(phone: Phone) -> None:
    phone.keep()
    assert phone.page.evaluate(REACH) == [f"{phone.url}/maps/resources/"]
    passed = {}
    for path in (*OTHER_ROOMS, KEEP):
        answer = phone.page.goto(phone.url + path)
        passed[path] = bool(answer and answer.from_service_worker)
    assert [path for path, yes in passed.items() if yes] == [KEEP]


def test_with_a_net_the_list_is_the_newest_one(phone: Phone, house: LiveHouse) -> None:
    phone.keep()
    with house.cast.stage():
        number = put_resource("Nuova Mensa", where=AVERSA)
    phone.open()
    expect(phone.page.get_by_role("heading", name="Nuova Mensa")).to_be_visible()
    with house.cast.stage():
        resource(number).state = "retired"
    phone.open(f"{KEEP}?lang=en&near=Aversa")
    expect(phone.page.get_by_role("heading", name="Nuova Mensa")).to_have_count(0)
    expect(phone.page.get_by_text("Another list is on this phone.")).to_be_visible()
    phone.cut()
    phone.open()
    expect(phone.page.get_by_role("heading", name="Nuova Mensa")).to_be_visible()


def test_a_list_the_house_no_longer_has_goes(
    phone: Phone, house: LiveHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.keep()
    monkeypatch.delitem(house.app.view_functions["maps.keep_resources"].__dict__, "policy")
    phone.open()
    expect(phone.page.get_by_role("heading", name="Useful numbers")).to_have_count(0)
    assert (phone.told(), phone.page.evaluate(REACH)) == ([], [])


def test_who_removes_the_list_finds_nothing_left(phone: Phone) -> None:
    phone.keep()
    phone.page.get_by_role("button", name="Remove from this phone").click()
    expect(phone.page.get_by_text("The list is gone from this phone.")).to_be_visible()
    expect(phone.page.get_by_text("Mensa Pace")).to_have_count(0)
    assert (phone.told(), phone.page.evaluate(REACH)) == ([], [])


@pytest.mark.parametrize("told_to_clear", [True, False])
def test_signing_out_takes_the_list_away(phone: Phone, *, told_to_clear: bool) -> None:
    """Also where a browser does not know the header that says so."""
    phone.keep()
    phone.open("/accounts/me")
    if not told_to_clear:
        phone.page.route("**/accounts/sign-out", without_clearing)
    phone.page.get_by_role("button", name="Sign out").click()
    expect(phone.page.get_by_role("button", name="Sign out")).to_have_count(0)
    assert phone.told() == []
    phone.open()
    expect(phone.page.get_by_role("button", name="Keep this list on this phone")).to_be_visible()
    assert phone.page.evaluate(REACH) == [], "a worker with nothing to keep takes itself away"


def without_clearing(route: Route) -> None:
    """Answer as the house does, but for the header."""
    answer = route.fetch(max_redirects=0)
    headers = {name: said for name, said in answer.headers.items() if name != "clear-site-data"}
    route.fulfill(status=answer.status, headers=headers)


def test_leaving_works_without_a_net(phone: Phone) -> None:
    phone.keep()
    phone.cut()
    at(phone.page, 12, days=0)  # a phone whose day is another one shows its own
    phone.open()
    phone.page.get_by_role("link", name="Hide this page").click()
    expect(phone.page).to_have_title("Calendar")
    assert phone.page.url == f"{phone.url}/leave"
    expect(phone.page.locator("[aria-current=date]")).to_have_text(str(now().astimezone(ITALY).day))
    expect(phone.page.locator("body")).not_to_contain_text("Mensa Pace")


def test_a_phone_that_cannot_keep_it_says_why_and_keeps_nothing(phone: Phone) -> None:
    phone.open(f"{KEEP}?lang=en")
    press = phone.page.get_by_role("button", name="Keep this list on this phone")
    devtools = phone.page.context.new_cdp_session(phone.page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": phone.url, "quotaSize": 100})
    press.click()
    expect(phone.page.get_by_text("There is no room left on this phone.")).to_be_visible()
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": phone.url})
    phone.page.evaluate(NO_WORKER)
    press.click()
    expect(phone.page.get_by_text("This browser keeps nothing")).to_be_visible()
    assert [*axe(phone.page), *misfits(phone.page)] == []
    phone.cut()
    press.click()
    expect(phone.page.get_by_text("The list could not be fetched.")).to_be_visible()
    expect(phone.page.get_by_text("There is no room left")).to_be_hidden()
    assert (phone.told(), phone.page.evaluate(REACH)) == ([], [])


def test_where_the_line_is_not_secure_the_file_is_offered(
    visit: Opener, house: LiveHouse, places: None
) -> None:
    def pass_on(route: Route) -> None:
        route.fulfill(response=route.fetch(url=route.request.url.replace(OLD, house.url)))

    with visit(language="en") as seen:
        seen.page.route(f"{OLD}/**", pass_on)
        seen.page.goto(f"{OLD}{KEEP}")
        expect(seen.page.get_by_text("This browser can’t keep the list by itself")).to_be_visible()
        expect(seen.page.get_by_role("button")).to_have_count(0)
        expect(seen.page.get_by_role("link", name="Save as a file")).to_be_visible()


def test_the_file_opens_on_its_own_and_asks_nobody_for_anything(
    browser: Browser, house: LiveHouse, places: None, tmp_path: Path
) -> None:
    file = tmp_path / "places.html"
    file.write_bytes(house.app.test_client().get("/maps/resources.html?lang=en").data)
    with visiting(browser, "file://", {}, language="en") as seen:
        asked: list[str] = []
        seen.page.on("request", lambda request: asked.append(request.url))
        seen.page.goto(file.as_uri())
        at(seen.page, 12, 30, days=plain_day())
        kitchen = seen.page.locator("li", has_text="Mensa Pace")
        expect(kitchen.locator("[data-door]")).to_contain_text("Open now closes at 14:00")
        seen.page.get_by_label("Search in this list").fill("mènsa")
        expect(kitchen).to_be_visible()
        expect(seen.page.get_by_text("Casa Aperta")).to_be_hidden()
        assert [*axe(seen.page), *misfits(seen.page)] == []
        assert asked == [file.as_uri()]
        seen.page.get_by_role("link", name="Hide this page").click()
        expect(seen.page).to_have_title("Calendar")
        assert seen.faults == []
