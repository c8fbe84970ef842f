"""Coming in by e-mail: a link that is pressed, or six digits that are typed."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.messages.models import Delivery
from nucleus.people.models import Person
from nucleus.people.services import stop_person
from tests.accounts.helpers import NIGHT, give_app, is_in, letters, shown, steady
from tests.cast import Cast

KIND = "accounts.sign_in"


def ask(client: FlaskClient, email: str) -> int:
    return client.post("/accounts/link/ask", data={"email": email}).status_code


def test_pressing_the_button_of_a_link_lets_in_once(cast_on_both: Cast) -> None:
    cast = cast_on_both
    ask(cast.app.test_client(), "bea@example.org")
    [(link, _)] = letters(cast, cast.bea, KIND)
    first, second = cast.app.test_client(), cast.app.test_client()
    assert first.post(link).status_code == 303
    assert is_in(first)
    assert second.post(link).status_code == 410
    assert not is_in(second)


def test_opening_a_link_signs_nobody_in_and_uses_nothing_up(cast: Cast) -> None:
    ask(cast.app.test_client(), "bea@example.org")
    [(link, _)] = letters(cast, cast.bea, KIND)
    client = cast.app.test_client()
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert not is_in(client)
    assert client.post(link).status_code == 303


def test_the_six_digits_let_in_once(cast_on_both: Cast) -> None:
    cast = cast_on_both
    client = cast.app.test_client()
    ask(client, "bea@example.org")
    [(link, code)] = letters(cast, cast.bea, KIND)
    spaced = {"code": f"{code[:3]} {code[3:]}"}
    assert client.post("/accounts/code/give", data=spaced).status_code == 303
    assert is_in(client)
    other = cast.app.test_client()
    assert other.post(link).status_code == 410


def test_the_six_digits_are_of_no_use_in_another_browser(cast: Cast) -> None:
    ask(cast.app.test_client(), "bea@example.org")
    [(_, code)] = letters(cast, cast.bea, KIND)
    stranger = cast.app.test_client()
    assert stranger.post("/accounts/code/give", data={"code": code}).status_code == 422


def test_only_the_last_code_sent_is_good(cast: Cast) -> None:
    client = cast.app.test_client()
    ask(client, "bea@example.org")
    ask(client, "bea@example.org")
    (_, old), (_, new) = letters(cast, cast.bea, KIND)
    if old != new:
        assert client.post("/accounts/code/give", data={"code": old}).status_code == 422
    assert client.post("/accounts/code/give", data={"code": new}).status_code == 303


def test_link_and_code_die_after_fifteen_minutes(cast: Cast) -> None:
    client = cast.app.test_client()
    with clock.held_at(NIGHT):
        ask(client, "bea@example.org")
        [(link, code)] = letters(cast, cast.bea, KIND)
        clock.advance(timedelta(minutes=15))
        assert client.get(link).status_code == 410
        assert client.post(link).status_code == 410
        assert client.post("/accounts/code/give", data={"code": code}).status_code == 422


def test_guessing_codes_ends(cast: Cast) -> None:
    client = cast.app.test_client()
    ask(client, "bea@example.org")
    [(_, code)] = letters(cast, cast.bea, KIND)
    wrong = [f"{(int(code) + n) % 10**6:06}" for n in range(1, 31)]
    tries = [client.post("/accounts/code/give", data={"code": c}).status_code for c in wrong]
    assert tries == [422] * 5 + [429] * 25
    assert client.post("/accounts/code/give", data={"code": code}).status_code == 429


@pytest.mark.parametrize(
    "wrong", ["0-" + "A" * 22, "zzz", "1-" + "A" * 22, "%20", "zzzzzzzzzzzz-" + "A" * 22]
)
def test_a_cut_or_invented_link_says_so(cast: Cast, wrong: str) -> None:
    answer = cast.app.test_client().get(f"/accounts/link/use/{wrong}")
    assert answer.status_code == 410


def test_an_unknown_address_is_answered_with_the_same_bytes_and_gets_no_letter(cast: Cast) -> None:
    answers = []
    for email in ("bea@example.org", "bob@example.org"):
        client = cast.app.test_client()
        with clock.held_at(NIGHT):
            asked = client.post("/accounts/link/ask", data={"email": email})
            given = client.post("/accounts/code/give", data={"code": "000000"})
        cookie = asked.headers["Set-Cookie"]
        answers.append((asked.status_code, asked.data, len(cookie), steady(given.data)))
    assert answers[0] == answers[1]
    assert len(letters(cast, cast.bea, KIND)) == 1


def written(cast: Cast, email: str) -> list[str]:
    """Return what the database is told to do when a letter is asked for, in its order."""
    told: list[str] = []

    def note(_on: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            told.append(statement)

    with cast.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    assert ask(cast.app.test_client(), email) == 303
    event.remove(engine, "before_cursor_execute", note)
    return told


def test_an_unknown_address_is_answered_no_sooner(cast_on_both: Cast) -> None:
    """The same is written for it and taken back: no clock tells who has an account."""
    cast = cast_on_both
    known = written(cast, "bea@example.org")
    assert len(known) >= 4
    with cast.stage():
        before = db.session.scalar(select(func.count()).select_from(Delivery))
    assert written(cast, "bob@example.org") == known
    with cast.stage():
        assert db.session.scalar(select(func.count()).select_from(Delivery)) == before


def test_letters_are_not_sent_for_ever(cast: Cast) -> None:
    client = cast.app.test_client()
    for email in ("bea@example.org", "bob@example.org"):
        assert [ask(client, email) for _ in range(6)] == [303] * 5 + [429]
    assert len(letters(cast, cast.bea, KIND)) == 5


def test_a_letter_is_only_the_first_of_two_keys(cast: Cast) -> None:
    app = give_app(cast, cast.carla)
    client = cast.app.test_client()
    with clock.held_at(NIGHT):
        ask(client, "carla@example.org")
        [(link, _)] = letters(cast, cast.carla, KIND)
        assert client.post(link).location == "/accounts/second-factor/give"
        assert not is_in(client)
        client.post("/accounts/second-factor/give", data={"code": shown(app)})
        assert is_in(client)


def test_a_link_of_somebody_who_left_opens_nothing(cast: Cast) -> None:
    ask(cast.app.test_client(), "bea@example.org")
    [(link, _)] = letters(cast, cast.bea, KIND)
    with cast.stage():
        stop_person(db.session.get_one(Person, cast.bea))
    assert cast.app.test_client().post(link).status_code == 410
