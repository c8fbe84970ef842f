"""The board and the call list of a night on which the network comes and goes."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from alerts import services
from alerts.models import Alert
from alerts.watching import wall
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.people.models import Channel, Person
from nucleus.people.services import add_contact_point
from tests.alerts.stage import opened as alert_opened
from tests.alerts.stage import recipient
from tests.browser.conftest import LANGUAGES, Opener
from tests.browser.eyes import axe, misfits
from tests.browser.house import LiveHouse, serve
from tests.cast import invite
from tests.conftest import opened, settings_for

pytestmark = pytest.mark.browser
ENGLISH = {"language": "en"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    """A house of its own, in which one alert is open."""
    settings = replace(settings_for(tmp_path_factory.mktemp("offline")), languages=LANGUAGES)
    for app in opened(create_app(settings)):
        app.config["WTF_CSRF_ENABLED"] = True
        cast = invite(app)
        with serve(app) as url:
            yield LiveHouse(app, cast, url)


def open_alert(house: LiveHouse) -> int:
    """Open an alert that nobody follows; return its id."""
    with house.cast.stage():
        vito = db.session.get_one(Person, house.cast.vito)
        add_contact_point(vito, Channel.PHONE, address="+390815550111", verified=True)
        alert = alert_opened(house.cast)
        alert.coordinator_id = None
        return alert.id


def test_the_board_says_since_when_it_is_alone_and_keeps_what_was_pressed(
    visit: Opener, house: LiveHouse
) -> None:
    number = open_alert(house)
    with visit(house.cast.carla, **ENGLISH) as desk:
        page = desk.page
        page.goto(f"{house.url}/alerts/alert/{number}/board")
        expect(page.get_by_text("Nobody follows it")).to_be_visible()
        page.context.set_offline(True)
        expect(page.get_by_text(re.compile("No connection since .*[0-9]"))).to_be_visible(
            timeout=20_000
        )
        expect(page.get_by_text("Vito Vitale")).to_be_visible()
        page.get_by_role("button", name="I follow it").click()
        expect(page.get_by_text("Not sent yet: I follow it")).to_be_visible(timeout=12_000)
        assert [*axe(page), *misfits(page)] == []
        page.context.set_offline(False)
        page.get_by_role("button", name="Send it now").click()
        expect(page.get_by_text("You follow this alert now.")).to_be_visible(timeout=15_000)
        expect(page.get_by_text("Not sent yet:")).to_be_hidden()
        expect(page.get_by_text("No connection since")).to_be_hidden()


def test_the_board_comes_back_by_itself_with_what_happened_meanwhile(
    visit: Opener, house: LiveHouse
) -> None:
    number = open_alert(house)
    with visit(house.cast.carla, **ENGLISH) as desk:
        page = desk.page
        page.goto(f"{house.url}/alerts/alert/{number}/board")
        page.context.set_offline(True)
        expect(page.get_by_text("No connection since")).to_be_visible(timeout=20_000)
        with house.cast.stage():
            alert = db.session.get_one(Alert, number)
            services.take_alert(alert, house.cast.dario)
        expect(page.get_by_role("button", name="Try now")).to_be_visible()
        page.context.set_offline(False)  # heard by the page: nobody has to press anything
        expect(page.get_by_text("Dario Dalla follows it").first).to_be_visible(timeout=30_000)
        expect(page.get_by_text("No connection since")).to_be_hidden()


def test_what_was_said_on_the_phone_is_kept_until_there_is_a_connection(
    visit: Opener, house: LiveHouse
) -> None:
    number = open_alert(house)
    with visit(house.cast.carla, **ENGLISH) as desk:
        page = desk.page
        page.goto(f"{house.url}/alerts/alert/{number}/calls")
        card = page.locator("section.card", has_text="Vito Vitale")
        page.context.set_offline(True)
        card.get_by_label("Minutes until they are there").fill("25")
        card.get_by_role("button", name="Coming").click()
        expect(page.get_by_text("Not sent yet: Vito Vitale: Coming")).to_be_visible(timeout=12_000)
        expect(card.get_by_role("link", name="Call")).to_be_visible()
        page.context.set_offline(False)
        page.get_by_role("button", name="Send it now").click()
        expect(page.get_by_text("Noted.")).to_be_visible(timeout=15_000)
    with house.cast.stage():
        vito = recipient(db.session.get_one(Alert, number), house.cast.vito)
        assert (vito.state, vito.eta_minutes) == ("accepted", 25)


def test_the_wall_stays_and_says_since_when(visit: Opener, house: LiveHouse) -> None:
    with house.cast.stage():
        alert_opened(house.cast, scale="area", comune="Trentola Ducenta")
        link = wall.add_wall("The kitchen", house.cast.organisation, house.cast.carla)
        path = f"/alerts/wall/{wall.token_of(link)}/show"
    with visit(None, **ENGLISH) as screen:
        page = screen.page
        page.goto(house.url + path)
        expect(page.get_by_text("Trentola Ducenta")).to_be_visible()
        assert [*axe(page), *misfits(page)] == []
        page.context.set_offline(True)
        expect(page.get_by_text("No connection since")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("Trentola Ducenta")).to_be_visible()
        assert axe(page) == []


def test_on_paper_the_call_list_is_a_sheet_and_nothing_else(
    visit: Opener, house: LiveHouse
) -> None:
    number = open_alert(house)
    with visit(house.cast.carla, **ENGLISH) as desk:
        desk.page.goto(f"{house.url}/alerts/alert/{number}/calls")
        expect(desk.page.locator("table.sheet")).to_be_hidden()
        desk.page.emulate_media(media="print")
        expect(desk.page.locator("table.sheet")).to_be_visible()
        for gone in ("header.bar", "nav.menu", "#board", "form"):
            assert not desk.page.locator(gone).first.is_visible()
