"""Connections are kept, shared, renewed and never gone around."""

import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import requests
from apprise.manager_plugins import NotificationManager
from urllib3.connection import HTTPConnection

from alerts.sender import channels
from alerts.sender.channels import EmailAccount, Letter, NtfyServer
from alerts.sender.connections import http_pool, smtp_line, smtp_pool, transport, wire
from alerts.sender.connections.stand_in import PooledRequests
from alerts.sender.outcomes import Kind
from tests.alerts.sender.conftest import email_account
from tests.demo.sinks import Sinks, SmtpSettings

LUCIA, TOPIC = "lucia@example.org", "topic-of-lucia"


def test_many_pushes_need_one_connection(sinks: Sinks, ntfy: NtfyServer, letter: Letter) -> None:
    for _ in range(50):
        assert channels.send(ntfy, TOPIC, letter).kind is Kind.SENT
    assert sinks.counts()["ntfy connections"] == 1


ASKS_ONCE = """
import atexit, sys
atexit.register(lambda: print("hung up" if http_pool._manager is None else "left open"))
from alerts.sender.connections import http_pool, wire
with wire.exchange(seconds=20):
    print(http_pool.converse("GET", sys.argv[1], headers={}, body=None).status)
"""


def test_a_process_that_asks_once_and_ends_hangs_up(sinks: Sinks) -> None:
    command = [sys.executable, "-W", "always", "-c", ASKS_ONCE, f"{sinks.ntfy_url}/v1/health"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("200\nhung up\n", "")


def test_a_mail_connection_carries_a_hundred_letters(
    sinks: Sinks, email: EmailAccount, letter: Letter
) -> None:
    for _ in range(205):
        assert channels.send(email, LUCIA, letter).kind is Kind.SENT
    assert sinks.counts()["smtp connections"] == 3
    assert len(sinks.received()) == 205


def test_a_mail_server_that_has_enough_of_a_connection_gets_another(letter: Letter) -> None:
    with Sinks(smtp=SmtpSettings(letters=10)) as sinks:
        kinds = {channels.send(email_account(sinks), LUCIA, letter).kind for _ in range(25)}
        assert kinds == {Kind.SENT}
        assert sinks.counts()["smtp connections"] == 3
        assert sinks.copies()[letter.message_id] == 25
        channels.close()


def test_a_worn_push_connection_is_replaced(
    sinks: Sinks, ntfy: NtfyServer, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_pool, "USES_PER_CONNECTION", 5)
    for _ in range(12):
        assert channels.send(ntfy, TOPIC, letter).kind is Kind.SENT
    assert sinks.counts()["ntfy connections"] == 3


def test_a_connection_that_lay_idle_too_long_is_not_trusted(
    sinks: Sinks, ntfy: NtfyServer, email: EmailAccount, letter: Letter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(http_pool, "IDLE_SECONDS", -1.0)
    monkeypatch.setattr(smtp_line, "IDLE_SECONDS", -1.0)
    for _ in range(3):
        assert channels.send(ntfy, TOPIC, letter).kind is Kind.SENT
        assert channels.send(email, LUCIA, letter).kind is Kind.SENT
    assert sinks.counts()["ntfy connections"] == 3
    assert sinks.counts()["smtp connections"] == 3


def test_a_connection_closed_meanwhile_costs_nobody_a_letter(
    sinks: Sinks, ntfy: NtfyServer, email: EmailAccount, letter: Letter
) -> None:
    for _ in range(3):
        assert channels.send(ntfy, TOPIC, letter).kind is Kind.SENT
        assert channels.send(email, LUCIA, letter).kind is Kind.SENT
        sinks.hang_up()
    assert sinks.copies()[letter.message_id] == 6


def test_a_connection_that_breaks_at_the_first_word_is_tried_anew_once(
    sinks: Sinks, ntfy: NtfyServer, email: EmailAccount, letter: Letter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The server may hang up between our look at the line and our first word."""
    channels.send(ntfy, TOPIC, letter)
    channels.send(email, LUCIA, letter)
    monkeypatch.setattr(HTTPConnection, "is_connected", True)
    monkeypatch.setattr(smtp_line.Line, "is_fit", True)
    sinks.hang_up()
    assert channels.send(ntfy, TOPIC, letter).kind is Kind.SENT
    assert channels.send(email, LUCIA, letter).kind is Kind.SENT
    assert sinks.copies()[letter.message_id] == 4


def test_thirty_two_threads_send_each_letter_exactly_once(
    sinks: Sinks, ntfy: NtfyServer, email: EmailAccount, letter: Letter
) -> None:
    def carry(number: int) -> Kind:
        own = replace(letter, message_id=f"{number}@example.org")
        if number % 2:
            return channels.send(ntfy, TOPIC, own).kind
        return channels.send(email, LUCIA, own).kind

    with ThreadPoolExecutor(32) as crowd:
        kinds = list(crowd.map(carry, range(32 * 20)))
    assert set(kinds) == {Kind.SENT}
    assert sinks.copies() == {f"{number}@example.org": 1 for number in range(32 * 20)}
    assert sinks.counts()["ntfy connections"] <= 32
    assert sinks.counts()["smtp connections"] <= 32


def test_no_thread_is_left_behind(letter: Letter) -> None:
    before = set(threading.enumerate())
    with Sinks() as sinks:
        channels.send(NtfyServer(sinks.ntfy_url), TOPIC, letter)
        channels.send(email_account(sinks), LUCIA, letter)
        channels.close()
    assert set(threading.enumerate()) == before


def test_every_plugin_that_may_send_stands_on_the_pools() -> None:
    transport.install()
    plugins = NotificationManager()
    assert set(plugins.schemas(include_disabled=False)) == set(transport.ENABLED_SCHEMAS)
    for schema in transport.ENABLED_SCHEMAS:
        names = vars(sys.modules[plugins[schema].__module__])
        ours = isinstance(names.get("requests"), PooledRequests)
        assert ours or names["AppriseSMTPController"] is smtp_pool.PooledController
        assert names.get("smtplib", None) is None or "AppriseSMTPController" in names


def test_no_socket_is_opened_beside_the_pools(
    sinks: Sinks, ntfy: NtfyServer, email: EmailAccount, letter: Letter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    opened: list[type] = []
    really_connect = socket.socket.connect

    def connect(line: socket.socket, address: Any) -> None:
        opened.append(type(line))
        really_connect(line, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    before = http_pool.traffic.opened + smtp_pool.traffic.opened
    for _ in range(5):
        assert channels.send(ntfy, TOPIC, letter).kind is Kind.SENT
        assert channels.send(email, LUCIA, letter).kind is Kind.SENT
    pooled = http_pool.traffic.opened + smtp_pool.traffic.opened - before
    seen = sinks.counts()["ntfy connections"] + sinks.counts()["smtp connections"]
    assert opened == [wire.DeadlineSocket] * pooled
    assert pooled == seen == 2


def test_a_plugin_that_goes_around_the_pools_is_reported(
    sinks: Sinks, ntfy: NtfyServer, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport.install()
    monkeypatch.setattr("apprise.plugins.ntfy.requests", requests)
    outcome = channels.send(ntfy, TOPIC, letter)
    assert outcome.kind is Kind.TEMPORARY
    assert "bypassed" in outcome.words


def test_the_ways_around_the_pools_are_closed() -> None:
    stand_in = PooledRequests()
    for name in ("Session", "session", "api"):
        with pytest.raises(AttributeError, match="bypass"):
            getattr(stand_in, name)
    assert stand_in.codes.ok == 200


def test_nothing_reaches_the_network_without_a_deadline(ntfy: NtfyServer) -> None:
    with pytest.raises(wire.NoExchange):
        PooledRequests().get(ntfy.base_url)


def test_an_upgrade_that_moves_a_name_is_noticed() -> None:
    with pytest.raises(transport.NotUnderneath, match="no_such_name"):
        transport._replace("no_such_name", None)
