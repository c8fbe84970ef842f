"""Every page, as each kind of visitor: readable, reachable, light, and silent to strangers."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Opener
from tests.browser.eyes import Visit, axe, misfits, walk_by_keyboard
from tests.browser.house import LiveHouse
from tests.browser.pages import Examples, furnish
from tests.browser.walk import all_stops, person_of, rules

pytestmark = pytest.mark.browser
PAGE_LIMITS = (50_000, 5)
MAP_LIMITS = (400_000, 12)


@dataclass(frozen=True)
class Way:
    """One way of looking at a page."""

    name: str
    width: int
    height: int
    dark: bool
    language: str


DESKTOP = Way("desktop", 1280, 800, dark=False, language="it")
SMALL = Way("small dark Arabic phone", 320, 568, dark=True, language="ar")
WAYS = (DESKTOP, SMALL)


@pytest.fixture(scope="module")
def examples(house: LiveHouse) -> Examples:
    """One of everything."""
    return furnish(house.cast)


def look(seen: Visit, url: str, way: Way) -> list[str]:
    """Return everything wrong with one page; the keyboard walk is hardest where it is small."""
    seen.page.goto(url)
    faults = [*axe(seen.page), *misfits(seen.page)]
    if way is SMALL:
        faults += walk_by_keyboard(seen.page)
    faults += seen.faults
    most_bytes, most_requests = MAP_LIMITS if "/maps/" in url else PAGE_LIMITS
    if seen.weight > most_bytes or len(seen.weights) > most_requests:
        faults.append(f"heavy: {seen.weight} bytes in {len(seen.weights)} requests")
    return [f"{urlsplit(url).path}: {fault}" for fault in faults]


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_every_page_can_be_read_and_pressed(
    visit: Opener, house: LiveHouse, examples: Examples, *, half: int, way: Way
) -> None:
    faults = []
    for stop in all_stops(house, examples)[half::2]:  # two halves, for two workers
        with visit(
            person_of(house, stop.role),
            width=way.width,
            height=way.height,
            dark=way.dark,
            language=way.language,
        ) as seen:
            faults += look(seen, house.url + stop.path, way)
    assert not faults, "\n" + "\n".join(faults)


def test_every_page_with_arguments_has_an_example(house: LiveHouse, examples: Examples) -> None:
    needing = {rule.endpoint for rule in rules(house) if rule.arguments}
    assert sorted(needing - examples.keys()) == []
