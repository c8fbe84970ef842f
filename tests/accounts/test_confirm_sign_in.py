"""Delicate pages ask again who is here."""

from datetime import timedelta

from nucleus.ground import clock
from tests.accounts.helpers import NIGHT, PASSWORD, give_password, letters
from tests.cast import Cast

LIST = "/accounts/contact-point/list"


def test_six_minutes_after_signing_in_a_private_page_asks_again(cast: Cast) -> None:
    give_password(cast, cast.bea)
    with clock.held_at(NIGHT):
        client = cast.signed_in(cast.bea)
        assert client.get(LIST).status_code == 200
        clock.advance(timedelta(minutes=6))
        asked = client.get(LIST)
        assert asked.status_code == 303
        page = client.get(asked.location)
        assert page.status_code == 200
        wrong = client.post("/accounts/sign-in/confirm", data={"password": "not this one"})
        assert wrong.status_code == 422
        assert client.get(LIST).status_code == 303
        right = client.post("/accounts/sign-in/confirm", data={"password": PASSWORD})
        assert right.location == LIST
        assert client.get(LIST).status_code == 200


def test_who_has_no_password_proves_it_with_a_code(cast: Cast) -> None:
    with clock.held_at(NIGHT):
        client = cast.signed_in(cast.bea)
        clock.advance(timedelta(minutes=6))
        client.get(client.get(LIST).location)
        client.post("/accounts/code/send")
        [(_, code)] = letters(cast, cast.bea, "accounts.sign_in")
        led = client.post("/accounts/code/give", data={"code": code})
        assert led.location == LIST
        assert client.get(LIST).status_code == 200


def test_guessing_at_a_phone_left_lying_about_ends(cast: Cast) -> None:
    give_password(cast, cast.bea)
    client = cast.signed_in(cast.bea)
    tries = [
        client.post("/accounts/sign-in/confirm", data={"password": f"guess {n}"}).status_code
        for n in range(6)
    ]
    assert tries == [422] * 5 + [429]


def test_steps_on_a_private_page_count_as_presence_for_an_hour_at_most(cast: Cast) -> None:
    with clock.held_at(NIGHT):
        client = cast.signed_in(cast.vito)
        with client.session_transaction() as session:
            assert session["proved_at"]
        for _ in range(15):
            clock.advance(timedelta(minutes=4))
            answer = client.post("/accounts/contact-point/rank/1", data={"where": "up"})
            assert answer.status_code in {303, 404}
        clock.advance(timedelta(minutes=6))
        assert client.get(LIST).status_code == 303
