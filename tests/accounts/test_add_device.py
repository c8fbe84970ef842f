"""A browser, a conversation, a number: each way to be reached is proven in its own way."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from alerts.providers.services import Limits, add_provider
from nucleus.accounts.services.contacts import confirm_by_start_code
from nucleus.app import create_app
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.people.models import Channel, ContactPoint, Person, Role
from nucleus.people.queries import contact_points_of
from nucleus.people.services import add_contact_point, grant_role
from tests.accounts.helpers import letters
from tests.cast import Cast
from tests.conftest import opened, settings_for

DEVICE, ADD, CHAT = "/accounts/device/add", "/accounts/contact-point/add", "/accounts/chat/start"
FREE = Limits(name="x", private=False, rate=None, in_flight=None, price_cents=0,
              monthly_cap_cents=None)  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The house, in English."""
    yield from opened(create_app(replace(settings_for(tmp_path), languages=("en",))))


def subscription(**changes: Any) -> dict[str, Any]:
    """Return what a browser says when it is asked."""
    words = [base64.urlsafe_b64encode(os.urandom(size)).decode().rstrip("=") for size in (65, 16)]
    usual = {"endpoint": "https://push.example/abc", "p256dh": words[0], "auth": words[1],
             "key": "test", "device": "My old phone"}  # fmt: skip
    return usual | changes


def points(cast: Cast, person: int, channel: Channel) -> list[ContactPoint]:
    """Return somebody's contacts of one channel (inside a stage)."""
    return [point for point in contact_points_of(person) if point.channel == channel]


def set_up(cast: Cast, kind: str, **answers: str) -> None:
    """Set up a provider of one kind."""
    with cast.stage():
        add_provider(kind, answers, limits=FREE, by=cast.carla)


def test_a_browser_is_added_by_its_own_words_and_waits_for_its_code(cast: Cast) -> None:
    bea = cast.signed_in(cast.bea)
    assert "This needs JavaScript" in bea.get(DEVICE).get_data(as_text=True)
    answer = bea.post(DEVICE, json=subscription())
    assert answer.status_code == 201
    assert len(letters(cast, cast.bea, "accounts.verification")) == 1
    page = bea.get("/accounts/contact-point/list").get_data(as_text=True)
    assert "My old phone" in page
    assert "push.example" not in page


def test_the_same_browser_once_more_takes_its_old_place(cast: Cast) -> None:
    bea = cast.signed_in(cast.bea)
    for device in ("My old phone", "The same phone"):
        assert bea.post(DEVICE, json=subscription(device=device)).status_code == 201
    with cast.stage():
        (point,) = points(cast, cast.bea, Channel.WEB_PUSH)
        assert json.loads(point.address)["device"] == "The same phone"


@pytest.mark.parametrize(
    "wrong",
    [{"endpoint": "http://push.example/abc"}, {"endpoint": "https://push.example/\r\nX: y"},
     {"endpoint": "file:///etc/passwd"}, {"endpoint": 7}, {"p256dh": "AAAA"}, {"auth": "AAAA"},
     {"auth": None}, {"device": ""}, {"device": "\u202e"}, {"device": ["x"]}, {"key": "../x"},
     {"endpoint": "https://push.example/" + "a" * 3000}],
)  # fmt: skip
def test_what_is_no_subscription_is_refused_in_words(cast: Cast, wrong: dict[str, Any]) -> None:
    answer = cast.signed_in(cast.bea).post(DEVICE, json=subscription(**wrong))
    assert answer.status_code == 422
    assert answer.get_json()["words"].startswith("This browser could not be added")


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b'"x"', b"\xff", b"[" * 1900])
def test_any_other_body_is_refused_too(cast: Cast, body: bytes) -> None:
    answer = cast.signed_in(cast.bea).post(DEVICE, data=body, content_type="application/json")
    assert answer.status_code in (400, 422)


def test_only_what_can_carry_a_message_now_is_offered(cast: Cast) -> None:
    bea = cast.signed_in(cast.bea)
    page = bea.get(ADD).get_data(as_text=True)
    assert 'value="sms"' not in page
    assert bea.get(CHAT).status_code == 404
    assert bea.post(ADD, data={"channel": "sms", "address": "333 1234567"}).status_code == 422
    set_up(cast, "twilio", account_sid="AC" + "0" * 32, auth_token="f" * 32, source="+390815550100")
    assert 'value="sms"' in bea.get(ADD).get_data(as_text=True)
    assert bea.post(ADD, data={"channel": "sms", "address": "333 1234567"}).status_code == 303


def test_only_an_administrator_adds_an_outside_system(cast: Cast) -> None:
    set_up(cast, "webhook", secret="s" * 32)
    hook = {"channel": "webhook", "address": "https://partner.example/hook"}
    assert cast.signed_in(cast.bea).post(ADD, data=hook).status_code == 422
    with cast.stage():
        grant_role(db.session.get_one(Person, cast.carla), Role.ADMINISTRATOR)
    assert cast.signed_in(cast.carla).post(ADD, data=hook).status_code == 303


def test_a_code_by_text_message_proves_the_number_for_calls_too(cast: Cast) -> None:
    set_up(cast, "twilio", account_sid="AC" + "0" * 32, auth_token="f" * 32, source="+390815550100")
    with cast.stage():
        bea = db.session.get_one(Person, cast.bea)
        add_contact_point(bea, Channel.PHONE, address="333 1234567")
        add_contact_point(
            db.session.get_one(Person, cast.vito), Channel.PHONE, address="3331234567"
        )
    client = cast.signed_in(cast.bea)
    client.post(ADD, data={"channel": "sms", "address": "333 1234567"})
    [(_, code)] = letters(cast, cast.bea, "accounts.verification")
    with cast.stage():
        number = points(cast, cast.bea, Channel.SMS)[0].id
    client.post(f"/accounts/contact-point/verify/{number}", data={"code": code})
    with cast.stage():
        assert points(cast, cast.bea, Channel.PHONE)[0].verified_at is not None
        assert points(cast, cast.vito, Channel.PHONE)[0].verified_at is None


def start_code(cast: Cast) -> str:
    """Return the code of Bea's link to the bot."""
    set_up(cast, "telegram", name="nucleo_bot", token="1234567:" + "A" * 35)
    page = cast.signed_in(cast.bea).post(CHAT).get_data(as_text=True)
    return page.partition("https://t.me/nucleo_bot?start=")[2].partition('"')[0]


def test_a_start_code_proves_a_conversation_once(cast: Cast) -> None:
    code = start_code(cast)
    assert len(code) <= 64  # what Telegram carries
    with cast.stage():
        point = confirm_by_start_code(code, Channel.TELEGRAM, address="123456789")
        assert point is not None
        assert point.person_id == cast.bea
        assert point.verified_at is not None
        assert confirm_by_start_code(code, Channel.TELEGRAM, address="987654321") is None
        assert len(points(cast, cast.bea, Channel.TELEGRAM)) == 1


@pytest.mark.parametrize("change", ["late", "forged", "left"])
def test_a_start_code_that_does_not_count_adds_nothing(cast: Cast, change: str) -> None:
    code = start_code(cast)
    at = clock.now() + timedelta(minutes=31 if change == "late" else 1)
    with cast.stage(), clock.held_at(at):
        if change == "left":
            db.session.get_one(Person, cast.bea).stopped_at = at
        typed = code[:-1] + ("A" if code[-1] != "A" else "B") if change == "forged" else code
        assert confirm_by_start_code(typed, Channel.TELEGRAM, address="123456789") is None
        assert points(cast, cast.bea, Channel.TELEGRAM) == []
