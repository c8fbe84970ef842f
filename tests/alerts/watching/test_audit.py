"""The auditor: what should have happened by now is found in the rows, and nothing else is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from alerts.models import Approval
from alerts.sender import heartbeat
from alerts.services import close_alert
from alerts.watching.auditing import AUDITOR, _promises, audit, late
from alerts.watching.words import COUNTED
from nucleus.ground import journal
from nucleus.ground.clock import advance, held_at, now
from nucleus.ground.database import db
from nucleus.messages.models import DISTANT, LIFE_AT_RISK, Delivery
from tests.alerts.stage import deliveries, opened, pretend_sent, recipient
from tests.cast import Cast

NIGHT = datetime(2026, 3, 14, 2, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """Hold the clock, so that lateness is a matter of rows alone."""
    with held_at(NIGHT):
        yield


def found() -> dict[str, int]:
    """Return what is late, and how many."""
    journal.chain_entries()
    return {one.what: one.number for one in late()}


def test_an_alert_whose_calls_have_left_is_not_late(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        pretend_sent(alert)
        alert.next_wave_at = NIGHT + timedelta(hours=1)
        advance(timedelta(minutes=30))
        assert found() == {}


def test_a_call_that_did_not_leave_is_late_and_sooner_when_a_life_is_at_risk(cast: Cast) -> None:
    with cast.stage():
        alert = opened(cast)
        alert.next_wave_at = None
        advance(timedelta(minutes=2))
        assert found() == {}
        urgent = update(Delivery).values(priority=LIFE_AT_RISK)
        db.session.execute(urgent.where(Delivery.step == 1))
        first = [row for row in deliveries(alert, "call") if row.step == 1]
        assert found() == {"deliveries": len(first)}


def test_a_wave_that_was_not_asked_and_a_lease_nobody_took_back_are_late(cast: Cast) -> None:
    with cast.stage():
        alert = opened(cast)
        pretend_sent(alert)
        row = deliveries(alert, "call")[0]
        row.state, row.lease_until = "leased", NIGHT + timedelta(seconds=30)
        alert.next_wave_at = NIGHT + timedelta(minutes=1)
        advance(timedelta(minutes=1, seconds=59))
        assert found() == {"leases": 1}
        advance(timedelta(seconds=2))
        assert found() == {"leases": 1, "waves": 1}


def test_an_alert_nobody_follows_is_late_after_ten_minutes(cast: Cast) -> None:
    with cast.stage():
        alert = opened(cast)
        pretend_sent(alert)
        alert.coordinator_id, alert.next_wave_at = None, None
        advance(timedelta(minutes=10))
        assert found() == {}
        advance(timedelta(seconds=1))
        assert found() == {"unfollowed": 1}


def test_a_coordinator_lost_hours_later_is_late_ten_minutes_after_that(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        pretend_sent(alert)
        alert.next_wave_at = None
        advance(timedelta(hours=5))
        lost = now()
        journal.write("alerts.lose_coordinator", f"alert:{alert.id}", before=cast_on_both.carla)
        alert.coordinator_id, alert.rung_at = None, lost + timedelta(hours=1)
        advance(timedelta(minutes=10))
        assert found() == {}
        advance(timedelta(seconds=1))
        (unfollowed,) = late()
        assert (unfollowed.what, unfollowed.since) == ("unfollowed", lost)


def test_a_step_the_sweep_has_not_taken_half_a_minute_after_it_was_due_is_late(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        pretend_sent(alert)
        alert.next_wave_at, alert.coordinator_id, alert.rung_at = None, None, NIGHT
        request = Approval(alert_id=alert.id, asked_at=NIGHT, people=9, rung_at=NIGHT)
        db.session.add(request)
        recipient(alert, cast_on_both.vito).care_at = NIGHT
        advance(timedelta(seconds=30))
        assert found() == {}
        advance(timedelta(seconds=1))
        assert found() == {"rungs": 1, "approvals": 1, "care": 1}
        request.state, alert.rung_at = "given", now()
        assert found() == {"care": 1}


def test_what_is_late_of_an_alert_that_has_ended_is_nobody_s_business(cast: Cast) -> None:
    with cast.stage():
        alert = opened(cast)
        pretend_sent(alert)
        db.session.add(Approval(alert_id=alert.id, asked_at=NIGHT, people=9, rung_at=NIGHT))
        close_alert(alert, "resolved", by=cast.carla)
        pretend_sent(alert, "all_clear")
        alert.rung_at = recipient(alert, cast.vito).care_at = NIGHT
        advance(timedelta(minutes=2))
        assert found() == {}


def test_everything_that_can_be_late_has_words_of_its_own(cast: Cast) -> None:
    with cast.stage():
        promised = {what for what, _column, _conditions in _promises()} | {"forgotten"}
    assert promised == set(COUNTED)


def test_people_who_were_called_and_not_told_the_end_are_found(cast: Cast) -> None:
    with cast.stage():
        alert = opened(cast)
        pretend_sent(alert)
        close_alert(alert, "resolved", by=cast.carla)
        pretend_sent(alert, "all_clear")
        advance(timedelta(minutes=2))
        assert found() == {}
        recipient(alert, cast.vito).told_wave = 0
        db.session.flush()
        assert found() == {"closings": 1}


def test_an_area_alert_past_its_time_and_a_loose_journal_are_late(cast: Cast) -> None:
    with cast.stage():
        alert = opened(cast, scale="area")
        pretend_sent(alert)
        alert.next_wave_at, alert.expires_at = None, NIGHT
        journal.write("alerts.test")
        advance(timedelta(minutes=2))
        number = len([one for one in late() if one.what == "unended"])
        loose = next(one for one in late() if one.what == "journal")
        assert (number, loose.since) == (1, NIGHT)


def test_a_message_that_waits_for_nothing_is_late_but_one_in_line_is_not(cast: Cast) -> None:
    with cast.stage():
        alert = opened(cast)
        alert.next_wave_at = None
        rows = [row for row in deliveries(alert, "call") if row.step == 1]
        for row in rows:
            row.due_at = DISTANT
        db.session.flush()
        advance(timedelta(minutes=2))
        assert found() == {"forgotten": len(rows)}


def test_the_sign_of_life_is_withheld_while_anything_is_late(cast: Cast) -> None:
    with cast.stage():
        alert = opened(cast)
        pretend_sent(alert)
        alert.next_wave_at = now() - timedelta(minutes=5)
        journal.chain_entries()
        db.session.flush()
        audit()
        heartbeat.write_signs()
        assert heartbeat.last_beat(AUDITOR) is None
        alert.next_wave_at = None
        db.session.flush()
        audit()
        heartbeat.write_signs()
        assert heartbeat.last_beat(AUDITOR) == NIGHT
