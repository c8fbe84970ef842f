"""The menu: help first, the rest on shelves, nothing that one may not open."""

import re

import pytest

from nucleus.ground.boards.menu import HEADINGS
from tests.cast import Cast


def menu_of(page: str) -> list[str]:
    """Return headings and entries of the menu, from top to bottom."""
    nav = page.partition('<nav class="menu"')[2].partition("</nav>")[0]
    return [words.strip() for words in re.findall(r"<(?:a|h2)[^>]*>([^<]*)<", nav)]


@pytest.fixture
def english() -> dict[str, str]:
    return {"Accept-Language": "en"}


def test_help_stands_on_top_of_the_menu(cast: Cast, english: dict[str, str]) -> None:
    shown = menu_of(cast.signed_in(cast.bea).get("/", headers=english).text)
    assert shown[0] == "I need help"


def test_a_coordinator_finds_the_map_and_the_network_on_shelves_of_their_own(
    cast: Cast, english: dict[str, str]
) -> None:
    shown = menu_of(cast.signed_in(cast.carla).get("/", headers=english).text)
    headings = [str(words) for words in HEADINGS.values() if str(words) in shown]
    assert [words for words in shown if words in headings] == headings, "each once, in order"
    assert shown.index("The map") < shown.index("Places to look after")
    assert shown.index("The network") < shown.index("People")


def test_a_visitor_sees_no_heading_over_nothing(cast: Cast, english: dict[str, str]) -> None:
    shown = menu_of(cast.app.test_client().get("/", headers=english).text)
    assert shown == ["Find a place", "Sign in"]
