"""Which pages there are and who looks at each, taken from the routes: none is forgotten."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from flask import url_for
from werkzeug.routing import Rule

from tests.browser.house import LiveHouse
from tests.browser.pages import NOT_PAGES, Examples
from tests.browser.staff import administrator

ADMINISTRATOR = "ada"
# Where somebody else than the least visitor finds more to look at.
RICHER = {"alerts.show_watch": ADMINISTRATOR, "alerts.show_after": "carla"}

ROLES = ("visitor", "bea", "vito", "carla", ADMINISTRATOR)


@dataclass(frozen=True)
class Stop:
    """One page and who looks at it."""

    path: str
    role: str
    endpoint: str


def person_of(house: LiveHouse, role: str) -> int | None:
    """Return the id of who plays a role; a visitor is nobody."""
    if role == ADMINISTRATOR:
        return administrator(house.cast)
    return None if role == "visitor" else int(getattr(house.cast, role))


def rules(house: LiveHouse) -> Iterator[Rule]:
    """Return the routes that show a page."""
    for rule in house.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES:
            yield rule


def open_pages(
    house: LiveHouse, role: str, examples: Examples, known: Container[str] = ()
) -> Iterator[Stop]:
    """Return the pages that open for this role, but for those whose address is known."""
    person = person_of(house, role)
    client = house.cast.signed_in(person) if person else house.app.test_client()
    for rule in rules(house):
        path = address_of(house, rule, examples)
        if path is None or path in known or RICHER.get(rule.endpoint, role) != role:
            continue
        answer = client.get(path)
        assert answer.status_code < 500, f"{path} as {role}: {answer.status}"
        if answer.status_code == 200 and answer.mimetype == "text/html":
            yield Stop(path, role, rule.endpoint)


def address_of(house: LiveHouse, rule: Rule, examples: Examples) -> str | None:
    """Return the address of a page with its example, or `None` when it has none."""
    example = examples.get(rule.endpoint, {})
    if not rule.arguments <= example.keys():
        return None
    with house.app.test_request_context():
        return url_for(rule.endpoint, **example)


def all_stops(house: LiveHouse, examples: Examples) -> list[Stop]:
    """Return the walk: everyone looks at the start page, the least visitor at any other.

    What a visitor may open looks the same to all but for the menu, which the start page shows.
    """
    first: dict[str, Stop] = {}
    for role in ROLES:
        for stop in [*open_pages(house, role, examples, known=first)]:
            first.setdefault(stop.path, stop)
    first.pop("/")
    home = [Stop("/", role, "home") for role in ROLES]
    return home + sorted(first.values(), key=lambda stop: stop.path)
