"""Default deny: every route names its policy, and lets in exactly whom the table says."""

from flask import Flask

from nucleus.ground.web import policy_of
from tests.architecture.doors import (
    BY_ITSELF,
    LET_IN,
    doors,
    gets_in,
    in_words,
    knockers,
    path_to,
    stub_views,
    table,
)
from tests.cast import Cast

UNUSUAL = ("PUT", "PATCH", "DELETE", "TRACE")


def test_every_route_names_its_policy(app: Flask) -> None:
    with app.app_context():
        bare = [
            endpoint
            for endpoint in app.view_functions
            if endpoint not in BY_ITSELF and policy_of(endpoint) is None
        ]
    assert bare == []


def test_every_role_at_every_route_by_every_method(cast: Cast) -> None:
    """Opens to exactly whom `doors.csv` says; a new route asks for a line there, on purpose."""
    stub_views(cast.app)
    everybody = {name: browser() for name, browser in knockers(cast).items()}
    found = []
    for rule in doors(cast.app):
        path, opened = path_to(cast.app, rule), set()
        for method in sorted(rule.methods or ()):
            let_in = {n for n, client in everybody.items() if gets_in(client, path, method)}
            opened.add(in_words(let_in, list(everybody)))
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        found.append(f"{rule.rule},{methods},{' | '.join(sorted(opened))}")
    unsaid = [line for line in found if line not in table()]
    gone = [line for line in table() if line not in found]
    assert not unsaid, "doors.csv does not say this (is it meant?):\n" + "\n".join(unsaid)
    assert not gone, "doors.csv says what is no longer so:\n" + "\n".join(gone)


def test_no_door_answers_to_a_method_it_does_not_name(cast: Cast) -> None:
    stub_views(cast.app)
    client = cast.signed_in(cast.carla)
    for rule in doors(cast.app):
        for method in UNUSUAL:
            if method in (rule.methods or ()):
                continue
            status = client.open(path_to(cast.app, rule), method=method).status_code
            assert status in {404, 405}, (rule.rule, method, status)


def test_a_route_without_a_policy_is_closed_to_everybody(cast: Cast) -> None:
    cast.app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    for browser in knockers(cast).values():
        assert browser().get("/forgotten").status_code == 404


def test_every_changing_form_asks_for_its_token(cast: Cast) -> None:
    """Without the token a POST changes nothing; the listed doors need none and say why."""
    exempt = {
        "/language": "keeps a cookie's language only; a token would be a cookie for everybody",
        "/alerts/inbound/receive/<uid>": "machines have no form; each signs its calls",
    }
    cast.app.config["WTF_CSRF_ENABLED"] = True
    stub_views(cast.app)
    client = cast.signed_in(cast.carla)
    let_in = {
        rule.rule
        for rule in doors(cast.app)
        if "POST" in (rule.methods or ())
        and client.post(path_to(cast.app, rule)).status_code == LET_IN
    }
    by_token = {rule for rule in let_in if "<token>" in rule}
    assert let_in - by_token == set(exempt)
