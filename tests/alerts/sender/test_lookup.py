"""A name server that never answers holds one thread a name, and no letter beyond its deadline."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from alerts.sender import channels
from alerts.sender.connections import wire
from alerts.sender.connections.lookup import addresses_of
from alerts.sender.letters import Letter, NtfyServer
from alerts.sender.outcomes import Kind

HERE = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 1))]


class NameServer:
    """Answers when it is let, and counts who asks."""

    def __init__(self) -> None:
        """Be silent."""
        self.answers, self.asked = threading.Event(), 0

    def __call__(self, host: str, port: int, **_more: Any) -> Any:
        """Stand in for the system's lookup."""
        self.asked += 1
        self.answers.wait(60)
        if host == "nobody.example":
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return HERE


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A name server in our hands."""
    server = NameServer()
    monkeypatch.setattr(socket, "getaddrinfo", server)
    yield server
    server.answers.set()


def test_all_who_need_a_name_wait_for_one_lookup(names: NameServer) -> None:
    with ThreadPoolExecutor(8) as crew:
        asked = [crew.submit(addresses_of, "slow.example", 443, seconds=60) for _ in range(8)]
        names.answers.set()
        assert [each.result() for each in asked] == [HERE] * 8
    assert names.asked <= 8
    assert addresses_of("slow.example", 443, seconds=60) == HERE


def test_nobody_waits_beyond_the_deadline_and_one_thread_hangs_a_name(names: NameServer) -> None:
    for _ in range(5):
        with pytest.raises(TimeoutError):
            addresses_of("slow.example", 443, seconds=0.01)
    assert names.asked == 1


def test_an_unknown_name_is_said_to_be_unknown(names: NameServer) -> None:
    names.answers.set()
    with pytest.raises(socket.gaierror):
        addresses_of("nobody.example", 443, seconds=60)


def test_a_number_needs_no_lookup() -> None:
    assert addresses_of("127.0.0.1", 9, seconds=0)[0][-1] == ("127.0.0.1", 9)


def test_a_letter_whose_name_is_never_found_was_certainly_not_sent(
    names: NameServer, letter: Letter
) -> None:
    server = NtfyServer("https://slow.example")
    outcome = channels.send(server, "a-topic-of-many-letters", letter, seconds=0.05)
    assert (outcome.kind, outcome.words) == (
        Kind.TEMPORARY,
        wire.explain(TimeoutError()),
    )
