"""Who knocks at every door of the house, and the table of who should get in."""

from collections.abc import Callable, Iterator
from functools import partial, wraps
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Rule

from nucleus.accounts.services.inviting import open_account
from nucleus.accounts.services.tokens import TokenDraft, add_api_token
from nucleus.ground import api
from nucleus.people.models import Role
from nucleus.people.services import add_person, grant_role
from tests.cast import Cast

TABLE = Path(__file__).with_name("doors.csv")
LET_IN = 299
ANYONE, SIGNED_IN, NOBODY, ANY_PROGRAM = "anyone", "signed in", "nobody", "any token"
PROGRAM, API = "token ", "/api/v1/"
BY_ITSELF = frozenset({"static"})
EXAMPLES = {"RowNumber": 1, "FloatConverter": 1.5, "UUIDConverter": "0" * 32}


def knockers(cast: Cast) -> dict[str, Callable[[], FlaskClient]]:
    """Return one browser a role; `coordinator1` came in with only one key."""
    people = {
        "outsider": cast.outsider,
        "member": cast.bea,
        "responder": cast.vito,
        "facilitator": newcomer(cast, Role.FACILITATOR),
        "coordinator": cast.carla,
        "keeper": newcomer(cast, Role.KEEPER),
        "administrator": newcomer(cast, Role.ADMINISTRATOR),
    }
    found: dict[str, Callable[[], FlaskClient]] = {"visitor": cast.app.test_client}
    for name, person in people.items():
        found[name] = lambda who=person: cast.signed_in(who)  # type: ignore[misc]
    found["coordinator1"] = lambda: with_one_key(cast)
    return found | programs(cast)


def programs(cast: Cast) -> dict[str, Callable[[], FlaskClient]]:
    """Return one program a scope, each with a token that is good for nothing else."""
    with cast.stage():
        scopes = [scope.name for scope in api.scopes()]
        tokens = {
            scope: add_api_token(
                TokenDraft(name=scope, organisation_id=cast.organisation, scopes=[scope]),
                by=cast.carla,
            )[1]
            for scope in scopes
        }
    return {f"{PROGRAM}{scope}": partial(calling, cast, token) for scope, token in tokens.items()}


def calling(cast: Cast, token: str) -> FlaskClient:
    """Return a program that shows its token with every call."""
    client = cast.app.test_client()
    client.environ_base |= {
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "HTTP_IDEMPOTENCY_KEY": "one-key-for-all-doors",
    }
    return client


def newcomer(cast: Cast, role: Role) -> int:
    """Return somebody who holds this role and no other."""
    with cast.stage():
        person = add_person(f"Only {role}", organisation=cast.organisation)
        grant_role(person, role, organisation=cast.organisation)
        open_account(person, f"{role}@example.org")
        return person.id


def with_one_key(cast: Cast) -> FlaskClient:
    """Return the browser of a coordinator who gave no second factor."""
    client = cast.signed_in(cast.carla)
    with client.session_transaction() as session:
        session.pop("second_factor_at")
    return client


def stub_views(app: Flask) -> None:
    """Let every page say only whether its door opened; policies stay what they are."""
    for fault in (NotFound, MethodNotAllowed):
        app.register_error_handler(fault, lambda fault: ("", fault.code))
    for endpoint, view in list(app.view_functions.items()):
        if endpoint in BY_ITSELF:
            continue

        @wraps(view)
        def opened(**_arguments: object) -> tuple[str, int]:
            return "", LET_IN

        app.view_functions[endpoint] = opened


def doors(app: Flask) -> Iterator[Rule]:
    """Return every route, by endpoint."""
    rules = (rule for rule in app.url_map.iter_rules() if rule.endpoint not in BY_ITSELF)
    return iter(sorted(rules, key=lambda rule: (rule.endpoint, rule.rule)))


def path_to(app: Flask, rule: Rule) -> str:
    """Return an address that leads to a route; what it names need not exist."""
    arguments = {
        name: EXAMPLES.get(type(converter).__name__, "x")
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        built = rule.build(arguments)
    assert built is not None, rule
    return built[1]


def gets_in(client: FlaskClient, path: str, method: str) -> bool:
    """Say whether a door opened; closed ones say 404, or lead somewhere else to prove more."""
    answer = client.open(path, method=method)
    if method == "OPTIONS":
        return answer.status_code == 200
    of_programs = {401, 403, 429} if path.startswith(API) else set()
    assert answer.status_code in {LET_IN, 404, 303, *of_programs}, (path, method, answer.status)
    return answer.status_code == LET_IN


def in_words(let_in: set[str], everybody: list[str]) -> str:
    """Return who got in, as the table says it; at a page a program is a visitor like any."""
    programs = {name for name in everybody if name.startswith(PROGRAM)}
    if let_in == set(everybody):
        return ANYONE
    if let_in == programs:
        return ANY_PROGRAM
    if let_in == set(everybody) - {"visitor"} - programs:
        return SIGNED_IN
    return " ".join(name for name in everybody if name in let_in) or NOBODY


def table() -> list[str]:
    """Return the lines of the table, but for its head."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) == len(set(lines)), "a door stands in the table twice"
    return lines
