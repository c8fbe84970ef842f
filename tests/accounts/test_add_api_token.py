"""A token for a program: who makes it, that it is shown once, what it opens and when it ends."""

import json
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from nucleus.accounts.models import ApiToken, Refusal
from nucleus.accounts.services.tokens import TokenDraft, add_api_token
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from tests.cast import Cast

ADD, LIST = "/accounts/api-token/add", "/accounts/api-token/list"
WHO = "/api/v1/token"


def typed(cast: Cast, **changes: str) -> dict[str, str]:
    facts = {"name": "Bridge", "organisation": str(cast.organisation), "days": "90"}
    return {**facts, "scopes": "alerts:read", **changes}


def made(cast: Cast, client: FlaskClient) -> str:
    page = client.post(ADD, data=typed(cast)).text
    found = re.search(r"nuc_[\w-]{43}", page)
    assert found, page
    return found[0]


def asks(cast: Cast, token: str) -> int:
    bearer = {"Authorization": f"Bearer {token}"}
    return cast.app.test_client().get(WHO, headers=bearer).status_code


def test_a_token_is_shown_once_and_stands_nowhere(cast: Cast, ada: FlaskClient) -> None:
    token = made(cast, ada)
    assert token not in ada.get(LIST).text
    with cast.stage():
        row = db.session.scalars(select(ApiToken)).one()
        kept = str({column.name: getattr(row, column.name) for column in row.__table__.columns})
        assert token not in kept
        entries = db.session.scalars(select(LogEntry)).all()
        assert "accounts.add_api_token" in {entry.word for entry in entries}
        assert not any(token in str(entry.facts) for entry in entries)


def test_a_token_opens_its_doors_until_it_is_ended(cast: Cast, ada: FlaskClient) -> None:
    token = made(cast, ada)
    assert asks(cast, token) == 200
    assert ada.post("/accounts/api-token/1/revoke").status_code == 303
    assert asks(cast, token) == 401


def test_a_token_ends_by_itself(cast: Cast, ada: FlaskClient) -> None:
    token = made(cast, ada)
    with clock.held_at(clock.now() + timedelta(days=89)):
        assert asks(cast, token) == 200
    with clock.held_at(clock.now() + timedelta(days=90)):
        assert asks(cast, token) == 401


def test_no_token_lasts_more_than_a_year(cast: Cast, ada: FlaskClient) -> None:
    assert ada.post(ADD, data=typed(cast, days="3650")).status_code == 422
    with cast.stage():
        draft = TokenDraft(name="x", organisation_id=cast.organisation, scopes=[], days=3650)
        row, _ = add_api_token(draft, by=cast.carla)
        assert row.expires_at <= clock.now() + timedelta(days=365)


def test_only_an_administrator_who_just_proved_it_makes_one(cast: Cast, ada: FlaskClient) -> None:
    assert cast.signed_in(cast.vito).get(ADD).status_code == 404
    with ada.session_transaction() as session:
        session["fs_paa"] = 0
    assert "/accounts/sign-in/confirm" in ada.get(ADD).location
    with ada.session_transaction() as session:
        session.pop("second_factor_at")
    assert ada.get(ADD).status_code == 303


def test_nobody_makes_or_ends_a_token_of_another_association(cast: Cast, ada: FlaskClient) -> None:
    foreign = typed(cast, organisation=str(cast.other_organisation))
    assert ada.post(ADD, data=foreign).status_code == 422
    with cast.stage():
        draft = TokenDraft(
            name="x", organisation_id=cast.other_organisation, scopes=["alerts:read"]
        )
        row, token = add_api_token(draft, by=cast.dario)
        number = row.id
    assert ada.post(f"/accounts/api-token/{number}/revoke").status_code == 404
    assert asks(cast, token) == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nuc_x",
        "Basic bnVjXw==",
        "Bearer nuc_\u00e8",
        "nuc_x y",
        "x" * 9000,
    ],
)
def test_whatever_else_is_shown_at_the_door_is_refused_alike(cast: Cast, header: str) -> None:
    answer = cast.app.test_client().get(WHO, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert json.loads(answer.text)["todo"]


def test_a_browser_that_is_signed_in_is_no_program(cast: Cast) -> None:
    assert cast.signed_in(cast.carla).get(WHO).status_code == 401


def test_strangers_are_told_to_rest_and_those_with_a_token_are_not(
    cast: Cast, ada: FlaskClient
) -> None:
    stranger, token = cast.app.test_client(), made(cast, ada)
    statuses = [stranger.get(WHO).status_code for _ in range(62)]
    assert statuses[:60] == [401] * 60
    assert statuses[60:] == [429, 429]
    assert asks(cast, token) == 200
    assert cast.app.test_client().get("/accounts/sign-in").status_code == 200
    with cast.stage():
        assert {row.door for row in db.session.scalars(select(Refusal))} == {"api"}


def test_a_token_calls_so_often_a_minute(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        draft = TokenDraft(name="x", organisation_id=cast.organisation, scopes=["alerts:read"])
        token = add_api_token(draft, by=cast.carla)[1]
    bearer = {"Authorization": f"Bearer {token}"}
    client = cast.app.test_client()
    with clock.held_at(clock.now().replace(second=10)):
        statuses = [client.get(WHO, headers=bearer).status_code for _ in range(121)]
        assert statuses == [200] * 120 + [429]
        assert client.get(WHO, headers=bearer).headers["Retry-After"] == "50"
        clock.advance(timedelta(seconds=50))
        assert client.get(WHO, headers=bearer).status_code == 200
