"""The door for machines: what is signed is done once, and all the rest changes nothing."""

import json

import pytest
from sqlalchemy import select

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.messages.models import Delivery
from nucleus.people.models import Channel, ContactPoint
from tests.alerts.inbound.conftest import AMINA, CHAT, NOBODY, VITO, wire_of
from tests.alerts.inbound.providers import (
    KINDS,
    SECRETS,
    Provider,
    open_account,
    receipt_call,
    token,
    whatsapp,
    words_call,
)
from tests.alerts.pages.conftest import Scene


def sender_for(kind: str) -> str:
    """Return Vito's address on that provider."""
    return CHAT if kind == "telegram" else VITO


@pytest.mark.parametrize("kind", KINDS)
def test_a_yes_comes_in_through_every_provider_and_only_once(scene: Scene, kind: str) -> None:
    wire = wire_of(scene, kind)
    provider = wire.provider
    answer = provider.says(sender_for(kind), "sì, tra 2 ore", "ref-1")
    assert answer.status_code == 204
    with scene.cast.stage():
        vito = scene.recipient(scene.cast.vito)
        assert (vito.state, vito.eta_minutes, vito.words) == ("accepted", 120, "sì, tra 2 ore")
    assert wire.replies() == ["Noted: you are coming. Thank you."]
    before = wire.everything()
    for _ in range(3):
        assert provider.says(sender_for(kind), "sì, tra 2 ore", "ref-1").status_code == 204
    assert wire.everything() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_call_finds_no_door_and_changes_nothing(scene: Scene, kind: str) -> None:
    wire = wire_of(scene, kind)
    provider = wire.provider
    before = wire.everything()
    told = words_call(kind, sender_for(kind), "non posso", "ref-2")
    assert provider.send(told, forged=True).status_code == 404
    bare = provider.client.post(f"/alerts/inbound/receive/{provider.uid}", json=told)
    assert bare.status_code == 404
    assert wire.everything() == before


@pytest.mark.parametrize("kind", ["vonage", "httpsms", "webhook"])
def test_an_old_signature_is_as_good_as_none(scene: Scene, kind: str) -> None:
    wire = wire_of(scene, kind)
    provider = wire.provider
    told = words_call(kind, sender_for(kind), "sì", "ref-3")
    assert provider.send(told, age=3600).status_code == 404
    assert scene.state(scene.cast.vito) == "alerted"


@pytest.mark.parametrize("kind", KINDS)
def test_another_account_s_door_does_not_open(scene: Scene, kind: str) -> None:
    wire = wire_of(scene, kind)
    provider = wire.provider
    with scene.cast.stage():
        other = open_account(provider.client, next(k for k in KINDS if k != kind))
    answered = []
    for uid in (other.uid, "0" * 32, "nobody"):
        stranger = Provider(kind, uid, provider.inbound, provider.client)
        answered.append(stranger.says(sender_for(kind), "sì", "ref-4").status_code)
    assert answered == [404] * 3
    assert scene.state(scene.cast.vito) == "alerted"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "telegram"])
def test_a_receipt_adds_a_fact_and_the_same_again_nothing(scene: Scene, kind: str) -> None:
    wire = wire_of(scene, kind)
    provider = wire.provider
    with scene.cast.stage():
        row = db.session.scalars(select(Delivery)).first()
        assert row is not None
        row.state, row.copies, row.provider = "sent", 1, f"{kind}-{provider.uid[:12]}"
        row.provider_ref, number = "wire-1", row.id
    for _ in range(2):
        assert provider.reports("wire-1").status_code == 204
    with scene.cast.stage():
        row = db.session.get_one(Delivery, number)
        assert row.delivered_at is not None
        assert row.delivered_at <= now()
        assert row.state == "sent"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body",
    [{}, {"entry": 7}, {"message": "x"}, {"update_id": None}, {"data": [1]}, {"id": "x" * 999}],
)
def test_what_is_signed_and_can_not_be_read_is_refused_in_words(
    scene: Scene, kind: str, body: dict[str, object]
) -> None:
    wire = wire_of(scene, kind)
    provider = wire.provider
    before = wire.everything()
    answer = provider.send(body)
    assert answer.status_code in {204, 422}
    assert wire.everything() == before


@pytest.mark.parametrize("size", [70_000, 2_000_000])
def test_a_huge_call_is_refused(scene: Scene, size: int) -> None:
    wire = wire_of(scene, "webhook")
    provider = wire.provider
    assert provider.says(VITO, "sì" + "x" * size, "ref-5").status_code == 413


def test_nested_json_does_not_bring_the_door_down(scene: Scene) -> None:
    wire = wire_of(scene, "telegram")
    provider = wire.provider
    headers = {"X-Telegram-Bot-Api-Secret-Token": provider.inbound}
    for body in (b"[" * 50_000, b'{"a":' * 9_000, b"\xff\xfe", b"null", b"1e999", b'"x"'):
        sent = provider.client.post(provider.path, data=body, headers=headers)
        assert sent.status_code == 422, body[:10]


def test_meta_s_challenge_is_answered_only_to_who_knows_the_token(scene: Scene) -> None:
    wire = wire_of(scene, "whatsapp")
    provider = wire.provider
    asked = {"hub.mode": "subscribe", "hub.challenge": "4711", "hub.verify_token": provider.inbound}
    answer = provider.client.get(provider.path, query_string=asked)
    assert (answer.status_code, answer.text) == (200, "4711")
    asked["hub.verify_token"] = "guess"
    assert provider.client.get(provider.path, query_string=asked).status_code == 404
    assert provider.client.get(provider.path).status_code == 404


def test_a_token_for_another_body_or_without_an_end_opens_nothing(scene: Scene) -> None:
    wire = wire_of(scene, "httpsms")
    provider = wire.provider
    told, key = json.dumps(words_call("httpsms", VITO, "sì", "r")), SECRETS["httpsms"][1]
    secret = key["signing_key"].encode()
    later = int(now().timestamp()) + 600
    for bad in (token(secret, later, payload_hash="0" * 64), token(b"other", later), "a.b.c", ""):
        headers = {"Authorization": f"Bearer {bad}"}
        sent = provider.client.post(provider.path, data=told, headers=headers)
        assert sent.status_code == 404
    assert scene.state(scene.cast.vito) == "alerted"


def test_a_button_in_telegram_answers_for_who_it_was_sent_to(scene: Scene) -> None:
    wire = wire_of(scene, "telegram")
    provider = wire.provider
    with scene.cast.stage():
        mine = scene.recipient(scene.cast.vito)
        key = derive_token("answer", mine.id, mine.alert.nonce)
    foreign = {"id": "1", "from": {"id": 5551}, "data": f"coming:{key}"}
    assert provider.send({"update_id": 8, "callback_query": foreign}).status_code == 204
    assert scene.state(scene.cast.vito) == "alerted"
    pressed = {"id": "1", "from": {"id": int(CHAT)}, "data": f"coming:{key}"}
    for _ in range(2):
        assert provider.send({"update_id": 9, "callback_query": pressed}).status_code == 204
    assert scene.state(scene.cast.vito) == "accepted"
    assert len(wire.replies()) == 1


def test_a_reply_button_and_a_picture_in_whatsapp_are_read(scene: Scene) -> None:
    wire = wire_of(scene, "whatsapp")
    provider = wire.provider
    plain = VITO[1:]
    picture = {"id": "p", "from": plain, "type": "image", "image": {"id": "1"}}
    assert provider.send(whatsapp({"messages": [picture]})).status_code == 204
    assert scene.state(scene.cast.vito) == "alerted"
    button = {"id": "b", "from": plain, "type": "button", "button": {"text": "Non posso"}}
    assert provider.send(whatsapp({"messages": [button]})).status_code == 204
    assert scene.state(scene.cast.vito) == "declined"


def test_the_ref_of_one_account_says_nothing_in_another(scene: Scene) -> None:
    first = wire_of(scene, "twilio").provider
    with scene.cast.stage():
        second = open_account(first.client, "vonage")
    assert first.says(VITO, "sì", "same").status_code == 204
    assert second.says(AMINA, "sì", "same").status_code == 204
    assert scene.state(scene.cast.amina) == "accepted"


def test_no_words_and_no_number_stand_where_calls_are_remembered(scene: Scene) -> None:
    wire = wire_of(scene, "twilio")
    provider = wire.provider
    provider.says(VITO, "sì, il mio codice è 1234", "ref-9")
    provider.says(NOBODY, "chi siete? mi chiamo Ugo", "ref-10")
    with scene.cast.stage():
        kept = str(db.session.execute(db.text("SELECT * FROM inbound")).all())
    for word in (VITO.removeprefix("+"), NOBODY.removeprefix("+"), "codice", "Ugo", "ref-9"):
        assert word not in kept


def test_every_receipt_of_one_call_counts(scene: Scene) -> None:
    wire = wire_of(scene, "whatsapp")
    provider = wire.provider
    both = whatsapp({"statuses": [
        {"id": "w1", "status": "sent", "timestamp": "5"},
        {"id": "w2", "status": "read", "timestamp": str(int(now().timestamp()))},
    ]})  # fmt: skip
    assert provider.send(both).status_code == 204
    assert provider.send(receipt_call("whatsapp", "w3", "failed")).status_code == 204


def test_a_contact_that_is_not_proven_or_retired_is_nobody_s(scene: Scene) -> None:
    wire = wire_of(scene, "twilio")
    provider = wire.provider
    with scene.cast.stage():
        points = select(ContactPoint).where(ContactPoint.channel == Channel.SMS)
        for point in db.session.scalars(points):
            point.verified_at = None
    assert provider.says(VITO, "sì", "ref-11").status_code == 200
    assert scene.state(scene.cast.vito) == "alerted"
