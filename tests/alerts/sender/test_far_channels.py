"""Telegram, Signal, WhatsApp, Matrix, browsers and outside systems: what arrives, what fails."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from py_vapid import Vapid02

from alerts.sender import channels, vapid
from alerts.sender.channels import matrix
from alerts.sender.kinds import (
    MatrixAccount,
    SignalServer,
    TelegramBot,
    WebhookSender,
    WebPush,
    WhatsApp,
)
from alerts.sender.letters import Action, Letter
from alerts.sender.outcomes import Kind
from nucleus.ground.crypto import ring
from nucleus.people import addresses
from tests.alerts.sender.web_sink import Asked, Says, WebSink

ANNA, CHAT, NAME = "+393331234567", "123456789", "@anna:example.org"
ANSWER = "https://nucleo.example/a/3f-abcdefghijklmnopqrstuv"
BUTTONS = (
    Action("Vengo", ANSWER, posts=True, body="deed=coming", deed="coming"),
    Action("Non posso", ANSWER, posts=True, body="deed=cant", deed="cant"),
)


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    """The key ring at hand, no room and no connection remembered."""
    matrix._rooms.clear()
    with app.app_context():
        yield
    channels.close()


def bot(url: str) -> TelegramBot:
    """Return a bot at a sink."""
    return TelegramBot(name="nucleo_bot", token="1234567:" + "A" * 35, base_url=url, inside=True)


def signal(url: str) -> SignalServer:
    """Return a Signal server at a sink."""
    return SignalServer(base_url=url, source="+390815550100", inside=True)


def whatsapp(url: str) -> WhatsApp:
    """Return a WhatsApp account at a sink."""
    facts = {"phone_id": "1234567890", "template": "notice", "languages": "en_US, it"}
    return WhatsApp(token="E" * 60, base_url=url, inside=True, **facts)  # type: ignore[arg-type]


def homeserver(url: str) -> MatrixAccount:
    """Return a Matrix account at a sink."""
    return MatrixAccount(base_url=url, user_id="@nucleo:ours.org", token="syt_" + "x" * 20,
                         inside=True)  # fmt: skip


def test_telegram_shows_the_words_and_two_buttons_bound_to_the_answer(letter: Letter) -> None:
    said = Says(200, {"ok": True, "result": {"message_id": 77}})
    with WebSink(lambda _asked: said) as sink:
        letter = replace(letter, body="Ciao <b>Anna & _Bea_\n\nhttps://n.it", actions=BUTTONS)
        outcome = channels.send(bot(sink.url), CHAT, letter)
    assert (outcome.kind, outcome.provider_ref) == (Kind.SENT, "77")
    told = sink.last.json
    assert sink.last.path == f"/bot1234567:{'A' * 35}/sendMessage"
    assert (told["chat_id"], told["text"]) == (123456789, letter.body)
    assert "parse_mode" not in told
    assert told["reply_markup"]["inline_keyboard"] == [
        [{"text": "Vengo", "callback_data": "coming:3f-abcdefghijklmnopqrstuv"},
         {"text": "Non posso", "callback_data": "cant:3f-abcdefghijklmnopqrstuv"}]
    ]  # fmt: skip


def test_telegram_says_how_long_to_wait_and_who_has_left(letter: Letter) -> None:
    with WebSink(lambda _asked: Says(429, {"ok": False, "parameters": {"retry_after": 9}})) as sink:
        busy = channels.send(bot(sink.url), CHAT, letter)
        sink.answers = lambda _asked: Says(
            403, {"ok": False, "description": "Forbidden: bot was blocked by the user"}
        )
        left = channels.send(bot(sink.url), CHAT, letter)
        sink.answers = lambda _asked: Says(401, {"ok": False, "description": "Unauthorized"})
        wrong = channels.send(bot(sink.url), CHAT, letter)
    assert (busy.kind, busy.retry_after) == (Kind.THROTTLED, 9.0)
    assert (left.kind, left.gone) == (Kind.REFUSED, True)
    assert (wrong.kind, wrong.gone) == (Kind.REFUSED, False)


def test_a_very_long_text_is_one_telegram_message(letter: Letter) -> None:
    said = Says(200, {"ok": True, "result": {"message_id": 1}})
    with WebSink(lambda _asked: said) as sink:
        channels.send(bot(sink.url), CHAT, replace(letter, body="parola & " * 5000))
    assert len(sink.asked) == 1


def test_signal_takes_a_message_for_one_number(letter: Letter) -> None:
    with WebSink(lambda _asked: Says(201, {"timestamp": "1700000000000"})) as sink:
        outcome = channels.send(signal(sink.url), ANNA, letter)
    told = sink.last.json
    assert (outcome.kind, outcome.provider_ref) == (Kind.SENT, "1700000000000")
    assert (sink.last.path, told["recipients"]) == ("/v2/send", [ANNA])
    assert told["message"].endswith(letter.body)


def test_signal_in_a_hurry_is_not_a_wrong_number(letter: Letter) -> None:
    with WebSink(lambda _asked: Says(400, {"error": "RateLimitException"})) as sink:
        assert channels.send(signal(sink.url), ANNA, letter).kind is Kind.THROTTLED
        sink.answers = lambda _asked: Says(400, {"error": "Unregistered user"})
        assert channels.send(signal(sink.url), ANNA, letter).kind is Kind.REFUSED


def test_whatsapp_sends_one_sentence_in_an_approved_template(letter: Letter) -> None:
    with WebSink(lambda _asked: Says(200, {"messages": [{"id": "wamid.HBgL=="}]})) as sink:
        letter = replace(letter, subject="", body="Hai un avviso\nda Nucleo: https://n.it/a/1")
        outcome = channels.send(whatsapp(sink.url), ANNA, letter)
        template = sink.last.json["template"]
    assert (outcome.kind, outcome.provider_ref) == (Kind.SENT, "wamid.HBgL==")
    assert (template["name"], template["language"]) == ("notice", {"code": "it"})
    (part,) = template["components"][0]["parameters"]
    assert part == {"type": "text", "text": "Hai un avviso da Nucleo: https://n.it/a/1"}


@pytest.mark.parametrize(
    ("code", "kind"), [(130429, Kind.THROTTLED), (131000, Kind.TEMPORARY), (131026, Kind.REFUSED),
                       (190, Kind.REFUSED), ("x", Kind.REFUSED)],
)  # fmt: skip
def test_meta_s_numbers_are_understood(letter: Letter, code: Any, kind: Kind) -> None:
    no = Says(400, {"error": {"code": code, "message": "private words"}})
    with WebSink(lambda _asked: no) as sink:
        outcome = channels.send(whatsapp(sink.url), ANNA, letter)
    assert outcome.kind is kind
    assert "private words" not in outcome.words


def rooms(asked: Asked) -> Says:
    """A home server that knows no room yet."""
    if asked.method == "GET":
        return Says(404, {"errcode": "M_NOT_FOUND"})
    if asked.path.endswith("/createRoom"):
        return Says(200, {"room_id": "!room:ours.org"})
    return Says(200, {"event_id": "$event"})


def test_matrix_makes_a_room_once_and_puts_a_message_there_once(letter: Letter) -> None:
    with WebSink(rooms) as sink:
        account = homeserver(sink.url)
        first = channels.send(account, NAME, letter)
        again = channels.send(account, NAME, letter)
    assert (first.kind, first.provider_ref) == (Kind.SENT, "$event")
    assert again.kind is Kind.SENT
    assert [each.method for each in sink.asked] == ["GET", "POST", "PUT", "PUT"]
    assert sink.asked[1].json["invite"] == [NAME]
    assert "anna" not in unquote(sink.asked[0].path)
    assert sink.asked[2].path == sink.asked[3].path  # the same number: the server drops a copy
    assert sink.asked[2].headers["authorization"] == "Bearer syt_" + "x" * 20


@pytest.mark.parametrize(("status", "kind"), [(403, Kind.REFUSED), (500, Kind.TEMPORARY)])
def test_a_home_server_that_makes_no_room_is_understood(
    letter: Letter, status: int, kind: Kind
) -> None:
    with WebSink(lambda a: Says(404 if a.method == "GET" else status, {})) as sink:
        assert channels.send(homeserver(sink.url), NAME, letter).kind is kind


@dataclass(frozen=True)
class Device:
    """A browser that has subscribed."""

    private: ec.EllipticCurvePrivateKey
    auth: bytes
    address: str

    def reads(self, sealed: bytes) -> Any:
        """Decrypt a notice as the browser does."""
        plain = http_ece.decrypt(
            sealed, private_key=self.private, auth_secret=self.auth, version="aes128gcm"
        )
        return json.loads(plain)


def device(url: str, key: str = "test") -> Device:
    """Return a browser whose push service is a sink."""
    private, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    words = [base64.urlsafe_b64encode(raw).decode().rstrip("=") for raw in (point, auth)]
    told = {"endpoint": f"{url}/push/abc", "p256dh": words[0], "auth": words[1],
            "key": key, "device": "Old phone"}  # fmt: skip
    return Device(private, auth, json.dumps(told))


def push(inside: bool = True) -> WebPush:
    """Return the way into browsers."""
    return WebPush(contact="mailto:nucleo@example.org", inside=inside)


def test_a_browser_reads_what_its_push_service_cannot(letter: Letter) -> None:
    with WebSink(lambda _asked: Says(201, b"")) as sink:
        phone = device(sink.url)
        letter = replace(letter, actions=BUTTONS, link=ANSWER, lasts=5400)
        assert channels.send(push(), phone.address, letter).kind is Kind.SENT
        asked = sink.last
    seen = phone.reads(asked.raw)
    assert (seen["title"], seen["body"]) == (letter.subject, letter.body)
    assert (seen["url"], seen["tag"], seen["lang"]) == (ANSWER, "A-1027", "it")
    assert [button["deed"] for button in seen["actions"]] == ["coming", "cant"]
    assert b"Bagheria" not in asked.raw
    assert (asked.headers["ttl"], asked.headers["urgency"]) == ("5400", "high")
    assert (asked.headers["topic"], asked.headers["content-encoding"]) == ("A-1027", "aes128gcm")


def test_the_push_service_can_check_who_we_are(letter: Letter) -> None:
    with WebSink(lambda _asked: Says(201, b"")) as sink:
        channels.send(push(), device(sink.url).address, letter)
        proof = sink.last.headers["authorization"]
    assert Vapid02.verify(proof)
    payload = proof.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert (claims["aud"], claims["sub"]) == (sink.url, "mailto:nucleo@example.org")
    assert vapid.public_key(ring())[1] in proof


@pytest.mark.parametrize(("status", "is_gone"), [(404, True), (410, True), (400, False),
                                                 (413, False)])  # fmt: skip
def test_a_subscription_that_ended_is_known_as_gone(
    letter: Letter, status: int, is_gone: bool
) -> None:
    with WebSink(lambda _asked: Says(status, b"")) as sink:
        outcome = channels.send(push(), device(sink.url).address, letter)
    assert (outcome.kind, outcome.gone) == (Kind.REFUSED, is_gone)


def test_a_very_long_notice_is_cut_to_what_every_push_service_takes(letter: Letter) -> None:
    with WebSink(lambda _asked: Says(201, b"")) as sink:
        phone = device(sink.url)
        long = replace(letter, subject="«à»" * 3000, body='\U0001f600\\"' * 3000)
        assert channels.send(push(), phone.address, long).kind is Kind.SENT
        assert len(sink.last.raw) <= 4096
        assert phone.reads(sink.last.raw)["body"].endswith("…")


def test_a_device_added_under_a_lost_key_is_refused_in_words(letter: Letter) -> None:
    outcome = channels.send(push(), device("https://push.example", key="gone").address, letter)
    assert outcome.words == "this device was added under a key that is gone"


def test_an_outside_system_can_check_that_a_notice_is_ours(letter: Letter) -> None:
    secret = "a-long-secret-of-more-than-32-signs"
    with WebSink(lambda _asked: Says(204, b"")) as sink:
        sender = WebhookSender(secret=secret, inside=True)
        assert channels.send(sender, f"{sink.url}/hook", letter).kind is Kind.SENT
    moment, given = (part.partition("=")[2]
                     for part in sink.last.headers["nucleus-signature"].split(","))  # fmt: skip
    wanted = hmac.new(secret.encode(), f"{moment}.".encode() + sink.last.raw, hashlib.sha256)
    assert hmac.compare_digest(given, wanted.hexdigest())
    assert sink.last.headers["idempotency-key"] == letter.message_id
    assert sink.last.json["link"] == letter.link


@pytest.mark.parametrize(
    "address", ["", "ftp://a.org", "https://a.org/\r\nX: y", "https://a.org/ b", "file:///etc"]
)
def test_what_is_no_web_address_goes_nowhere(letter: Letter, address: str) -> None:
    sender = WebhookSender(secret="s" * 32, inside=True)
    assert channels.send(sender, address, letter).kind is Kind.REFUSED


def test_a_subscription_keeps_only_what_we_use() -> None:
    given = json.loads(device("https://push.example").address) | {"evil": "x" * 100}
    kept = addresses.tidy("web_push", json.dumps(given))
    assert set(json.loads(kept)) == {"auth", "device", "endpoint", "key", "p256dh"}
    assert addresses.masked("web_push", kept) == "Old phone"
