"""Coming in with a password, and, where it is set up, a second key."""

from datetime import timedelta

import pytest
from flask_security import verify_password
from sqlalchemy import func, select

from nucleus.accounts import library
from nucleus.accounts.models import Refusal
from nucleus.ground import clock
from nucleus.ground.database import db
from tests.accounts.helpers import (
    NIGHT,
    PASSWORD,
    account,
    give_app,
    give_password,
    is_in,
    shown,
    sign_in,
    steady,
)
from tests.cast import Cast


def refusals(cast: Cast, door: str) -> int:
    with cast.app.app_context():
        found = db.session.scalar(select(func.count()).where(Refusal.door == door))
        db.session.rollback()
    return found or 0


def test_the_right_password_lets_a_member_in(cast_on_both: Cast) -> None:
    give_password(cast_on_both, cast_on_both.bea)
    client = cast_on_both.app.test_client()
    assert sign_in(client, "Bea@Example.org ") == 303
    assert is_in(client)


def test_a_wrong_password_lets_nobody_in_and_is_remembered(cast: Cast) -> None:
    give_password(cast, cast.bea)
    client = cast.app.test_client()
    assert sign_in(client, "bea@example.org", "another one altogether") == 422
    assert not is_in(client)
    assert refusals(cast, "sign_in") == 1


def test_guessing_ends_although_every_wrong_try_is_rolled_back(cast: Cast) -> None:
    give_password(cast, cast.bea)
    client = cast.app.test_client()
    tries = [sign_in(client, "bea@example.org", f"guess number {n}") for n in range(30)]
    assert tries[:5] == [422] * 5
    assert set(tries[5:]) == {429}
    assert sign_in(client, "bea@example.org") == 429


def test_one_visitor_can_not_try_many_accounts(cast: Cast) -> None:
    client = cast.app.test_client()
    tries = [sign_in(client, f"somebody{n}@example.org", "a wrong password") for n in range(31)]
    assert tries == [422] * 30 + [429]


def test_the_door_opens_again_when_it_said(cast: Cast) -> None:
    give_password(cast, cast.bea)
    client = cast.app.test_client()
    with clock.held_at(NIGHT):
        for _ in range(5):
            sign_in(client, "bea@example.org", "a wrong password")
        rests = client.post(
            "/accounts/sign-in", data={"email": "bea@example.org", "password": PASSWORD}
        )
        assert rests.headers["Retry-After"] == "900"
        assert "22:15" in rests.text
        clock.advance(timedelta(minutes=15))
        assert sign_in(client, "bea@example.org") == 303


def test_an_unknown_address_is_answered_with_the_same_bytes(cast: Cast) -> None:
    give_password(cast, cast.bea)
    pages = []
    for email in ("bea@example.org", "bob@example.org"):
        client = cast.app.test_client()
        with clock.held_at(NIGHT):
            answers = [
                client.post("/accounts/sign-in", data={"email": email, "password": "wrong wrong"})
                for _ in range(6)
            ]
        pages.append(
            [(a.status_code, steady(a.data).replace(email.encode(), b"")) for a in answers]
        )
    assert pages[0] == pages[1]


@pytest.mark.parametrize("email", ["bea@example.org", "nobody@example.org"])
def test_no_transaction_is_open_while_a_password_is_hashed(
    cast: Cast, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_password(cast, cast.bea)
    seen: list[bool] = []

    def watched(password: str, kept: str) -> bool:
        seen.append(bool(db.session().in_transaction()))
        return verify_password(password, kept)

    monkeypatch.setattr(library, "verify_password", watched)
    sign_in(cast.app.test_client(), email)
    assert seen == [False]


def test_a_code_of_the_app_is_taken_once(cast_on_both: Cast) -> None:
    cast = cast_on_both
    give_password(cast, cast.carla)
    app = give_app(cast, cast.carla)
    statuses = []
    with clock.held_at(NIGHT):
        for _ in range(2):
            client = cast.app.test_client()
            assert sign_in(client, "carla@example.org") == 303
            assert not is_in(client)
            answer = client.post("/accounts/second-factor/give", data={"code": shown(app)})
            statuses.append((answer.status_code, is_in(client)))
    assert statuses == [(303, True), (422, False)]


def test_a_recovery_code_opens_once(cast_on_both: Cast) -> None:
    cast = cast_on_both
    give_password(cast, cast.carla)
    give_app(cast, cast.carla)
    with cast.app.app_context():
        stored = account(cast.carla).mf_recovery_codes or []
        codes = library.security().mf_recovery_codes_util.get_recovery_codes(account(cast.carla))
        db.session.rollback()
    assert len(codes) == 8
    assert not set(codes) & set(stored)
    statuses = []
    for _ in range(2):
        client = cast.app.test_client()
        sign_in(client, "carla@example.org")
        answer = client.post("/accounts/second-factor/give", data={"code": codes[0].upper()})
        statuses.append(answer.status_code)
    assert statuses == [303, 422]


def test_wrong_codes_of_the_app_end_too(cast: Cast) -> None:
    give_password(cast, cast.carla)
    give_app(cast, cast.carla)
    client = cast.app.test_client()
    sign_in(client, "carla@example.org")
    tries = [
        client.post("/accounts/second-factor/give", data={"code": f"{n:06}"}).status_code
        for n in range(6)
    ]
    assert tries == [422] * 5 + [429]


def test_who_waits_at_the_second_door_for_more_than_ten_minutes_starts_again(cast: Cast) -> None:
    give_password(cast, cast.carla)
    app = give_app(cast, cast.carla)
    client = cast.app.test_client()
    with clock.held_at(NIGHT):
        sign_in(client, "carla@example.org")
        clock.advance(timedelta(minutes=11))
        answer = client.post("/accounts/second-factor/give", data={"code": shown(app)})
    assert answer.status_code == 404


def test_nothing_of_an_earlier_session_survives_signing_in(cast: Cast) -> None:
    give_password(cast, cast.bea)
    client = cast.app.test_client()
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["second_factor_at"] = 1
    sign_in(client, "bea@example.org")
    with client.session_transaction() as session:
        assert "planted" not in session
        assert "second_factor_at" not in session


def test_signing_in_leads_back_to_the_page_that_was_wanted_but_never_elsewhere(cast: Cast) -> None:
    give_password(cast, cast.bea)
    where = {"/accounts/consent/list": "/accounts/consent/list", "//evil.example/x": "/"}
    for wanted, led in where.items():
        client = cast.app.test_client()
        client.get("/accounts/sign-in", query_string={"next": wanted})
        data = {"email": "bea@example.org", "password": PASSWORD}
        assert client.post("/accounts/sign-in", data=data).location == led


def test_signing_in_speaks_the_persons_language(cast: Cast) -> None:
    give_password(cast, cast.bea)
    client = cast.app.test_client()
    client.post("/language", data={"language": "en"})
    sign_in(client, "bea@example.org")
    with client.session_transaction() as session:
        assert session["language"] == "it"


def test_a_coordinator_is_out_after_twelve_idle_hours_and_after_a_week(cast: Cast) -> None:
    give_password(cast, cast.carla)
    app = give_app(cast, cast.carla)
    client = cast.app.test_client()
    with clock.held_at(NIGHT):
        sign_in(client, "carla@example.org")
        client.post("/accounts/second-factor/give", data={"code": shown(app)})
        for _ in range(16):
            clock.advance(timedelta(hours=10))
            assert is_in(client)
        clock.advance(timedelta(hours=10))
        assert not is_in(client)
        sign_in(client, "carla@example.org")
        client.post("/accounts/second-factor/give", data={"code": shown(app)})
        clock.advance(timedelta(hours=13))
        assert not is_in(client)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(cast: Cast) -> None:
    give_password(cast, cast.bea)
    client = cast.app.test_client()
    data = {"email": "bea@example.org", "password": PASSWORD}
    cookie = client.post("/accounts/sign-in", data=data).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_stored_password_that_is_no_hash_opens_nothing(cast: Cast) -> None:
    assert sign_in(cast.app.test_client(), "bea@example.org", "x") == 422
