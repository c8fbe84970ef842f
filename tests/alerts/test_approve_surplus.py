"""More than fifty take a second person: named, told, told again; or one alone who says why."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from alerts.asking import crowd
from alerts.jobs import sweep
from alerts.models import Alert, Approval, Recipient
from alerts.services import (
    Answer,
    NeedDraft,
    answer,
    approve_surplus,
    ask_next_wave,
    break_glass,
    close_alert,
    refuse_surplus,
)
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from tests.alerts.stage import add_responders, deliveries, opened
from tests.alerts.test_following import add_coordinator
from tests.cast import Cast


def big_alert(cast: Cast, **changes: object) -> Alert:
    """Open an alert for which sixty would be asked at once."""
    add_responders(cast, 57)
    return opened(cast, needs=(NeedDraft(count=30),), scale="area", everyone=True, **changes)


def asked(alert: Alert) -> int:
    rows = select(func.count()).select_from(Recipient)
    rows = rows.where(Recipient.alert_id == alert.id, Recipient.called_wave > 0)
    return db.session.scalar(rows) or 0


def test_the_approvers_are_told_at_once_and_the_author_is_not_one(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        ada = add_coordinator(cast, "Ada Alba")
        alert = big_alert(cast)
        request = crowd.latest_request(alert)
        assert asked(alert) == 50
        assert request is not None
        assert (request.state, request.people) == ("waiting", 10)
        assert crowd.approvers_of(alert) == [ada]
        assert {row.person_id for row in deliveries(alert, "surplus")} == {ada}
        assert not approve_surplus(alert, cast.carla)
        assert approve_surplus(alert, ada)
        assert (asked(alert), request.state, request.person_id) == (60, "given", ada)
        assert {row.state for row in deliveries(alert, "surplus")} == {"skipped"}


def test_nobody_answers_they_are_told_again_and_the_neighbours_too(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(clock.now()):
        with cast.stage():
            ada = add_coordinator(cast, "Ada Alba")
            alert_id = big_alert(cast).id
        for _ in range(2):
            clock.advance(timedelta(minutes=3))
            with cast.stage():
                sweep()
        with cast.stage():
            alert = db.session.get_one(Alert, alert_id)
            told = [row.person_id for row in deliveries(alert, "surplus")]
            assert set(told) == {ada, cast.dario}
            assert len({row.message_id for row in deliveries(alert, "surplus")}) == 3
            assert approve_surplus(alert, cast.dario)


def test_without_a_second_coordinator_the_neighbours_are_asked_at_once(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = big_alert(cast_on_both)
        told = {row.person_id for row in deliveries(alert, "surplus")}
        assert told == {cast_on_both.dario}


def test_a_no_has_a_reason_and_stands_until_a_coordinator_asks_again(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(clock.now()):
        with cast.stage():
            alert = big_alert(cast)
            assert not refuse_surplus(alert, cast.carla, reason="no")
            assert refuse_surplus(alert, cast.dario, reason="Fifty are enough")
            assert {row.person_id for row in deliveries(alert, "refused")} == {cast.carla}
            request = crowd.latest_request(alert)
            assert request is not None
            assert (request.state, request.reason) == ("refused", "Fifty are enough")
            alert_id = alert.id
        clock.advance(timedelta(minutes=30))
        with cast.stage():
            sweep()
            alert = db.session.get_one(Alert, alert_id)
            assert (asked(alert), db.session.query(Approval).count()) == (50, 1)
            ask_next_wave(alert, by=cast.carla)
            assert [row.state for row in db.session.query(Approval)] == ["refused", "waiting"]


def test_breaking_the_glass_needs_a_reason_and_all_coordinators_hear_of_it(
    cast_on_both: Cast,
) -> None:
    cast = cast_on_both
    with cast.stage():
        ada = add_coordinator(cast, "Ada Alba")
        alert = big_alert(cast)
        with pytest.raises(ValueError, match="reason"):
            break_glass(alert, cast.carla, reason="  ")
        assert asked(alert) == 50
        assert break_glass(alert, cast.carla, reason="The bridge is down")
        assert not break_glass(alert, cast.carla, reason="again")
        assert asked(alert) == 60
        told = {row.person_id for row in deliveries(alert, "glass")}
        assert told == {ada, cast.dario}
        words = db.session.scalars(select(LogEntry.word)).all()
        assert "alerts.break_glass" in words
        assert "bridge" not in repr([e.facts for e in db.session.query(LogEntry)])


def test_a_drill_and_the_end_never_wait_for_a_second_yes(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        alert = big_alert(cast, drill=True)
        assert asked(alert) == 60
        assert crowd.latest_request(alert) is None
        assert not break_glass(alert, cast.carla, reason="why not")
    with cast.stage():
        real = opened(cast, needs=(NeedDraft(count=30),), scale="area", everyone=True)
        assert close_alert(real, "resolved", cast.carla)
        request = crowd.latest_request(real)
        assert request is not None
        assert request.state == "moot"


def test_when_enough_come_nobody_need_say_yes_any_more(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        add_responders(cast, 57)
        alert = opened(cast, scale="area", everyone=True)
        rows = select(Recipient).where(Recipient.state == "alerted").limit(2)
        for row in db.session.scalars(rows).all():
            answer(row, Answer.COMING, by=row.person_id)
        request = crowd.latest_request(alert)
        assert request is not None
        assert request.state == "moot"
        assert not refuse_surplus(alert, cast.dario, reason="late")
