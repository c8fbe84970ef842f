"""An alert from the first word to the first yes, with real browsers on small phones."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from alerts.answering.revealing import waiting_code
from alerts.models import Recipient
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_code
from tests.browser.conftest import LANGUAGES, Opener
from tests.browser.eyes import Visit, axe, misfits, walk_by_keyboard
from tests.browser.house import LiveHouse, serve
from tests.cast import Cast, invite
from tests.conftest import opened, settings_for

pytestmark = pytest.mark.browser
IN_ENGLISH = {"language": "en"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    """A house of their own: in the shared one the volunteers may be busy elsewhere."""
    settings = replace(settings_for(tmp_path_factory.mktemp("alerts")), languages=LANGUAGES)
    for app in opened(create_app(settings)):
        app.config["WTF_CSRF_ENABLED"] = True
        cast = invite(app)
        with serve(app) as url:
            yield LiveHouse(app, cast, url)


def inspect(seen: Visit) -> None:
    """Say what a careful visitor would find wrong with the page that is open."""
    assert [*axe(seen.page), *misfits(seen.page), *walk_by_keyboard(seen.page)] == []
    assert seen.faults == []


def press_by_key(page: Page, name: str) -> None:
    """Reach a button or link with the Tab key alone and press it with Enter."""
    wanted = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    for _ in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("part => part === document.activeElement"):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"{name} can't be reached by keyboard")


def write_draft(page: Page, cast: Cast) -> None:
    """Fill the form in as a coordinator would."""
    page.get_by_role("group", name=re.compile("weapon")).get_by_label("No").check()
    page.get_by_label("What is needed?").fill("Keep company and listen")
    page.get_by_label("In which town?").fill("Teverola")
    page.get_by_label("How many people?").fill("2")
    page.get_by_label("Trained in what?").select_option(str(cast.listening))
    page.get_by_text("A language, or only one person").click()
    page.get_by_label("Does someone need to speak a language?").select_option("ar")
    page.get_by_label("Where do they meet?").fill("In front of the library")


def code_sent(house: LiveHouse, person: int) -> str:
    """Return the six digits that the letter to this person carries."""
    with house.cast.stage():
        asked = db.session.scalars(select(Recipient).where(Recipient.person_id == person)).one()
        row = waiting_code(asked)
        assert row is not None
        return derive_code("reveal", row.id, row.nonce)


def answer_path(house: LiveHouse, person: int) -> str:
    """Return the link this person's messages carry, as their own start page shows it."""
    home = house.cast.signed_in(person).get("/").get_data(as_text=True)
    found = re.search(r'href="(/a/[^"]+)"', home)
    assert found is not None
    return found[1]


def test_a_coordinator_asks_a_volunteer_answers_and_the_board_shows_it(
    visit: Opener, house: LiveHouse
) -> None:
    cast = house.cast
    with visit(cast.carla, **IN_ENGLISH) as desk, visit(None, **IN_ENGLISH) as phone:
        desk.page.goto(f"{house.url}/alerts/alert/draft")
        inspect(desk)
        write_draft(desk.page, cast)
        press_by_key(desk.page, "See who would be asked")
        expect(desk.page.get_by_text("Ask up to 3 people now")).to_be_visible()
        inspect(desk)
        press_by_key(desk.page, "Ask up to 3 people now")
        expect(desk.page.get_by_text("2 people are missing")).to_be_visible()
        inspect(desk)

        phone.page.goto(house.url + answer_path(house, cast.amina) + "?lang=en")
        inspect(phone)
        phone.page.get_by_label("15 minutes").check()
        press_by_key(phone.page, "I’m coming")
        expect(phone.page.get_by_text("In front of the library")).to_be_hidden()
        press_by_key(phone.page, "by e-mail")
        expect(phone.page.get_by_label("We sent you a code")).to_be_visible()
        phone.page.get_by_label("We sent you a code").fill(code_sent(house, cast.amina))
        inspect(phone)
        press_by_key(phone.page, "Show me where")
        expect(phone.page.get_by_text("In front of the library")).to_be_visible()
        inspect(phone)

        expect(desk.page.get_by_text("1 person is missing")).to_be_visible(timeout=10_000)
        expect(desk.page.locator(".state.coming", has_text="Coming")).to_be_visible()
        assert desk.faults == []


def test_a_member_presses_and_takes_it_back_by_keyboard_alone(
    visit: Opener, house: LiveHouse
) -> None:
    with visit(house.cast.bea, **IN_ENGLISH) as seen:
        seen.page.goto(f"{house.url}/alerts/help/press")
        inspect(seen)
        press_by_key(seen.page, "Ask for help now")
        expect(seen.page.get_by_role("heading", name="Nobody has been told yet")).to_be_visible()
        inspect(seen)
        press_by_key(seen.page, "Take it back")
        expect(seen.page.get_by_text("Nobody was told")).to_be_visible()


def test_the_press_says_so_when_the_connection_is_gone(visit: Opener, house: LiveHouse) -> None:
    with visit(house.cast.bea, **IN_ENGLISH) as seen:
        seen.page.goto(f"{house.url}/alerts/help/press")
        seen.page.context.set_offline(True)
        seen.page.get_by_role("button", name="Ask for help now").first.click()
        words = seen.page.get_by_text("Nobody has been told: the connection is gone.")
        expect(words).to_be_visible(timeout=8000)
        expect(seen.page.locator("#unsent a[href='tel:112']")).to_be_visible()
        seen.page.context.set_offline(False)
        seen.page.get_by_role("button", name="Ask for help now").first.click()
        expect(seen.page.get_by_role("heading", name="Nobody has been told yet")).to_be_visible()


def test_everything_works_without_scripts(visit: Opener, house: LiveHouse) -> None:
    with visit(house.cast.bea, script=False, **IN_ENGLISH) as seen:
        seen.page.goto(f"{house.url}/alerts/help/press")
        seen.page.get_by_role("button", name="Ask for help now").first.click()
        expect(seen.page.get_by_role("heading", name="Nobody has been told yet")).to_be_visible()
        seen.page.get_by_role("link", name="Load this page again").click()
        seen.page.get_by_role("button", name="Take it back").click()
        expect(seen.page.get_by_text("Nobody was told")).to_be_visible()
