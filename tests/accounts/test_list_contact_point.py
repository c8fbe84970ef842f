"""How a person is reached: theirs alone, sealed, proven, in their order."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import ContactPoint
from nucleus.people.queries import contact_points_of
from tests.accounts.helpers import NIGHT, account, letters
from tests.cast import Cast

ROOM = "/accounts/contact-point"


def points(cast: Cast, person: int) -> list[ContactPoint]:
    with cast.app.app_context():
        found = list(contact_points_of(person))
        for point in found:
            db.session.expunge(point)
        db.session.rollback()
    return found


def kinds(cast: Cast, person: int) -> list[str]:
    with cast.app.app_context():
        found = db.session.scalars(
            select(Message.kind).join(Delivery).where(Delivery.person_id == person)
        ).all()
        db.session.rollback()
    return list(found)


def add(cast: Cast, person: int, channel: str, address: str) -> int:
    client = cast.signed_in(person)
    return client.post(f"{ROOM}/add", data={"channel": channel, "address": address}).status_code


@pytest.mark.parametrize(
    ("channel", "address"), [("email", "bea.altra@example.org"), ("ntfy", "n-molto-segreto")]
)
def test_a_code_proves_a_new_contact(cast: Cast, channel: str, address: str) -> None:
    assert add(cast, cast.bea, channel, address) == 303
    [(_, code)] = letters(cast, cast.bea, "accounts.verification")
    new = points(cast, cast.bea)[-1]
    assert new.verified_at is None
    client = cast.signed_in(cast.bea)
    wrong = client.post(f"{ROOM}/verify/{new.id}", data={"code": "000000"})
    assert wrong.status_code == 422
    assert client.post(f"{ROOM}/verify/{new.id}", data={"code": code}).status_code == 303
    assert points(cast, cast.bea)[-1].verified_at is not None


def test_a_tap_proves_a_new_contact_without_signing_in_and_once(cast_on_both: Cast) -> None:
    cast = cast_on_both
    add(cast, cast.bea, "email", "bea.altra@example.org")
    [(link, _)] = letters(cast, cast.bea, "accounts.verification")
    visitor = cast.app.test_client()
    assert visitor.get(link).status_code == 200
    assert points(cast, cast.bea)[-1].verified_at is None
    assert visitor.post(link).status_code == 200
    assert points(cast, cast.bea)[-1].verified_at is not None
    assert visitor.post(link).status_code == 410


def test_guessing_the_code_of_a_contact_ends(cast: Cast) -> None:
    add(cast, cast.bea, "ntfy", "n-molto-segreto")
    new, client = points(cast, cast.bea)[-1], cast.signed_in(cast.bea)
    tries = [
        client.post(f"{ROOM}/verify/{new.id}", data={"code": f"{n:06}"}).status_code
        for n in range(30)
    ]
    assert tries.count(422) == 5
    assert tries.count(429) == 25


def test_a_code_dies_after_half_an_hour_and_a_new_one_can_be_had(cast: Cast) -> None:
    with clock.held_at(NIGHT):
        add(cast, cast.bea, "ntfy", "n-molto-segreto")
        [(link, code)] = letters(cast, cast.bea, "accounts.verification")
        new = points(cast, cast.bea)[-1]
        clock.advance(timedelta(minutes=30))
        client = cast.signed_in(cast.bea)
        assert client.get(link).status_code == 410
        assert client.post(f"{ROOM}/verify/{new.id}", data={"code": code}).status_code == 422
        assert client.post(f"{ROOM}/send/{new.id}").status_code == 303
        _, (_, code) = letters(cast, cast.bea, "accounts.verification")
        assert client.post(f"{ROOM}/verify/{new.id}", data={"code": code}).status_code == 303


def test_the_other_contacts_are_told_when_one_is_added_or_removed(cast: Cast) -> None:
    add(cast, cast.bea, "ntfy", "n-molto-segreto")
    assert kinds(cast, cast.bea).count("accounts.change") == 2
    topic = points(cast, cast.bea)[1]
    cast.signed_in(cast.bea).post(f"{ROOM}/retire/{topic.id}")
    assert kinds(cast, cast.bea).count("accounts.change") == 3


def test_an_address_stands_in_no_byte_of_the_database_and_whole_on_no_page(
    cast: Cast, tmp_path: Path
) -> None:
    add(cast, cast.bea, "email", "Una.Lunga.Segreta@example.org")
    page = cast.signed_in(cast.bea).get(f"{ROOM}/list").text
    assert "u…@example.org" in page
    assert "segreta" not in page.lower()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("nucleus.db*")).lower()
    assert b"carla coppola" in stored
    for address in (b"una.lunga.segreta", b"bea@example.org", b"vito-topic"):
        assert address not in stored


def test_somebody_elses_contact_does_not_exist(cast: Cast) -> None:
    theirs = points(cast, cast.vito)[0].id
    for who in (cast.bea, cast.carla):
        client = cast.signed_in(who)
        for verb in ("rank", "quiet", "retire", "test", "send"):
            assert client.post(f"{ROOM}/{verb}/{theirs}").status_code == 404
        assert client.get(f"{ROOM}/verify/{theirs}").status_code == 404
        assert client.get(f"{ROOM}/quiet/{theirs}").status_code == 404


def test_contacts_move_up_and_down(cast: Cast) -> None:
    first, second = points(cast, cast.vito)
    client = cast.signed_in(cast.vito)
    client.post(f"{ROOM}/rank/{second.id}", data={"where": "up"})
    assert [p.id for p in points(cast, cast.vito)] == [second.id, first.id]
    client.post(f"{ROOM}/rank/{second.id}", data={"where": "up"})
    client.post(f"{ROOM}/rank/{second.id}", data={"where": "down"})
    assert [p.id for p in points(cast, cast.vito)] == [first.id, second.id]


def test_quiet_hours_may_pass_midnight_and_are_shown(cast: Cast) -> None:
    point, client = points(cast, cast.vito)[0], cast.signed_in(cast.vito)
    data = {"quiet_from": "1350", "quiet_until": "420"}
    assert client.post(f"{ROOM}/quiet/{point.id}", data=data).status_code == 303
    kept = points(cast, cast.vito)[0]
    assert (kept.quiet_from, kept.quiet_until) == (22 * 60 + 30, 7 * 60)
    assert "22:30" in client.get(f"{ROOM}/list").text
    half = client.post(f"{ROOM}/quiet/{point.id}", data={"quiet_from": "1350", "quiet_until": ""})
    assert half.status_code == 422


def test_a_test_message_is_posted_to_that_contact_alone(cast: Cast) -> None:
    point, client = points(cast, cast.vito)[1], cast.signed_in(cast.vito)
    assert client.post(f"{ROOM}/test/{point.id}").status_code == 303
    with cast.app.app_context():
        sent = db.session.scalars(select(Delivery.contact_point_id)).all()
        db.session.rollback()
    assert sent == [point.id]


def test_the_address_one_signs_in_with_stays_until_another_can_take_its_place(cast: Cast) -> None:
    first, client = points(cast, cast.bea)[0], cast.signed_in(cast.bea)
    client.post(f"{ROOM}/retire/{first.id}")
    assert points(cast, cast.bea)[0].id == first.id
    add(cast, cast.bea, "email", "bea.altra@example.org")
    [(link, _)] = letters(cast, cast.bea, "accounts.verification")
    client.post(link)
    client.post(f"{ROOM}/retire/{first.id}")
    assert first.id not in [p.id for p in points(cast, cast.bea)]
    heir = points(cast, cast.bea)[-1].fingerprint
    with cast.stage():
        assert account(cast.bea).email == heir


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("email", "bea(at)example"),
        ("ntfy", "short"),
        ("phone", "12"),
        ("pigeon", "x"),
        ("email", "bea@example.org"),
    ],
)
def test_what_is_no_new_address_is_refused_in_words(cast: Cast, channel: str, address: str) -> None:
    assert add(cast, cast.bea, channel, address) == 422


def test_the_page_offers_a_topic_nobody_can_guess(cast: Cast) -> None:
    client = cast.signed_in(cast.bea)
    assert client.get(f"{ROOM}/add").data != client.get(f"{ROOM}/add").data


def test_nothing_can_be_sent_to_a_telephone(cast: Cast) -> None:
    assert add(cast, cast.bea, "phone", "333 123 4567") == 303
    phone, client = points(cast, cast.bea)[-1], cast.signed_in(cast.bea)
    assert letters(cast, cast.bea, "accounts.verification") == []
    for verb in ("send", "test"):
        assert client.post(f"{ROOM}/{verb}/{phone.id}").status_code == 404
