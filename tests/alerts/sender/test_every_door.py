"""Nothing leaves but through the pool, and nothing a form can name leads inside."""

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from apprise.plugins import ntfy
from flask import Flask

from alerts.sender import channels
from alerts.sender.channels import matrix
from alerts.sender.connections import transport, wire
from alerts.sender.kinds import WebhookSender, WebPush
from alerts.sender.letters import EmailAccount, Letter, NtfyServer, Provider, Security
from alerts.sender.outcomes import Kind
from tests.alerts.sender.test_far_channels import (
    ANNA,
    CHAT,
    NAME,
    bot,
    device,
    homeserver,
    push,
    rooms,
    signal,
    whatsapp,
)
from tests.alerts.sender.test_sms import by_telephone, by_twilio, by_vonage
from tests.alerts.sender.web_sink import Asked, Says, WebSink, httpsms, twilio, vonage
from tests.demo.sinks import Sinks

Made = tuple[Provider, str]
WEB: dict[str, tuple[Callable[[str], Made], Callable[[Asked], Says]]] = {
    "ntfy": (lambda url: (NtfyServer(url), "topic-of-anna"), lambda _a: Says(200, {"id": "a1"})),
    "twilio": (lambda url: (by_twilio(url), ANNA), twilio),
    "vonage": (lambda url: (by_vonage(url), ANNA), vonage),
    "httpsms": (lambda url: (by_telephone(url), ANNA), httpsms),
    "tgram": (lambda url: (bot(url), CHAT), lambda _a: Says(200, {"result": {"message_id": 1}})),
    "signal": (lambda url: (signal(url), ANNA), lambda _a: Says(201, {"timestamp": "1"})),
    "whatsapp": (
        lambda url: (whatsapp(url), ANNA),
        lambda _a: Says(200, {"messages": [{"id": "w"}]}),
    ),
    "matrix": (lambda url: (homeserver(url), NAME), rooms),
    "web push": (lambda url: (push(), device(url).address), lambda _a: Says(201, b"")),
    "webhook": (
        lambda url: (WebhookSender(secret="s" * 32, inside=True), f"{url}/hook"),
        lambda _a: Says(200, {}),
    ),
}  # fmt: skip
SAME = {"ntfys": "ntfy", "signals": "signal", "nexmo": "vonage"}
MAIL = {"mailto", "mailtos"}
OURS = {"matrix", "web push", "webhook"}


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    """The key ring at hand."""
    matrix._rooms.clear()
    with app.app_context():
        yield
    channels.close()


@pytest.fixture
def only_the_pool(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let nobody connect but the pool's own sockets; keeps who tried."""
    tried: list[Any] = []
    real = socket.socket.connect

    def connect(line: socket.socket, address: Any) -> None:
        if not isinstance(line, wire.DeadlineSocket):
            tried.append(type(line).__name__)
            raise PermissionError("a plugin bypassed the pool")
        real(line, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried


def test_every_schema_that_may_leave_is_held_to_the_pool_below() -> None:
    held = set(WEB) | set(SAME) | MAIL
    assert held == set(transport.ENABLED_SCHEMAS) | OURS
    assert len(channels.PREPARE) == len(WEB) + 1


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("name", sorted(WEB))
def test_a_letter_leaves_by_the_pool_alone(
    name: str, encrypted: bool, letter: Letter, only_the_pool: list[Any],
    server_tls: ssl.SSLContext, trusted: Path,
) -> None:  # fmt: skip
    make, answer = WEB[name]
    with WebSink(answer, tls=server_tls if encrypted else None) as sink:
        provider, address = make(sink.url)
        assert channels.send(provider, address, letter).kind is Kind.SENT
        assert sink.asked
        assert only_the_pool == []


@pytest.mark.parametrize("security", [Security.NONE, Security.SSL])
def test_mail_leaves_by_the_pool_alone(
    security: Security, letter: Letter, only_the_pool: list[Any],
    server_tls: ssl.SSLContext, trusted: Path,
) -> None:  # fmt: skip
    with Sinks(smtp_tls=server_tls if security is Security.SSL else None) as sinks:
        account = EmailAccount("127.0.0.1", sinks.smtp_port, security, None, None, "a@b.org", "N")
        assert channels.send(account, "anna@example.org", letter).kind is Kind.SENT
        assert len(sinks.received("email")) == 1
        assert only_the_pool == []
        channels.close()


def test_a_plugin_that_finds_another_way_out_is_found_out(
    letter: Letter, only_the_pool: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an upgrade of apprise might: the promise above must be able to fail."""
    transport.install()
    monkeypatch.setattr(ntfy, "requests", requests)
    with WebSink(lambda _asked: Says(200, {"id": "a1"})) as sink:
        outcome = channels.send(NtfyServer(sink.url), "topic-of-anna", letter)
    assert outcome.kind is not Kind.SENT
    assert only_the_pool != []


@pytest.mark.parametrize("name", ["signal", "matrix", "httpsms", "twilio", "ntfy", "webhook",
                                  "web push"])  # fmt: skip
def test_a_provider_s_address_leads_nobody_inside(name: str, letter: Letter) -> None:
    make, answer = WEB[name]
    with WebSink(answer) as sink:
        provider, address = make(sink.url)
        channels.send(provider, address, letter)  # one connection stays open
        before = len(sink.asked)
        stranger = replace(provider, inside=False)  # type: ignore[type-var]
        matrix._rooms.clear()
        outcome = channels.send(stranger, address, letter)
        assert outcome.kind is Kind.REFUSED
        assert outcome.words == "the address leads into our own network"
        assert len(sink.asked) == before


def test_a_name_that_leads_inside_the_second_time_gains_nothing(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was looked up is what is dialled, and it is looked up once."""
    looks: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: Any, *args: Any, **more: Any) -> Any:
        looks.append(str(host))
        return real("127.0.0.1", *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with WebSink(lambda _asked: Says(200, {})) as sink:
        port = sink.host.partition(":")[2]
        sender = WebhookSender(secret="s" * 32)
        outcome = channels.send(sender, f"http://evil.example:{port}/", letter)
    assert (outcome.kind, sink.asked, looks) == (Kind.REFUSED, [], ["evil.example"])


def test_a_redirect_is_followed_by_nobody(letter: Letter) -> None:
    with WebSink(lambda _a: Says(200, {})) as secret:
        away = Says(307, b"", {"Location": f"{secret.url}/inside"})
        with WebSink(lambda _asked: away) as sink:
            sender = WebhookSender(secret="s" * 32, inside=True)
            outcome = channels.send(sender, f"{sink.url}/hook", letter)
        assert (outcome.kind, secret.asked) == (Kind.REFUSED, [])


@pytest.mark.parametrize(
    ("number", "is_public"),
    [("8.8.8.8", True), ("10.1.2.3", False), ("127.0.0.1", False), ("169.254.169.254", False),
     ("0.0.0.1", False), ("100.64.0.1", False), ("224.0.0.1", False), ("::1", False),
     ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:10.0.0.1", False),
     ("64:ff9b::a00:1", False), ("64:ff9b::808:808", True), ("2002:a00:1::", False),
     ("::127.0.0.1", False), ("::ffff:0:127.0.0.1", False), ("64:ff9b:1::7f00:1", False),
     ("2001:470::200:5efe:7f00:1", False), ("fec0::1", False), ("5f00::1", False), ("::", False),
     ("2606:4700::1111", True), ("what", False)],
)  # fmt: skip
def test_an_address_inside_is_known_in_all_its_clothes(number: str, is_public: bool) -> None:
    assert wire.is_public(number) is is_public


def test_no_secret_stands_in_a_repr_or_an_outcome(letter: Letter) -> None:
    made = [WEB[name][0]("http://127.0.0.1:9") for name in WEB]
    told = [repr(provider) for provider, _ in made]
    told += [repr(channels.send(provider, address, letter)) for provider, address in made]
    told += [repr(WebPush(contact="mailto:a@b.org"))]
    words = "\n".join(told)
    private = ("f" * 32, "A" * 35, "syt_", "s" * 16, "k" * 32, "E" * 60, ANNA, CHAT)
    assert [word for word in private if word in words] == []
