"""Every page, as each kind of visitor: readable, reachable, light, and silent to strangers."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from werkzeug.routing import Rule

from tests.browser.conftest import Opener
from tests.browser.eyes import Visit, axe, misfits, walk_by_keyboard
from tests.browser.house import LiveHouse
from tests.browser.pages import NOT_PAGES, Examples, furnish

pytestmark = pytest.mark.browser
ROLES = ("visitor", "bea", "vito", "carla")
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


def person_of(house: LiveHouse, role: str) -> int | None:
    return None if role == "visitor" else int(getattr(house.cast, role))


def rules(house: LiveHouse) -> Iterator[Rule]:
    """Return the routes that show a page."""
    for rule in house.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES:
            yield rule


def open_pages(house: LiveHouse, role: str, examples: Examples) -> list[str]:
    """Return the addresses that show this visitor a page."""
    person = person_of(house, role)
    client = house.cast.signed_in(person) if person else house.app.test_client()
    shown = []
    for rule in rules(house):
        with house.app.test_request_context():
            built = rule.build(examples.get(rule.endpoint, {}))
        answer = client.get(built[1]) if built else None
        assert answer is None or answer.status_code < 500, f"{built}: {answer}"
        if built and answer and answer.status_code == 200 and answer.mimetype == "text/html":
            shown.append(built[1])
    return shown


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


def lookers(house: LiveHouse, examples: Examples) -> list[tuple[str, str]]:
    """Return who looks at which page: the start page everyone, any other its least visitor.

    What a visitor may open looks the same to all but for the menu, which the start page shows.
    """
    first: dict[str, str] = {}
    for role in ROLES:
        for path in open_pages(house, role, examples):
            first.setdefault(path, role)
    first.pop("/", None)
    return [("/", role) for role in ROLES] + sorted(first.items())


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_every_page_can_be_read_and_pressed(
    visit: Opener, house: LiveHouse, examples: Examples, *, half: int, way: Way
) -> None:
    faults = []
    for path, role in lookers(house, examples)[half::2]:  # two halves, for two workers
        with visit(
            person_of(house, role),
            width=way.width,
            height=way.height,
            dark=way.dark,
            language=way.language,
        ) as seen:
            faults += look(seen, house.url + path, way)
    assert not faults, "\n" + "\n".join(faults)


def test_every_page_with_arguments_has_an_example(house: LiveHouse, examples: Examples) -> None:
    needing = {rule.endpoint for rule in rules(house) if rule.arguments}
    assert sorted(needing - examples.keys()) == []
