"""The main journeys by keyboard alone: coming in, writing in a plan."""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from nucleus.accounts.library import hashed
from nucleus.accounts.models import Account
from nucleus.ground.database import db
from nucleus.people.models import Person
from nucleus.plans.queries import plan_of
from nucleus.plans.services import begin_plan
from tests.browser.conftest import Opener
from tests.browser.house import LiveHouse

pytestmark = pytest.mark.browser
SECRET = "luna nel pozzo artesiano"
MOST_STEPS = 60
Role = Literal["button", "link", "textbox"]
OUTLINE = "parseFloat(getComputedStyle(document.activeElement).outlineWidth)"


def tab_to(page: Page, role: Role, name: str) -> None:
    """Reach a part of the page with the Tab key alone; it must be seen to have the focus."""
    wanted = page.get_by_role(role, name=name).or_(page.get_by_label(name)).first
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("part => part === document.activeElement"):
            assert page.evaluate(OUTLINE) >= 2, f"{name} has the focus, and nobody sees it"
            return
    pytest.fail(f"{name} can't be reached by keyboard")


def press(page: Page, name: str) -> None:
    """Reach a button and press it."""
    tab_to(page, "button", name)
    page.keyboard.press("Enter")


def answer(page: Page, name: str, words: str) -> None:
    """Reach a question and type the answer."""
    tab_to(page, "textbox", name)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words)


def test_the_first_tab_skips_to_the_content(visit: Opener, house: LiveHouse) -> None:
    with visit(language="en") as seen:
        seen.page.goto(f"{house.url}/accounts/link/ask")
        seen.page.keyboard.press("Tab")
        expect(seen.page.get_by_role("link", name="Skip to the content")).to_be_focused()
        seen.page.keyboard.press("Enter")
        expect(seen.page.get_by_role("main")).to_be_focused()


def test_signing_in_by_keyboard_says_where_the_trouble_is_and_then_lets_in(
    visit: Opener, house: LiveHouse
) -> None:
    with house.cast.stage():
        password = hashed(SECRET)
        account = db.session.query(Account).filter_by(person_id=house.cast.luca).one()
        account.password = password
    with visit(language="en") as seen:
        page = seen.page
        page.goto(f"{house.url}/accounts/sign-in")
        answer(page, "Your e-mail address", "luca@example.org")
        press(page, "Sign in")
        expect(page.get_by_role("alert")).to_be_focused()
        answer(page, "Your password", SECRET)
        press(page, "Sign in")
        expect(page.locator(".menu")).to_contain_text("Luca Longo")


def test_a_line_is_added_to_a_plan_by_keyboard(visit: Opener, house: LiveHouse) -> None:
    with house.cast.stage():
        if plan_of(house.cast.bea) is None:
            begin_plan(db.session.get_one(Person, house.cast.bea))
    with visit(house.cast.bea, language="en") as seen:
        page = seen.page
        page.goto(f"{house.url}/plans/plan/show")
        tab_to(page, "link", "Add something")
        page.keyboard.press("Enter")
        answer(page, "In your own words", "Accendo la lampada gialla")
        press(page, "Write it down")
        expect(page.get_by_text("Accendo la lampada gialla")).to_be_visible()
