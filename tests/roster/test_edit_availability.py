"""A volunteer's own time: always with an end, never without a qualification, theirs alone."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.roster import queries, services
from nucleus.roster.models import Award, Duty, Responder, WeeklyHours
from tests.cast import Cast

PAGE = "/roster/availability/edit"


def silent(cast: Cast) -> None:
    """Take Vito's weekly hours away."""
    with cast.stage():
        db.session.execute(delete(WeeklyHours).where(WeeklyHours.person_id == cast.vito))


def can_come(cast: Cast) -> bool:
    with cast.app.app_context():
        return queries.is_available(cast.vito)


def test_who_says_available_now_can_be_called_until_the_end_and_not_after(cast: Cast) -> None:
    silent(cast)
    assert not can_come(cast)
    assert cast.signed_in(cast.vito).post(PAGE, data={"until": "1h"}).status_code == 303
    assert can_come(cast)
    with clock.held_at(clock.now() + timedelta(hours=1, seconds=1)):
        assert not can_come(cast)


def test_who_stops_being_available_is_not_called_any_more(cast: Cast) -> None:
    silent(cast)
    browser = cast.signed_in(cast.vito)
    browser.post(PAGE, data={"until": "3h"})
    browser.post("/roster/availability/end")
    assert not can_come(cast)
    with cast.app.app_context():
        assert db.session.scalar(select(Duty.state)) == "done"


def test_without_an_end_nobody_is_available(cast: Cast) -> None:
    answer = cast.signed_in(cast.vito).post(PAGE, data={})
    assert answer.status_code == 422
    with cast.app.app_context():
        assert db.session.scalar(select(func.count(Duty.id))) == 0


def test_without_a_live_qualification_there_is_no_duty_and_the_page_says_why(cast: Cast) -> None:
    with cast.stage():
        db.session.execute(update(Award).values(suspended_at=clock.now()))
    answer = cast.signed_in(cast.vito).post(PAGE, data={"until": "1h"})
    assert answer.status_code == 422
    assert "attestato" in answer.text.lower()
    with cast.app.app_context():
        assert db.session.scalar(select(func.count(Duty.id))) == 0


@pytest.mark.parametrize("hours", [0, -1, 49])
def test_nobody_promises_the_past_or_more_than_two_days(app: Flask, cast: Cast, hours: int) -> None:
    with app.app_context():
        until = clock.now() + timedelta(hours=hours)
        with pytest.raises(services.TooLong):
            services.edit_availability(cast.vito, until)


def test_a_night_that_passes_midnight_is_kept_whole(cast: Cast) -> None:
    silent(cast)
    night = {"weekday": "6", "opens": "22:00", "closes": "06:00"}
    assert cast.signed_in(cast.vito).post("/roster/hours/add", data=night).status_code == 303
    with cast.app.app_context():
        rows = [(h.weekday, h.opens, h.closes) for h in queries.hours_of(cast.vito)]
    assert rows == [(0, 0, 360), (6, 1320, 1440)]
    ahead = timedelta(days=7 - clock.now().weekday())
    monday = (clock.now() + ahead).replace(hour=3, minute=0)  # four or five in the morning in Rome
    with clock.held_at(monday):
        assert can_come(cast)


def test_nobody_takes_another_ones_hours_away(cast: Cast) -> None:
    with cast.app.app_context():
        hers = queries.hours_of(cast.amina)[0].id
    assert cast.signed_in(cast.vito).post(f"/roster/hours/{hers}/remove").status_code == 404
    assert cast.signed_in(cast.amina).post(f"/roster/hours/{hers}/remove").status_code == 303


def test_who_rests_is_not_called_and_nobody_may_rest_for_ever(cast: Cast) -> None:
    browser = cast.signed_in(cast.vito)
    assert browser.post("/roster/rest/take", data={"days": "91"}).status_code == 422
    assert browser.post("/roster/rest/take", data={"days": "3"}).status_code == 303
    assert not can_come(cast)
    assert browser.post("/roster/rest/take", data={"days": "0"}).status_code == 303
    assert can_come(cast)


def test_another_town_waits_for_its_coordinates_and_no_address_is_kept(cast: Cast) -> None:
    form = {"comune": "Caserta", "radius_km": "20"}
    assert cast.signed_in(cast.vito).post("/roster/zone/edit", data=form).status_code == 303
    with cast.app.app_context():
        vito = db.session.get_one(Responder, cast.vito)
        assert (vito.comune, vito.lat, vito.lon, vito.radius_km) == ("Caserta", None, None, 20)


@pytest.mark.parametrize("who", ["carla", "bea", "outsider"])
def test_only_responders_have_this_page(cast: Cast, who: str) -> None:
    assert cast.signed_in(getattr(cast, who)).get(PAGE).status_code == 404


def test_the_page_says_in_words_that_one_may_be_called(cast: Cast) -> None:
    page = cast.signed_in(cast.vito).get(PAGE)
    assert page.status_code == 200
    assert b"state coming" in page.data
