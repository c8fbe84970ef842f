"""Coordinators come in with two keys; without the second they are nobody special."""

import re
from datetime import timedelta

from flask.testing import FlaskClient
from passlib.totp import TOTP

from nucleus.ground import clock
from tests.accounts.helpers import NIGHT, give_app, give_password, is_in, shown, sign_in
from tests.cast import Cast

PEOPLE, ADD = "/accounts/person/list", "/accounts/second-factor/add"


def with_one_key(cast: Cast, person: int) -> FlaskClient:
    client = cast.signed_in(person)
    with client.session_transaction() as session:
        session.pop("second_factor_at")
    return client


def app_on_page(page: str) -> TOTP:
    found = re.search(r'<code dir="ltr">([A-Z2-7 -]+)</code>', page)
    assert found
    return TOTP(key=found[1], format="base32")


def test_a_coordinator_with_one_key_is_led_to_set_up_the_second(cast: Cast) -> None:
    client = with_one_key(cast, cast.carla)
    led = client.get(PEOPLE)
    assert led.status_code == 303
    assert led.location.startswith(ADD)
    assert PEOPLE not in client.get("/accounts/me").text


def test_with_the_second_key_the_coordinators_pages_open(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(NIGHT):
        client = with_one_key(cast, cast.carla)
        app = app_on_page(client.get(client.get(PEOPLE).location).text)
        done = client.post(ADD, data={"code": shown(app)})
        assert done.location == "/accounts/recovery-code/list"
        codes = client.get(done.location)
        assert len(re.findall(r"<code dir=\"ltr\">[0-9a-f-]{14}</code>", codes.text)) == 8
        assert f'href="{PEOPLE}"' in codes.text
        assert client.get(PEOPLE).status_code == 200


def test_the_code_that_connected_the_app_does_not_open_the_door_as_well(cast: Cast) -> None:
    give_password(cast, cast.carla)
    with clock.held_at(NIGHT):
        client = with_one_key(cast, cast.carla)
        app = app_on_page(client.get(ADD).text)
        code = shown(app)
        client.post(ADD, data={"code": code})
        other = cast.app.test_client()
        sign_in(other, "carla@example.org")
        other.post("/accounts/second-factor/give", data={"code": code})
        assert not is_in(other)
        clock.advance(timedelta(seconds=30))
        other.post("/accounts/second-factor/give", data={"code": shown(app)})
        assert is_in(other)


def test_a_wrong_code_connects_nothing(cast: Cast) -> None:
    client = with_one_key(cast, cast.carla)
    client.get(ADD)
    assert client.post(ADD, data={"code": "000000"}).status_code == 422
    assert client.get(PEOPLE).status_code == 303


def test_who_came_in_with_one_key_can_not_replace_the_second(cast: Cast) -> None:
    give_app(cast, cast.carla)
    assert with_one_key(cast, cast.carla).get(ADD).status_code == 404


def test_a_plain_member_may_use_a_second_key_too(cast: Cast) -> None:
    with clock.held_at(NIGHT):
        client = with_one_key(cast, cast.bea)
        app = app_on_page(client.get(ADD).text)
        assert client.post(ADD, data={"code": shown(app)}).status_code == 303


def test_new_recovery_codes_replace_the_old(cast: Cast) -> None:
    give_app(cast, cast.carla)
    client = cast.signed_in(cast.carla)
    old = client.get("/accounts/recovery-code/list").data
    client.post("/accounts/recovery-code/renew")
    assert client.get("/accounts/recovery-code/list").data != old
