"""The parts all pages are made of keep their promises in a browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.eyes import axe, misfits, walk_by_keyboard
from tests.browser.house import LiveHouse

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
def test_a_refused_form_says_where_the_trouble_is_and_takes_the_focus(
    visit: Opener, house: LiveHouse, *, script: bool
) -> None:
    with visit(script=script) as seen:
        page = seen.page
        page.goto(f"{house.url}/gallery")
        page.get_by_role("button", name="Save").click()
        problems = page.get_by_role("alert")
        expect(problems).to_be_focused()
        problems.get_by_role("link", name="Write the name of the town.").click()
        expect(page.get_by_label("Town")).to_be_focused()
        expect(page.get_by_label("Town")).to_have_attribute("aria-invalid", "true")
        if script:
            assert axe(page) == []


def test_a_refused_form_is_as_reachable_as_a_fresh_one(visit: Opener, house: LiveHouse) -> None:
    with visit(width=320, height=568, dark=True, language="ar") as seen:
        seen.page.goto(f"{house.url}/gallery")
        seen.page.get_by_role("button", name="Save").click()
        expect(seen.page.get_by_role("alert")).to_be_visible()
        assert [*axe(seen.page), *misfits(seen.page), *walk_by_keyboard(seen.page)] == []


def test_the_focus_is_never_under_a_bar_going_backwards(visit: Opener, house: LiveHouse) -> None:
    with visit(width=390, height=600) as seen:
        seen.page.goto(f"{house.url}/gallery")
        assert walk_by_keyboard(seen.page, "Shift+Tab") == []


def test_at_200_percent_nothing_is_cut(visit: Opener, house: LiveHouse) -> None:
    with visit(width=640, height=400) as seen:
        seen.page.goto(f"{house.url}/gallery")
        seen.page.evaluate("document.documentElement.style.fontSize = '225%'")
        assert misfits(seen.page) == []


def test_the_language_is_chosen_on_the_page_one_reads(visit: Opener, house: LiveHouse) -> None:
    with visit(script=False) as seen:
        seen.page.goto(f"{house.url}/gallery")
        seen.page.locator(".tongue > summary").click()
        seen.page.get_by_role("button", name="English").click()
        seen.page.wait_for_url("**/gallery")
        expect(seen.page.locator("html")).to_have_attribute("lang", "en")


def test_a_second_press_of_the_same_button_is_swallowed(visit: Opener, house: LiveHouse) -> None:
    with visit() as seen:
        page = seen.page
        page.goto(f"{house.url}/gallery")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.get_by_role("button", name="Write to everyone").dblclick()
        page.wait_for_load_state("networkidle")
        assert sent.count("POST") == 1


def test_a_part_is_renewed_but_never_replaced_by_a_fault_of_ours(
    visit: Opener, house: LiveHouse
) -> None:
    with visit() as seen:
        part = seen.page.locator("#part")
        seen.page.goto(f"{house.url}/gallery")
        for code in (200, 422):
            seen.page.get_by_role("button", name=f"Ask {code}").click()
            expect(part).to_have_text(f"Part {code}")
        with seen.page.expect_response("**/gallery/part/500"):
            seen.page.get_by_role("button", name="Ask 500").click()
        expect(part).to_have_text("Part 422")
        assert [fault for fault in seen.faults if "status of 500" not in fault] == []


def test_on_paper_there_are_no_bars(visit: Opener, house: LiveHouse) -> None:
    with visit() as seen:
        seen.page.goto(f"{house.url}/gallery")
        seen.page.emulate_media(media="print", color_scheme="light")
        for bar in (".bar", ".foot", ".menu", "form.card"):
            assert not seen.page.locator(bar).first.is_visible(), bar
        for number in seen.page.locator("main .act").all():
            paper = number.evaluate("part => getComputedStyle(part).backgroundColor")
            assert paper == "rgba(0, 0, 0, 0)", "a telephone number black on black"
        ink = "getComputedStyle(document.body).color"
        assert seen.page.evaluate(ink) == "rgb(0, 0, 0)"
