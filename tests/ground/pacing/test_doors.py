"""Who reads very much comes back later; nobody else waits, and nothing of them is kept."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from nucleus.ground.pacing import doors
from nucleus.ground.pacing.purses import Purses
from tests.cast import Cast

STRANGER, NEIGHBOUR = "93.184.216.34", "93.184.216.35"
MAP = "/maps/resources/show"


@pytest.fixture(autouse=True)
def passed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Purses that one page empties, and the seconds that have passed, which stand still."""
    app.extensions[doors.PURSES] = Purses(0.001)
    seconds = [1_000.0]
    monkeypatch.setattr(doors, "monotonic", lambda: seconds[0])
    return seconds


def read(app: Flask, path: str, address: str = STRANGER, accept: str = "text/html") -> TestResponse:
    return app.test_client().get(
        path, environ_base={"REMOTE_ADDR": address}, headers={"Accept": accept}
    )


def test_who_read_too_much_is_told_when_to_come_back(app: Flask, passed: list[float]) -> None:
    assert read(app, MAP).status_code == 200
    refused = read(app, MAP)
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    assert "Retry" not in refused.text
    assert "tel:112" in refused.text
    assert "Set-Cookie" not in refused.headers
    assert read(app, MAP, NEIGHBOUR).status_code == 200
    passed[0] += int(refused.headers["Retry-After"])
    assert read(app, MAP).status_code == 200


@pytest.mark.parametrize("path", ["/hsds/services", "/maps/resources.geojson", "/api/v1/resources"])
def test_a_program_gets_a_problem_document(app: Flask, path: str) -> None:
    assert read(app, path, accept="*/*").status_code == 200
    refused = read(app, path, accept="*/*")
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert refused.json is not None
    assert "Your network" in refused.json["detail"]
    assert int(refused.headers["Retry-After"]) > 0


def test_what_an_alert_needs_and_the_way_out_always_open(app: Flask) -> None:
    assert read(app, "/").status_code == 200
    assert read(app, "/accounts/sign-in").status_code == 429
    for path in ("/a/1-x", "/d/1-x", "/w/1-x", "/leave", "/leave/explain", "/health/live"):
        assert read(app, path).status_code != 429, path
    assert read(app, "/health/ready").status_code != 429
    with read(app, "/static/css/light.css") as sheet:
        assert sheet.status_code == 200
    refused = app.test_client().post("/language", environ_base={"REMOTE_ADDR": STRANGER})
    assert refused.status_code == 303, "who changes something is counted elsewhere"


def test_who_empties_the_purse_of_the_map_still_signs_in(app: Flask) -> None:
    assert read(app, MAP).status_code == 200
    for path in (MAP, "/resources/suggestion/thank", "/hsds/", "/api/v1/categories"):
        assert read(app, path).status_code == 429, path
    assert read(app, "/accounts/sign-in").status_code == 200


def test_a_signed_in_person_does_not_wait_for_who_shares_their_address(
    app: Flask, cast: Cast
) -> None:
    assert [read(app, MAP).status_code for _ in range(2)] == [200, 429]
    for person in (cast.vito, cast.amina):
        told = cast.signed_in(person).get(MAP, environ_base={"REMOTE_ADDR": STRANGER})
        assert told.status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2a01:4f8:1:1::1", "2a01:4f8:1:1:ffff::9", True),
        ("2a01:4f8:1:1::1", "2a01:4f8:1:2::1", False),
        ("::ffff:93.184.216.34", STRANGER, True),
        (STRANGER, NEIGHBOUR, False),
    ],
)
def test_an_address_is_known_by_its_network(
    app: Flask, first: str, second: str, same: bool
) -> None:
    app.extensions[doors.PURSES] = Purses(0.01)
    assert read(app, "/", first).status_code == 200
    assert read(app, "/", second).status_code == (429 if same else 200)


def test_many_networks_of_one_rented_server_are_one_in_the_end(
    app: Flask, passed: list[float]
) -> None:
    purses: Purses = app.extensions[doors.PURSES]
    told = [read(app, "/", f"2a01:4f8:1:{number}::1").status_code for number in range(12)]
    assert told[0] == 200
    assert 429 in told
    assert purses.wait("house 2a01:4f8:2::/48", passed[0]) == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.5", "fd00::1", ""])
def test_a_proxy_nobody_told_us_of_is_not_taken_for_one_visitor(app: Flask, address: str) -> None:
    assert [read(app, "/", address).status_code for _ in range(3)] == [200, 200, 200]


def test_a_forged_forwarding_line_is_no_new_visitor(app: Flask) -> None:
    for number, status in ((1, 200), (2, 429)):
        told = app.test_client().get(
            "/",
            environ_base={"REMOTE_ADDR": STRANGER},
            headers={"X-Forwarded-For": f"8.8.8.{number}", "Accept": "text/html"},
        )
        assert told.status_code == status
