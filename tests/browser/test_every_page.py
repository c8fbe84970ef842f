"""Every page, as each kind of visitor: readable, reachable, light, and silent to strangers."""

from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Opener
from tests.browser.eyes import Visit, axe, misfits, walk_by_keyboard
from tests.browser.house import LiveHouse
from tests.browser.pages import Examples, furnish
from tests.browser.walk import Stop, all_stops, person_of, rules

pytestmark = pytest.mark.browser
PAGE_LIMITS = (50_000, 5)
MAP_LIMITS = (400_000, 12)


@dataclass(frozen=True)
class Way:
    """One way of looking at a page."""

    width: int
    height: int
    dark: bool
    language: str


DESKTOP = Way(1280, 800, dark=False, language="it")
SMALL = Way(320, 568, dark=True, language="ar")
WAYS = (DESKTOP, SMALL)


@pytest.fixture(scope="module")
def examples(house: LiveHouse) -> Examples:
    """One of everything."""
    return furnish(house.cast)


def look(seen: Visit, url: str, way: Way) -> list[str]:
    """Return everything wrong with one page; the keyboard walk is hardest where it is small."""
    path = urlsplit(url).path
    seen.page.goto(url)
    faults = [*axe(seen.page), *misfits(seen.page)]
    faults += walk_by_keyboard(seen.page) if way is SMALL else weigh(seen, path)
    return [f"{path}: {fault}" for fault in faults + seen.faults]


def weigh(seen: Visit, path: str) -> list[str]:
    """Return a fault when the first visit to a page is too much for a slow phone."""
    most_bytes, most_requests = MAP_LIMITS if path.startswith("/maps/") else PAGE_LIMITS
    if seen.weight <= most_bytes and len(seen.weights) <= most_requests:
        return []
    return [f"heavy: {seen.weight} bytes in {len(seen.weights)} requests"]


@pytest.fixture(scope="module")
def stops(house: LiveHouse, examples: Examples) -> list[Stop]:
    """The walk, found once for each worker."""
    return all_stops(house, examples)


@pytest.mark.parametrize("half", [0, 1])  # two halves, for two workers
@pytest.mark.parametrize("way", WAYS, ids=["desktop", "small dark Arabic phone"])
def test_every_page_can_be_read_and_pressed(
    visit: Opener, house: LiveHouse, stops: list[Stop], *, half: int, way: Way
) -> None:
    faults = []
    for stop in stops[half::2]:
        with visit(person_of(house, stop.role), **asdict(way)) as seen:
            faults += look(seen, house.url + stop.path, way)
    assert not faults, "\n" + "\n".join(faults)


def test_every_page_with_arguments_has_an_example(house: LiveHouse, examples: Examples) -> None:
    needing = {rule.endpoint for rule in rules(house) if rule.arguments}
    assert sorted(needing - examples.keys()) == []
