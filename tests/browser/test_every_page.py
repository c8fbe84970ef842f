"""Every page, as each kind of visitor: readable, reachable, light, and silent to strangers."""

from dataclasses import asdict, dataclass

import pytest

from tests.browser.conftest import Opener
from tests.browser.eyes import Visit, axe, misfits, walk_by_keyboard
from tests.browser.house import LiveHouse
from tests.browser.pages import Examples, furnish
from tests.browser.walk import ROLES, Stop, all_stops, person_of, rules

pytestmark = pytest.mark.browser
# Bytes as they travel, and requests, of a first visit; a map's with its pins, land and towns.
PAGE_LIMITS = (50_000, 5)
MAP_LIMITS = (150_000, 16)
FAULTS = (400, 404, 410, 429, 500, 503)
# What a theme can spoil; all other rules are asked once, where the page is smallest and darkest.
OF_COLOUR = ("color-contrast", "link-in-text-block")


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


def look(seen: Visit, stop: Stop, way: Way) -> list[str]:
    """Return everything wrong with one page.

    The keyboard walk is hardest where the page is small; the frame is the same on all pages, and
    walked through on the start page only.
    """
    if way is SMALL:
        part = "body" if stop.path == "/" else "main"
        faults = [*axe(seen.page), *walk_by_keyboard(seen.page, within=part)]
    else:
        faults = [*weigh(seen, stop), *axe(seen.page, *OF_COLOUR)]
    return [f"{stop.path}: {fault}" for fault in faults + misfits(seen.page) + seen.faults]


def weigh(seen: Visit, stop: Stop) -> list[str]:
    """Return a fault when the first visit to a page is too much for a slow phone."""
    most_bytes, most_requests = MAP_LIMITS if stop.path.startswith("/maps/") else PAGE_LIMITS
    weights = seen.weights()
    if 0 < sum(weights) <= most_bytes and len(weights) <= most_requests:
        return []
    return [f"heavy: {sum(weights)} bytes in {len(weights)} requests"]


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
    for role in ROLES:
        with visit(person_of(house, role), **asdict(way)) as seen:
            seen.carry_axe()
            for stop in [stop for stop in stops if stop.role == role][half::2]:
                seen.open(house.url + stop.path)
                faults += look(seen, stop, way)
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("way", WAYS, ids=["desktop", "small dark Arabic phone"])
def test_pages_of_a_fault_are_as_readable(visit: Opener, house: LiveHouse, *, way: Way) -> None:
    faults = []
    with visit(**asdict(way)) as seen:
        seen.carry_axe()
        for code in FAULTS:
            stop = Stop(f"/gallery/fault/{code}", "visitor", "fault")
            seen.open(house.url + stop.path)
            faults += [told for told in look(seen, stop, way) if "status of 50" not in told]
    assert not faults, "\n" + "\n".join(faults)


def test_every_page_with_arguments_has_an_example(house: LiveHouse, examples: Examples) -> None:
    needing = {
        rule.endpoint for rule in rules(house) if rule.arguments - (rule.defaults or {}).keys()
    }
    assert sorted(needing - examples.keys()) == []
