"""Whoever went is asked how they are: one tap while they are there, one the day after."""

from datetime import timedelta

from sqlalchemy import select

from alerts.caring.after import ask_who_went
from alerts.jobs import sweep
from alerts.models import Debrief, Recipient
from alerts.services import Answer, answer, close_alert, mark_arrived
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from tests.alerts.stage import deliveries, opened, recipient
from tests.cast import Cast


def vito_is_there(cast: Cast) -> tuple[int, str]:
    """Open an alert at which Vito arrives; return his row and his page."""
    with cast.stage():
        alert = opened(cast)
        vito = recipient(alert, cast.vito)
        answer(vito, Answer.COMING, by=vito.person_id)
        mark_arrived(vito, vito.person_id)
        return vito.id, "/w/" + derive_token("wellbeing", vito.id, alert.nonce)


def test_one_tap_while_they_are_there(cast: Cast) -> None:
    with clock.held_at(clock.now()):
        row, page = vito_is_there(cast)
        clock.advance(timedelta(minutes=90))
        with cast.stage():
            sweep()
        browser = cast.app.test_client()
        assert browser.get(page).status_code == 200
        with cast.stage():
            assert db.session.get_one(Recipient, row).care_step == "asked"
        assert browser.post(page, data={"deed": "alright"}).status_code == 303
        with cast.stage():
            assert db.session.get_one(Recipient, row).care_step == "there"


def test_the_day_after_they_are_asked_once_and_may_wish_to_talk(cast: Cast) -> None:
    with clock.held_at(clock.now()):
        row, page = vito_is_there(cast)
        with cast.stage():
            close_alert(db.session.get_one(Recipient, row).alert, "resolved", cast.carla)
            assert ask_who_went() == 0
        clock.advance(timedelta(hours=18))
        with cast.stage():
            assert ask_who_went() == 1
            assert ask_who_went() == 0
            alert = db.session.get_one(Recipient, row).alert
            assert {one.person_id for one in deliveries(alert, "check_in")} == {cast.vito}
        browser = cast.app.test_client()
        assert browser.post(page, data={"deed": "talk"}).status_code == 303
        with cast.stage():
            told = deliveries(db.session.get_one(Recipient, row).alert, "wants_to_talk")
            assert {one.person_id for one in told} == {cast.carla}


def test_three_questions_once_and_all_three(cast: Cast) -> None:
    row, page = vito_is_there(cast)
    with cast.stage():
        close_alert(db.session.get_one(Recipient, row).alert, "resolved", cast.carla)
    browser = cast.app.test_client()
    said = {"deed": "debrief", "in_time": "yes", "enough_people": "no", "felt_safe": "unsure"}
    assert browser.post(page, data={**said, "felt_safe": ""}).status_code == 422
    assert browser.post(page, data={**said, "felt_safe": "maybe"}).status_code == 422
    for _ in range(2):
        assert browser.post(page, data={**said, "words": "A cold night"}).status_code == 303
    with cast.stage():
        only = db.session.scalars(select(Debrief)).one()
        assert (only.in_time, only.enough_people, only.words) == ("yes", "no", "A cold night")


def test_the_link_is_good_for_nothing_else_and_others_for_nothing_here(cast: Cast) -> None:
    row, page = vito_is_there(cast)
    browser = cast.app.test_client()
    assert browser.get(page.replace("/w/", "/a/")).status_code == 404
    assert browser.get(page[:-1]).status_code == 404
    assert browser.post(page, data={"deed": "coming"}).status_code == 422
    with cast.stage():
        assert db.session.get_one(Recipient, row).state == "accepted"
