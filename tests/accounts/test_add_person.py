"""Coordinators add people to their own organisation; the newcomer chooses a password."""

from datetime import timedelta

from sqlalchemy import select

from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.people.models import Person, RoleGrant
from nucleus.people.queries import contact_points_of
from tests.accounts.helpers import NIGHT, is_in, letters, sign_in
from tests.cast import Cast

NEW = "parole che ricordo bene"


def add(cast: Cast, by: int, **changes: object) -> int:
    data = {
        "name": "Nora Nuova",
        "language": "it",
        "organisation": cast.organisation,
        "role": "responder",
        "channel": "email",
        "address": "nora@example.org",
        "agreed": "y",
    }
    return cast.signed_in(by).post("/accounts/person/add", data=data | changes).status_code


def newcomer(cast: Cast) -> int:
    with cast.app.app_context():
        found = db.session.scalar(select(Person.id).where(Person.name == "Nora Nuova"))
        db.session.rollback()
    assert found
    return found


def test_a_newcomer_chooses_a_password_by_the_link_once(cast_on_both: Cast) -> None:
    cast = cast_on_both
    assert add(cast, cast.carla) == 303
    [(link, _)] = letters(cast, newcomer(cast), "accounts.invitation")
    client = cast.app.test_client()
    assert client.get(link).status_code == 200
    data = {"password": NEW, "again": NEW}
    assert client.post(link, data=data).status_code == 303
    assert is_in(client)
    assert cast.app.test_client().post(link, data=data).status_code == 410
    assert sign_in(cast.app.test_client(), "nora@example.org", NEW) == 303
    with cast.stage():
        assert contact_points_of(newcomer(cast))[0].verified_at is not None


def test_an_invitation_dies_after_a_week(cast: Cast) -> None:
    with clock.held_at(NIGHT):
        add(cast, cast.carla)
        [(link, _)] = letters(cast, newcomer(cast), "accounts.invitation")
        clock.advance(timedelta(days=7))
        assert cast.app.test_client().get(link).status_code == 410


def test_who_missed_the_invitation_comes_in_by_letter_and_is_reachable_from_then_on(
    cast: Cast,
) -> None:
    add(cast, cast.carla)
    client = cast.app.test_client()
    client.post("/accounts/link/ask", data={"email": "nora@example.org"})
    [(link, _)] = letters(cast, newcomer(cast), "accounts.sign_in")
    assert client.post(link).status_code == 303
    assert is_in(client)
    with cast.stage():
        assert contact_points_of(newcomer(cast))[0].verified_at is not None


def test_a_coordinator_adds_nobody_to_another_organisation(cast: Cast) -> None:
    assert add(cast, cast.dario) == 422
    assert add(cast, cast.carla, organisation=cast.other_organisation) == 422


def test_a_coordinator_makes_no_coordinators(cast: Cast) -> None:
    for role in ("coordinator", "keeper", "administrator", "king"):
        assert add(cast, cast.carla, role=role) == 422


def test_a_role_is_held_in_the_organisation_it_was_given_in(cast: Cast) -> None:
    add(cast, cast.carla)
    with cast.stage():
        [grant] = db.session.scalars(
            select(RoleGrant).where(RoleGrant.person_id == newcomer(cast))
        ).all()
        assert (grant.role, grant.organisation_id) == ("responder", cast.organisation)


def test_an_address_that_signs_in_already_is_refused(cast: Cast) -> None:
    assert add(cast, cast.carla, address="BEA@example.org") == 422


def test_somebody_with_only_a_phone_is_added_without_an_account(cast: Cast) -> None:
    assert add(cast, cast.carla, channel="phone", address="333 123 4567") == 303
    assert letters(cast, newcomer(cast), "accounts.invitation") == []


def test_who_did_not_agree_is_not_added(cast: Cast) -> None:
    assert add(cast, cast.carla, agreed="") == 422


def test_the_list_shows_only_ones_own_people_and_finds_by_name(cast: Cast) -> None:
    page = cast.signed_in(cast.carla).get("/accounts/person/list").text
    assert "Vito Vitale" in page
    assert "Dario Dalla" not in page
    assert "Otto Ospite" not in page
    found = cast.signed_in(cast.carla).get("/accounts/person/list?name=vIT").text
    assert "Vito Vitale" in found
    assert "Bea Bruno" not in found
    assert "Vito" not in cast.signed_in(cast.dario).get("/accounts/person/list?name=v").text


def test_a_percent_sign_in_the_search_is_a_percent_sign(cast: Cast) -> None:
    assert "Vito" not in cast.signed_in(cast.carla).get("/accounts/person/list?name=%25").text


def test_members_responders_and_visitors_find_no_list_of_people(cast: Cast) -> None:
    for client in (
        cast.signed_in(cast.bea),
        cast.signed_in(cast.vito),
        cast.app.test_client(),
    ):
        assert client.get("/accounts/person/list").status_code == 404
        assert client.get("/accounts/person/add").status_code == 404
