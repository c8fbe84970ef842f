"""Whoever holds connections open, crawls or sends too much: the others are served meanwhile."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from urllib.request import urlopen

import pytest
from flask import Flask

from nucleus.ground.heard import takes
from nucleus.ground.serving import door, limits
from nucleus.ground.serving.door import Crowded, Door, Hearing, Visit, hang_door
from nucleus.ground.serving.limits import (
    LONGEST_BODY,
    LONGEST_FILE,
    MOST_FILES,
    Limits,
    takes_files,
)
from tests.architecture.doors import doors
from tests.cast import Cast

MANY = 100
"""Two and a half times as many connections as the door of this test holds."""
HOLDS = 40
HEAD = "POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n"
PAGES_WITH_FILES = {"maps.add_import", "resources.add_photo"}


def pages() -> Flask:
    """Return two pages: one to look at, one that takes a file."""
    app = Flask(__name__)
    app.add_url_rule("/", "look", lambda: "served")
    app.add_url_rule("/file", "file", takes(10)(lambda: "taken"), methods=["POST"])
    return app


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """Return a door with room for few, that two threads serve."""
    monkeypatch.setattr(limits, "most_connections", lambda: HOLDS)
    found, enough = hang_door(pages(), host="127.0.0.1", port=0, threads=2), threading.Event()

    def look_up() -> None:
        if enough.is_set():
            raise SystemExit(0)

    found.each_turn = look_up
    served = threading.Thread(target=found.run)
    served.start()
    yield found
    enough.set()
    served.join()


@pytest.fixture
def under() -> Limits:
    """Return the limits of the two pages."""
    return limits.limits_of(pages(), host="127.0.0.1", port=0)


@pytest.fixture
def visit(under: Limits) -> Iterator[Visit]:
    """Return one connection, nobody's yet."""
    server = SimpleNamespace(active_channels={}, add_task=lambda _visit: None)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Visit(server, ours, ("there", 0), under, map={})


@pytest.mark.parametrize("said", ["", "G", "GET / HTTP/1.1\r\n", HEAD.format("/file", 9) + "half"])
def test_a_crowd_that_never_ends_its_sentence_keeps_nobody_out(standing: Door, said: str) -> None:
    """Neither a hundred who say nothing, nor a hundred who stop in the middle."""
    where = ("127.0.0.1", int(standing.effective_port))
    with ExitStack() as crowd:
        for _ in range(MANY):
            crowd.enter_context(socket.create_connection(where)).sendall(said.encode())
        with urlopen(f"http://{where[0]}:{where[1]}/", timeout=30) as page:
            assert page.read() == b"served"


def test_the_first_lines_come_within_half_a_minute(visit: Visit) -> None:
    visit.received(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    assert not visit.overstays(visit.waits_since + door.HEAD_SECONDS - 1)
    visit.received(b"still more")
    assert visit.overstays(visit.waits_since + door.HEAD_SECONDS + 1)


def test_a_body_that_drips_is_let_go_and_a_slow_one_is_not(visit: Visit) -> None:
    now = visit.waits_since
    visit.received(HEAD.format("/file", 1_000_000).encode())
    assert not visit.overstays(now)
    for minute in (1, 2, 3):
        visit.received(b"x" * door.LEAST_BYTES)
        assert not visit.overstays(now + minute * door.SECONDS_LOOKED_AT)
    visit.received(b"x" * (door.LEAST_BYTES - 1))
    assert visit.overstays(now + 4 * door.SECONDS_LOOKED_AT)


def test_an_answer_nobody_takes_is_let_go_and_a_page_that_is_drawn_is_not(visit: Visit) -> None:
    visit.requests = [object()]
    assert not visit.overstays(0)
    assert not visit.overstays(10 * door.SECONDS_LOOKED_AT)
    visit.total_outbufs_len = 10
    assert not visit.overstays(11 * door.SECONDS_LOOKED_AT)
    assert visit.overstays(12 * door.SECONDS_LOOKED_AT)


def hearing(under: Limits, path: str, length: int) -> Hearing:
    """Return a request of which only the first lines came."""
    heard = Hearing(under)
    heard.received(HEAD.format(path, length).encode())
    return heard


def test_only_a_page_that_takes_files_is_sent_long_ones(under: Limits) -> None:
    assert hearing(under, "/", LONGEST_BODY - 1).error is None
    for path, length in (("/", LONGEST_BODY), ("/no-page", LONGEST_BODY), ("/file", LONGEST_FILE)):
        refused = hearing(under, path, length).error
        assert refused is not None
        assert refused.code == 413
    fine = hearing(under, "/file", LONGEST_FILE - 1)
    assert fine.error is None
    fine.close()


def test_so_many_files_at_once_and_no_more(under: Limits) -> None:
    """Each waits on the disk until it has come whole; a place that is left is free again."""
    coming = [hearing(under, "/file", LONGEST_BODY) for _ in range(MOST_FILES)]
    assert {each.error for each in coming} == {None}
    assert isinstance(hearing(under, "/file", LONGEST_BODY).error, Crowded)
    coming.pop().close()
    last = hearing(under, "/file", LONGEST_BODY)
    assert last.error is None
    for each in (*coming, last):
        each.close()


def test_a_body_that_does_not_say_its_length_is_measured_too(under: Limits) -> None:
    heard = Hearing(under)
    heard.received(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    for _ in range(LONGEST_BODY // 0x10000 + 1):
        if heard.error is None:
            heard.received(piece)
    assert heard.error is not None
    assert heard.error.code == 413
    heard.close()


def test_the_house_has_two_pages_that_take_files(cast: Cast) -> None:
    taking = set()
    for rule in doors(cast.app):
        built = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)
        if built is not None and takes_files(cast.app, built[1]):
            taking.add(rule.endpoint)
    assert taking == PAGES_WITH_FILES


def test_the_web_server_writes_no_address_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """An address may be a secret link, and a trace may quote it."""
    log = logging.getLogger("waitress")
    with caplog.at_level(logging.INFO, "waitress"):
        log.info("Client disconnected while serving %s" % "/a/1-secret")  # noqa: G002, UP031 as it does
        try:
            raise ValueError("/a/1-secret")
        except ValueError:
            log.exception("Exception while serving %s" % "/a/1-secret")  # noqa: G002, UP031
    assert len(caplog.records) == 2
    assert "1-secret" not in caplog.text
    assert "ValueError" in caplog.text
