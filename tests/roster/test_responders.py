"""Coordinators keep the roster of their own organisation true, and no other one's."""

import pytest
from sqlalchemy import select

from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.roster import queries, services
from nucleus.roster.models import Award, Responder
from tests.cast import Cast

GIVEN = {"trainer": "Paola Serra", "trainer_profession": "psicologa"}


def test_the_list_says_who_can_come_now(cast: Cast) -> None:
    page = cast.signed_in(cast.carla).get("/roster/responder/list")
    assert page.status_code == 200
    assert b"Vito Vitale" in page.data
    assert page.data.count(b"state coming") == 3


def test_a_name_is_found_whatever_is_typed(cast: Cast) -> None:
    browser = cast.signed_in(cast.carla)
    assert b"Amina" in browser.get("/roster/responder/list?words=amina").data
    for typed in ("%25", "_", "'", "<b>", "zzz"):
        answer = browser.get(f"/roster/responder/list?words={typed}")
        assert answer.status_code == 200
        assert b"Vito" not in answer.data


def test_a_coordinator_of_another_organisation_sees_none_of_them(cast: Cast) -> None:
    browser = cast.signed_in(cast.dario)
    assert b"Vito" not in browser.get("/roster/responder/list").data
    assert browser.get(f"/roster/responder/{cast.vito}/show").status_code == 404
    assert browser.post(f"/roster/responder/{cast.vito}/stop").status_code == 404


@pytest.mark.parametrize("who", ["vito", "bea", "outsider"])
def test_nobody_else_has_the_list(cast: Cast, who: str) -> None:
    assert cast.signed_in(getattr(cast, who)).get("/roster/responder/list").status_code == 404


def test_an_award_ends_so_many_months_after_it_was_given(cast: Cast) -> None:
    form = {"competence": cast.listening, "issued_on": "2026-01-31", **GIVEN}
    url = f"/roster/responder/{cast.luca}/award/give"
    assert cast.signed_in(cast.carla).post(url, data=form).status_code == 303
    with cast.app.app_context():
        ends = [str(award.expires_on) for award in queries.awards_of(cast.luca)]
    assert "2028-01-31" in ends


def test_an_award_given_twice_on_a_day_is_one_award(cast: Cast) -> None:
    form = {"competence": cast.listening, "issued_on": "2026-01-31", **GIVEN}
    url = f"/roster/responder/{cast.luca}/award/give"
    browser = cast.signed_in(cast.carla)
    for _ in range(2):
        browser.post(url, data=form)
    with cast.app.app_context():
        assert len(queries.awards_of(cast.luca)) == 2


def test_a_day_that_has_not_come_is_refused_in_words(cast: Cast) -> None:
    form = {"competence": cast.listening, "issued_on": "2126-01-01", **GIVEN}
    url = f"/roster/responder/{cast.luca}/award/give"
    assert cast.signed_in(cast.carla).post(url, data=form).status_code == 422


def test_an_ended_award_opens_nothing_from_that_moment(cast: Cast) -> None:
    with cast.app.app_context():
        award = db.session.scalar(select(Award.id).where(Award.person_id == cast.vito))
    assert cast.signed_in(cast.dario).post(f"/roster/award/{award}/end").status_code == 404
    assert cast.signed_in(cast.carla).post(f"/roster/award/{award}/end").status_code == 303
    with cast.app.app_context():
        assert not queries.is_qualified(cast.vito)


def test_a_member_is_put_on_the_roster_but_not_called_before_they_are_qualified(
    cast: Cast,
) -> None:
    browser = cast.signed_in(cast.carla)
    assert browser.post(f"/roster/responder/{cast.bea}/enrol").status_code == 303
    assert browser.get(f"/roster/responder/{cast.bea}/show").status_code == 200
    assert browser.post(f"/roster/responder/{cast.outsider}/enrol").status_code == 404
    with cast.app.app_context():
        assert db.session.get(Responder, cast.bea) is not None
        assert not queries.is_available(cast.bea)


def test_who_is_taken_off_the_roster_is_not_called_from_that_moment(cast: Cast) -> None:
    assert cast.signed_in(cast.carla).post(f"/roster/responder/{cast.vito}/stop").status_code == 303
    with cast.app.app_context(), clock.held_at(clock.now()):
        assert not queries.is_available(cast.vito)


def test_who_was_invited_as_a_responder_is_offered_for_the_roster(cast: Cast) -> None:
    with cast.stage():
        db.session.delete(db.session.get_one(Responder, cast.luca))
    page = cast.signed_in(cast.carla).get("/roster/responder/list").get_data(as_text=True)
    assert f"/roster/responder/{cast.luca}/enrol" in page
    assert f"/roster/responder/{cast.bea}/enrol" not in page
    found = cast.signed_in(cast.carla).get("/roster/responder/list?words=bea")
    assert f"/roster/responder/{cast.bea}/enrol" in found.get_data(as_text=True)
    other = cast.signed_in(cast.dario).get("/roster/responder/list?words=bea")
    assert f"/roster/responder/{cast.bea}/enrol" not in other.get_data(as_text=True)


def test_a_new_house_has_its_first_qualifications_and_keeps_its_own(cast: Cast) -> None:
    with cast.stage():
        services.ensure_competences()
        services.ensure_competences()
    with cast.app.app_context():
        codes = [each.code for each in queries.competences()]
    assert codes == ["driver", "facilitator", "first_aid", "listening"]
