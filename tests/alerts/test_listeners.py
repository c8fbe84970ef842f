"""Programs that listen: told of public alerts alone, signed, from rows, often but not for ever."""

import base64
import hmac
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from alerts import services
from alerts.listeners import courier
from alerts.listeners.models import Listener, Telling
from alerts.listeners.services import ListenerDraft, add_listener
from alerts.sender.connections import http_pool
from alerts.services import Answer
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from tests.alerts.stage import opened, recipient
from tests.cast import Cast

ALL = ("alert.raised", "alert.answered", "alert.full", "alert.closed")


@dataclass
class Outside:
    """A program of somebody else: what it heard, and what it answers."""

    url: str = ""
    status: int = 204
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def events(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.heard]


@pytest.fixture
def outside() -> Iterator[Outside]:
    """A real server on this machine."""
    program = Outside()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            program.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(program.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    program.url = f"http://127.0.0.1:{server.server_port}/hook?key=s3cret"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield program
    http_pool.close()
    server.shutdown()
    server.server_close()
    thread.join()


def listens(cast: Cast, url: str, *, drills: bool = False, there: bool = False) -> str:
    with cast.stage():
        home = cast.other_organisation if there else cast.organisation
        draft = ListenerDraft(name="x", url=url, organisation_id=home, events=ALL, drills=drills)
        return add_listener(draft, by=cast.carla)[1]


def carried(cast: Cast, listener: int = 1) -> int:
    with cast.app.app_context():
        return courier.empty(listener, inside=True)


def states(cast: Cast) -> list[tuple[str, int]]:
    with cast.stage():
        rows = db.session.scalars(select(Telling).order_by(Telling.id))
        return [(row.state, row.tries) for row in rows]


def test_the_whole_life_of_a_public_alert_is_told_signed(
    cast_on_both: Cast, outside: Outside
) -> None:
    cast = cast_on_both
    secret = listens(cast, outside.url)
    with cast.stage():
        alert = opened(cast, scale="area", what="Carry water")
        services.answer(recipient(alert, cast.luca), Answer.CANT, by=cast.luca)
        for person in (cast.vito, cast.amina):
            services.answer(recipient(alert, person), Answer.COMING, by=person)
        services.withdraw(recipient(alert, cast.vito), by=cast.vito)
        services.close_alert(alert, "resolved", cast.carla)
    assert carried(cast) == 7
    answered = ["alert.answered"]
    told = ["alert.raised", *answered * 3, "alert.full", *answered, "alert.closed"]
    assert outside.events() == told
    for headers, body in outside.heard:
        said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mark = base64.b64encode(hmac.digest(key, said, "sha256")).decode()
        assert headers["webhook-signature"] == f"v1,{mark}"
    everything = b"".join(body for _, body in outside.heard).decode()
    assert not re.search("Vito|Amina|Luca|water|Aversa|example.org", everything)
    assert len({headers["webhook-id"] for headers, _ in outside.heard}) == 7
    assert carried(cast) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"scale": "person"},
        {"person_id": 6},
        {"help": True},
        {"not_for_peers": True},
        {"drill": True},
    ],
)
def test_what_is_for_one_person_and_a_drill_are_not_told(
    cast: Cast, outside: Outside, changes: dict[str, object]
) -> None:
    listens(cast, outside.url)
    listens(cast, outside.url, there=True)
    with cast.stage():
        services.close_alert(opened(cast, **{"scale": "area", **changes}), "resolved", cast.carla)
    assert states(cast) == []


def test_who_wants_drills_hears_that_it_is_one(cast: Cast, outside: Outside) -> None:
    listens(cast, outside.url, drills=True)
    with cast.stage():
        opened(cast, scale="area", drill=True)
    carried(cast)
    assert json.loads(outside.heard[0][1])["data"] == {"drill": True, "number": "A-1001"}


def test_a_deed_that_is_undone_tells_nobody(cast: Cast, outside: Outside) -> None:
    listens(cast, outside.url)
    with cast.app.app_context():
        opened(cast, scale="area")
        db.session.rollback()
    assert states(cast) == []


@pytest.mark.parametrize("status", [302, 307, 400, 404, 429, 500, 503])
def test_a_failure_is_tried_again_later_and_given_up_in_the_end(
    cast: Cast, outside: Outside, status: int
) -> None:
    listens(cast, outside.url)
    outside.status = status
    with clock.held_at(clock.now()):
        with cast.stage():
            opened(cast, scale="area")
        for wait in (*courier.WAITS, timedelta(days=9)):
            assert carried(cast) == 1
            assert carried(cast) == 0
            clock.advance(wait)
        assert carried(cast) == 0
    assert states(cast) == [("failed", 8)]
    assert len({headers["webhook-id"] for headers, _ in outside.heard}) == 1
    assert not [path for path, _ in outside.heard if "elsewhere" in str(path)]


def test_who_says_it_is_gone_is_told_nothing_more(cast: Cast, outside: Outside) -> None:
    listens(cast, outside.url)
    outside.status = 410
    with cast.stage():
        opened(cast, scale="area")
    assert carried(cast) == 1
    with cast.stage():
        assert db.session.get_one(Listener, 1).stopped_at is not None
        opened(cast, scale="area")
    assert states(cast) == [("failed", 1)]


def test_a_claim_that_ran_out_is_taken_over_and_settles_once(cast: Cast, outside: Outside) -> None:
    listens(cast, outside.url)
    with clock.held_at(clock.now()):
        with cast.stage():
            opened(cast, scale="area")
        with cast.app.app_context():
            lost = courier.claim(1)
            assert courier.claim(1) is None
            clock.advance(timedelta(seconds=61))
            taken = courier.claim(1)
            assert lost is not None
            assert taken is not None
            assert (lost.uid, taken.claim) == (taken.uid, lost.claim + 1)
            courier.settle(lost, courier.carry(lost, inside=True))
            assert states(cast) == [("leased", 0)]
            courier.settle(taken, courier.carry(taken, inside=True))
    assert states(cast) == [("sent", 1)]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
        "http://2130706433:{port}/", "http://0.0.0.0:{port}/", "http://127.1:{port}/",
    ],
)  # fmt: skip
def test_our_own_network_is_never_reached(cast: Cast, outside: Outside, url: str) -> None:
    port = outside.url.split(":")[2].split("/")[0]
    listens(cast, url.format(port=port))
    with cast.stage():
        opened(cast, scale="area")
    with cast.app.app_context():
        courier.empty(1)
    assert outside.heard == []
    assert states(cast)[0] == ("queued", 1)


def typed(cast: Cast, **changes: object) -> dict[str, object]:
    facts = {"name": "Wall", "url": "https://example.org/hook?k=s3cret", "events": list(ALL)}
    return {**facts, "organisation": str(cast.organisation), **changes}


def test_an_administrator_adds_tries_and_stops_a_listener(cast: Cast, ada: FlaskClient) -> None:
    page = ada.post("/alerts/listener/add", data=typed(cast)).text
    secret = re.search(r"whsec_[\w+/=]{44}", page)
    assert secret
    show = "/alerts/listener/1/show"
    assert ada.post("/alerts/listener/1/test").status_code == 303
    assert ada.post("/alerts/listener/1/stop").status_code == 303
    pages = ada.get(show).text + ada.get("/alerts/listener/list").text
    assert "s3cret" not in pages
    assert secret[0] not in pages
    with cast.stage():
        facts = str([entry.facts for entry in db.session.scalars(select(LogEntry))])
        assert "s3cret" not in facts
        assert "whsec_" not in facts
        assert b"s3cret" not in db.session.get_one(Listener, 1).sealed_url
    dario = cast.signed_in(cast.dario)
    assert dario.get(show).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "ftp://example.org", "json://x", "https://", "https://a:b@c.org/",
        "https://example.org/#x", "https://example.org:99999/", "https://e x.org", "file:///etc",
        "https://[::1", "javascript:1", "https://\u0435xample.org/", "https://x/" + "y" * 999,
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(cast: Cast, ada: FlaskClient, url: str) -> None:
    answer = ada.post("/alerts/listener/add", data=typed(cast, url=url))
    assert answer.status_code == 422
    with cast.stage():
        assert db.session.scalars(select(Listener)).all() == []


def test_nobody_adds_a_listener_to_another_association(cast: Cast, ada: FlaskClient) -> None:
    foreign = typed(cast, organisation=str(cast.other_organisation))
    assert ada.post("/alerts/listener/add", data=foreign).status_code == 422
    listens(cast, "https://example.org/", there=True)
    for path in ("show", "test", "stop"):
        method = "GET" if path == "show" else "POST"
        assert ada.open(f"/alerts/listener/1/{path}", method=method).status_code == 404
