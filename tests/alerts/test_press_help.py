"""A member presses: one alert, ten seconds to take it back, their own people first."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts.helping.help import help_state, press_help, undo_help
from alerts.jobs import sweep
from alerts.models import Alert
from alerts.services import Answer, answer, close_alert, mark_arrived, take_alert
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.messages.models import Delivery
from nucleus.people.models import Channel, Person
from nucleus.people.services import add_contact_point, add_person
from tests.alerts.stage import deliveries, pretend_sent, recipient, states
from tests.cast import Cast


def pressed(cast: Cast, circle: tuple[int, ...] = (), comune: str | None = None) -> Alert:
    bea = db.session.get_one(Person, cast.bea)
    return press_help(bea, what="I can't be alone", comune=comune, circle=circle)


def test_a_press_asks_her_own_people_first_and_nothing_leaves_for_ten_seconds(
    cast_on_both: Cast,
) -> None:
    with clock.held_at(clock.now()), cast_on_both.stage():
        alert = pressed(cast_on_both, (cast_on_both.outsider,))
        assert states(alert)[cast_on_both.outsider] == "alerted"
        assert states(alert)[cast_on_both.vito] == "queued"
        due = db.session.scalars(select(Delivery.due_at).order_by(Delivery.due_at)).all()
        assert due[0] == clock.now() + timedelta(seconds=10)
        assert alert.coordinator_id is None


def test_taken_back_in_time_nobody_ever_hears_of_it(cast_on_both: Cast) -> None:
    with clock.held_at(clock.now()), cast_on_both.stage():
        alert = pressed(cast_on_both, (cast_on_both.outsider,))
        clock.advance(timedelta(seconds=9))
        assert undo_help(alert, cast_on_both.bea)
        assert (alert.state, alert.reason) == ("closed", "cancelled")
        assert {row.state for row in db.session.scalars(select(Delivery))} == {"skipped"}


def test_after_ten_seconds_it_is_a_false_alarm_that_everyone_told_hears_of(
    cast_on_both: Cast,
) -> None:
    with clock.held_at(clock.now()), cast_on_both.stage():
        alert = pressed(cast_on_both, (cast_on_both.outsider,))
        pretend_sent(alert)
        clock.advance(timedelta(seconds=10))
        assert not undo_help(alert, cast_on_both.bea)
        assert close_alert(alert, "cancelled", cast_on_both.bea)
        told = {row.person_id for row in deliveries(alert, "all_clear")}
        assert told == {cast_on_both.outsider}


def test_people_of_hers_whom_only_a_voice_reaches_take_nobodys_turn(cast_on_both: Cast) -> None:
    with clock.held_at(clock.now()), cast_on_both.stage():
        aunt = add_person("Zia Pina")
        add_contact_point(aunt, Channel.PHONE, address="+390815550133")
        alert = pressed(cast_on_both, (aunt.id,))
        asked = states(alert)
        assert asked[aunt.id] == "alerted"
        assert asked[cast_on_both.vito] == "alerted"
        assert {row.person_id for row in deliveries(alert, "call")} >= {cast_on_both.vito}


def test_responders_follow_in_the_next_wave_when_her_people_stay_silent(
    cast_on_both: Cast,
) -> None:
    with clock.held_at(clock.now()):
        with cast_on_both.stage():
            alert_id = pressed(cast_on_both, (cast_on_both.outsider,)).id
        clock.advance(timedelta(seconds=120))
        with cast_on_both.stage():
            sweep()
            assert states(db.session.get_one(Alert, alert_id))[cast_on_both.vito] == "alerted"


def test_without_people_of_her_own_responders_are_asked_at_once(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        assert states(pressed(cast_on_both))[cast_on_both.vito] == "alerted"


def test_a_second_press_opens_no_second_alert_and_tells_who_is_coming(
    cast_on_both: Cast,
) -> None:
    with clock.held_at(clock.now()), cast_on_both.stage():
        alert = pressed(cast_on_both, (cast_on_both.outsider,))
        otto = recipient(alert, cast_on_both.outsider)
        answer(otto, Answer.COMING, eta_minutes=12, by=otto.person_id)
        clock.advance(timedelta(minutes=2))
        for _ in range(5):
            assert pressed(cast_on_both).id == alert.id
        assert len({row.message_id for row in deliveries(alert, "asked_again")}) == 1
        assert {row.person_id for row in deliveries(alert, "asked_again")} == {otto.person_id}
        told = {row.person_id for row in deliveries(alert, "pressed_again")}
        assert told == {cast_on_both.carla}


def test_the_page_never_says_more_than_is_known(cast_on_both: Cast) -> None:
    with clock.held_at(clock.now()), cast_on_both.stage():
        alert = pressed(cast_on_both, (cast_on_both.outsider,))
        assert (help_state(alert).told, help_state(alert).coming) == (0, ())
        pretend_sent(alert)
        assert help_state(alert).told == 1
        assert not help_state(alert).nobody_in_time
        clock.advance(timedelta(minutes=5))
        assert help_state(alert).nobody_in_time
        otto = recipient(alert, cast_on_both.outsider)
        answer(otto, Answer.COMING, eta_minutes=12, by=otto.person_id)
        known = help_state(alert)
        assert [(one.name, one.arrived) for one in known.coming] == [("Otto", False)]
        assert known.coming[0].at == clock.now() + timedelta(minutes=12)
        assert not known.nobody_in_time


def test_coordinators_are_told_and_told_again_until_one_follows(cast_on_both: Cast) -> None:
    with clock.held_at(clock.now()):
        with cast_on_both.stage():
            alert_id = pressed(cast_on_both, (cast_on_both.outsider,)).id
        for minutes in (2, 1, 1):
            clock.advance(timedelta(minutes=minutes))
            with cast_on_both.stage():
                sweep()
        with cast_on_both.stage():
            alert = db.session.get_one(Alert, alert_id)
            for kind in ("coordinators", "coordinators_again"):
                assert len({row.message_id for row in deliveries(alert, kind)}) == 1
            assert take_alert(alert, cast_on_both.carla)
            assert not take_alert(alert, cast_on_both.carla)
            assert {row.state for row in deliveries(alert, "coordinators_again")} == {"skipped"}


def test_for_one_person_the_alert_stays_open_when_its_time_has_passed(
    cast_on_both: Cast,
) -> None:
    with clock.held_at(clock.now()):
        with cast_on_both.stage():
            alert_id = pressed(cast_on_both, (cast_on_both.outsider,)).id
        for _ in range(3):
            clock.advance(timedelta(hours=7))
            with cast_on_both.stage():
                sweep()
        with cast_on_both.stage():
            alert = db.session.get_one(Alert, alert_id)
            assert alert.state == "open"
            assert len({row.message_id for row in deliveries(alert, "unattended")}) == 1


@pytest.mark.parametrize(
    ("typed", "told"), [("Aversa", True), ("behind the third bench", False), (None, False)]
)
def test_only_a_town_that_exists_is_told_before_a_yes(
    cast: Cast, typed: str | None, told: bool
) -> None:
    with cast.stage():
        alert = pressed(cast, comune=typed)
        assert (alert.comune is not None) is told
        assert (alert.lat is not None) is told
        body = deliveries(alert, "call")[0].message.texts["en"]["body"]
        assert (str(alert.comune) in body) is told
        assert "bench" not in body


def test_two_are_asked_for_on_a_first_visit_and_at_night_one_on_a_later_day(
    cast_on_both: Cast,
) -> None:
    noon = clock.now().replace(hour=11, minute=0)
    with clock.held_at(noon):
        with cast_on_both.stage():
            first = pressed(cast_on_both)
            assert [need.count for need in first.needs] == [2]
            vito = recipient(first, cast_on_both.vito)
            answer(vito, Answer.COMING, by=vito.person_id)
            mark_arrived(vito, vito.person_id)
            close_alert(first, "resolved", cast_on_both.carla)
        with cast_on_both.stage():
            again = pressed(cast_on_both)
            assert [need.count for need in again.needs] == [1]
            close_alert(again, "resolved", cast_on_both.carla)
        clock.advance(timedelta(hours=10))
        with cast_on_both.stage():
            assert [need.count for need in pressed(cast_on_both).needs] == [2]
