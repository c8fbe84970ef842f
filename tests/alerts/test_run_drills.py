"""Once a month each way to reach a person is tried; one tap proves it, and a drill says so."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from alerts.drills import edit_drill, run_drills
from alerts.models import Drill
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import Channel, ContactPoint, Person
from nucleus.people.services import add_contact_point
from tests.cast import Cast

EVENING = datetime(2027, 1, 28, 17, 30, tzinfo=UTC)  # half past six in Rome, the last day of all
PAGE = "/alerts/drill/{}/edit"


@pytest.fixture
def on(cast_on_both: Cast) -> Iterator[Cast]:
    """Carla's association tries its contacts from six in the evening; all were proven long ago."""
    with clock.held_at(EVENING):
        with cast_on_both.stage():
            edit_drill(cast_on_both.organisation, active=True, hour=18, by=cast_on_both.carla)
            long_ago = EVENING - timedelta(days=70)
            old = {"verified_at": long_ago, "proven_at": None}
            db.session.execute(update(ContactPoint).values(old))
        yield cast_on_both


def tried() -> set[tuple[int, str]]:
    """Return (person, channel) of every drill's delivery."""
    rows = select(Delivery.person_id, Delivery.lane).join(Delivery.message)
    return {(p, lane) for p, lane in db.session.execute(rows.where(Message.kind == "drill"))}


def test_every_contact_of_who_may_be_called_is_tried_once_a_month(on: Cast) -> None:
    with on.stage():
        assert run_drills() == 8
        assert run_drills() == 0
        ours = (on.carla, on.vito, on.amina, on.luca)
        assert tried() == {(person, lane) for person in ours for lane in ("email", "ntfy")}
        assert all(message.drill for message in db.session.scalars(select(Message)))
    clock.advance(timedelta(days=10))
    with on.stage():
        assert 0 < run_drills() < 8


def test_what_a_real_message_proved_this_month_and_who_sleeps_is_left_alone(on: Cast) -> None:
    with on.stage():
        points = db.session.query(ContactPoint).filter_by(person_id=on.vito).all()
        points[0].proven_at = EVENING - timedelta(days=3)
        points[1].quiet_from, points[1].quiet_until = 18 * 60, 8 * 60
        vito = db.session.get_one(Person, on.vito)
        hook = add_contact_point(
            vito, Channel.WEBHOOK, address="https://hooks.example.org/x", verified=True
        )
        hook.verified_at = EVENING - timedelta(days=70)
        run_drills()
        assert on.vito not in {person for person, _ in tried()}


def test_switched_off_or_too_early_nothing_goes(on: Cast) -> None:
    with on.stage():
        edit_drill(on.organisation, active=True, hour=19, by=on.carla)
        assert run_drills() == 0
        edit_drill(on.organisation, active=False, hour=18, by=on.carla)
        assert run_drills() == 0


def test_opening_the_link_proves_nothing_and_one_tap_does(on: Cast) -> None:
    with on.stage():
        run_drills()
        row = db.session.scalars(select(Drill).where(Drill.person_id == on.vito)).first()
        assert row is not None
        page, point = "/d/" + derive_token("drill", row.id, row.nonce), row.contact_point_id
    browser = on.app.test_client()
    assert browser.get(page).status_code == 200
    with on.stage():
        assert db.session.get_one(ContactPoint, point).proven_at is None
    for _ in range(2):
        assert browser.post(page).status_code == 303
    with on.stage():
        assert db.session.get_one(ContactPoint, point).proven_at == EVENING
    assert browser.get(page[:-1]).status_code == 404


def test_a_coordinator_switches_their_own_on(cast: Cast) -> None:
    carla = cast.signed_in(cast.carla)
    assert carla.get(PAGE.format(cast.other_organisation)).status_code == 404
    page = PAGE.format(cast.organisation)
    assert carla.post(page, data={"active": "y", "hour": "3"}).status_code == 422
    assert carla.post(page, data={"active": "y", "hour": "19"}).status_code == 303
    assert cast.signed_in(cast.vito).get(page).status_code == 404
