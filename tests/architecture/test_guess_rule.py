"""Who knows one name of a page can guess all its others.

Page `/roster/availability/edit` = endpoint `roster.edit_availability` = function
`edit_availability` in `nucleus/roster/views` = `templates/roster/edit_availability.html` = form
`EditAvailability` = journal word `roster.edit_availability`.
"""

import ast
import re
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from tests.architecture.tree import ROOT, parsed, under

# Pages whose address is shorter than the rule, because people say or type it, and why.
SHORT = {
    "accounts.sign_in": "/accounts/sign-in is what a volunteer says",
    "accounts.confirm_sign_in": "stands beside it",
    "accounts.sign_out": "stands beside it",
    "accounts.show_me": "/accounts/me",
    "alerts.press_help_again": "says again what was pressed",
    "plans.show_invitation": "stands in a letter",
}
# Addresses that go into a letter of 160 characters.
SHORT_LINKS = re.compile(r"^/[acdw]/<")
# Data that a page's own script fetches, called as files are.
DATA = re.compile(
    r"\.(geojson|json|js|ics|csv|kml|gpx|xml|atom|pmtiles|html)$|^/hsds/"
)  # HSDS names its own
# What programs call: the address names a thing and the method is the verb; endpoints keep the rule.
API = "/api/v1/"
# What a page shows instead of itself, by template.
INSTEAD = {"templates/alerts/wrong_link.html": "an answer link that is cut, old or not ours"}


def rules(app: Flask) -> list[Rule]:
    """Return the routes of the rooms; the ground's own pages (`home`, `leave`) have no room."""
    found = (r for r in app.url_map.iter_rules() if "." in r.endpoint and r.endpoint not in SHORT)
    return [r for r in found if not (SHORT_LINKS.match(r.rule) or DATA.search(r.rule))]


def pages(app: Flask) -> list[Rule]:
    """Return the routes that people open."""
    return [rule for rule in rules(app) if not rule.rule.startswith(API)]


def promised(rule: Rule) -> set[str]:
    """Return the endpoints that an address may have: the room, the last verb, its noun.

    A list may speak of several (`/roster/responder/list` = `list_responders`), and a view of one
    thing is shown without saying so (`/alerts/alert/7/board` = `show_board`).
    """
    parts = [part for part in rule.rule.strip("/").split("/") if not part.startswith("<")]
    room, noun, verb = parts[0], parts[-2].replace("-", "_"), parts[-1].replace("-", "_")
    plural = {f"{room}.list_{noun}s"} if verb == "list" else set()
    views = {f"{room}.show_{verb}", f"{room}.show_{noun}_{verb}"} if rule.arguments else set()
    return {f"{room}.{verb}_{noun}"} | plural | views


def test_an_address_tells_its_endpoint(app: Flask) -> None:
    wrong = [f"{r.rule} is {r.endpoint}" for r in pages(app) if r.endpoint not in promised(r)]
    assert wrong == []


def test_an_endpoint_tells_its_function_and_where_it_stands(app: Flask) -> None:
    wrong = []
    for rule in rules(app):
        view = app.view_functions[rule.endpoint]
        room, _, name = rule.endpoint.partition(".")
        room = room.removesuffix("_api")
        stands = re.match(rf"^(nucleus\.)?{room}\.(views|api)(\.|$)", view.__module__)
        if view.__name__ != name or not stands:
            wrong.append(f"{rule.endpoint} is {view.__module__}.{view.__name__}")
    assert wrong == []


def test_a_template_belongs_to_an_endpoint_or_is_a_part(app: Flask) -> None:
    """Parts begin with `_`; letters, errors and the ground's own pages are no room's."""
    rooms = {name for name in app.blueprints if (ROOT / "templates" / name).is_dir()}
    orphans = [
        path.relative_to(ROOT).as_posix()
        for room in sorted(rooms)
        for path in (ROOT / "templates" / room).rglob("*.html")
        if not path.name.startswith("_") and f"{room}.{path.stem}" not in app.view_functions
    ]
    assert sorted(set(orphans) - set(INSTEAD)) == []


def test_a_policy_that_names_a_page_names_one_that_is_there(app: Flask) -> None:
    """`may_<verb>_<noun>` in a room's policy is the policy of that page, or of a whole noun."""
    pages = {endpoint.partition(".")[2] for endpoint in app.view_functions}
    wrong = []
    for name, tree in parsed("nucleus", "maps", "alerts"):
        if Path(name).stem != "policy" and "policy" not in Path(name).parts:
            continue
        named = [n.name for n in tree.body if isinstance(n, ast.FunctionDef)]
        wrong += [f"{name}: {n}" for n in named if n.startswith("may_") and not is_known(n, pages)]
    assert wrong == []


def is_known(policy: str, pages: set[str]) -> bool:
    """`may_edit_zone` is one page's; `may_change_zone` is shared by all pages about a zone."""
    _, verb, noun = policy.split("_", 2)
    return f"{verb}_{noun}" in pages or any(noun in page for page in pages) or verb == "see"


def test_a_journal_word_names_its_room(app: Flask) -> None:
    """The first half of a word is the room that writes it."""
    wrong = []
    for name, text in under("nucleus", "maps", "alerts"):
        parts = Path(name).with_suffix("").parts
        room = parts[1] if parts[0] == "nucleus" and len(parts) > 2 else parts[0]
        words = re.findall(r"journal\.(?:write|entry)\(\s*f?\"([a-z_]+)\.", text)
        wrong += [f"{name}: {word}" for word in words if word != room]
    assert wrong == []
