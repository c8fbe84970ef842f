"""Promises to whoever told us something and left no address: a code says what became of it."""

import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from nucleus.ground.clock import held_at, now
from nucleus.ground.database import db
from nucleus.resources.models import Resource
from nucleus.resources.suggesting import services
from nucleus.resources.suggesting.codes import LENGTH, SIGNS, new_code, read_code
from nucleus.resources.suggesting.models import Suggestion
from nucleus.resources.suggesting.services import Decision
from tests.cast import Cast
from tests.resources.furnish import SECRET, put_resource

ENGLISH = {"Accept-Language": "en"}
CODE = r"\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b"
FOLLOW = "/resources/suggestion/follow"
WORDS = "Grazie, il martedì resta chiuso."


def told(cast: Cast, **where: object) -> tuple[int, str]:
    """Let a visitor write, and return the suggestion and the code their thank-you page shows."""
    with cast.stage():
        number = put_resource(**where)  # type: ignore[arg-type]
    visitor = cast.app.test_client()
    sent = {"note": "La porta è chiusa da mesi"}
    visitor.post(f"/resources/suggestion/add/{number}/other", data=sent)
    page = visitor.get("/resources/suggestion/thank").text
    with cast.stage():
        return db.session.scalars(select(Suggestion.id)).one(), str(re.findall(CODE, page)[0])


def ask(client: FlaskClient, code: str) -> tuple[int, str]:
    sent = client.post(FOLLOW, data={"code": code}, headers=ENGLISH)
    return sent.status_code, sent.text


def test_the_code_says_what_became_of_it_and_nothing_of_who_asked(
    cast: Cast, client: FlaskClient
) -> None:
    row, code = told(cast)
    status, page = ask(client, f" {code.upper().replace('-', ' ')} ")
    assert status == 200
    assert "It waits" in page
    assert "La porta è chiusa" not in page
    with cast.stage():
        decision = Decision(actor=cast.carla, words=WORDS)
        services.refuse_suggestion(db.session.get_one(Suggestion, row), decision)
    status, page = ask(client, code)
    assert "The map stays as it is" in page
    assert WORDS in page
    assert "Carla" not in page


def test_the_code_itself_is_nowhere_and_a_wrong_one_opens_nothing(
    cast: Cast, client: FlaskClient
) -> None:
    row, code = told(cast)
    with cast.stage():
        kept = db.session.get_one(Suggestion, row)
        assert str(read_code(code)) not in str(vars(kept))
    assert ask(client, new_code())[0] == 422
    assert "twelve letters" in ask(client, "12")[1]


def test_of_a_place_nobody_may_know_the_code_does_not_say_the_name(
    cast: Cast, client: FlaskClient
) -> None:
    _row, code = told(cast, name="Casa Segreta", where=SECRET)
    with cast.stage():
        db.session.scalars(select(Resource)).one().visibility = "members"
    status, page = ask(client, code)
    assert status == 200
    assert "Casa Segreta" not in page


def test_a_month_after_the_decision_code_words_and_what_was_refused_are_forgotten(
    cast: Cast, client: FlaskClient
) -> None:
    with held_at(now() - timedelta(days=31)):
        row, code = told(cast)
        with cast.stage():
            decision = Decision(actor=cast.carla, words=WORDS)
            services.refuse_suggestion(db.session.get_one(Suggestion, row), decision)
    with cast.stage():
        services.forget_suggestions()
        kept = db.session.get_one(Suggestion, row)
        assert [kept.note, kept.answer, kept.code_mark, kept.sender] == [None] * 4
        assert (kept.facts, kept.before, kept.state) == ({}, {}, "refused")
    assert ask(client, code)[0] == 422


def test_an_address_waits_half_a_year_at_most(cast: Cast) -> None:
    with held_at(now() - timedelta(days=200)):
        row, _code = told(cast)
        with cast.stage():
            db.session.get_one(Suggestion, row).sealed_contact = b"sealed"
    with cast.stage():
        services.forget_suggestions()
        kept = db.session.get_one(Suggestion, row)
        assert kept.sealed_contact is None
        assert (kept.state, kept.note is not None) == ("waiting", True)


def test_codes_are_easy_to_write_down_and_hard_to_guess() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert not set("01oil") & set("".join(codes))
    assert len(SIGNS) ** LENGTH > 10**17
