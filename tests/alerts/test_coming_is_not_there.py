"""Coming is not there, and there is not back: somebody looks after those who said yes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import func, select

from alerts import queries
from alerts.jobs import sweep
from alerts.models import Alert, Recipient
from alerts.services import (
    Answer,
    NeedDraft,
    answer,
    close_alert,
    mark_arrived,
    mark_done,
    say_alright,
    spoke_by_phone,
)
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.messages.models import Message
from nucleus.roster.models import Responder
from tests.alerts.stage import deliveries, opened, recipient
from tests.cast import Cast

ONE = (NeedDraft(count=1),)


@contextmanager
def vito_comes(cast: Cast, *, eta: int | None = 20, **changes: object) -> Iterator[int]:
    """Open an alert for one person, to which Vito says yes; the clock is held."""
    with clock.held_at(clock.now()):
        with cast.stage():
            alert = opened(cast, needs=ONE, **changes)
            answer(recipient(alert, cast.vito), Answer.COMING, eta_minutes=eta, by=cast.vito)
            alert_id = alert.id
        yield alert_id


def later(cast: Cast, minutes: float) -> None:
    """Let time pass, and the sweeper come by."""
    clock.advance(timedelta(minutes=minutes))
    with cast.stage():
        sweep()


def times_told(alert_id: int, kind: str) -> int:
    """Return how many messages of a kind were posted."""
    mine = select(func.count(Message.id)).where(
        Message.origin_id == alert_id, Message.origin == "alert", Message.kind == kind
    )
    return db.session.scalar(mine) or 0


def vito_of(cast: Cast, alert_id: int) -> Recipient:
    return recipient(db.session.get_one(Alert, alert_id), cast.vito)


def test_ten_minutes_late_the_coordinator_is_told_to_phone(cast_on_both: Cast) -> None:
    with vito_comes(cast_on_both) as alert_id:
        later(cast_on_both, 29)
        with cast_on_both.stage():
            assert times_told(alert_id, "late") == 0
        later(cast_on_both, 1)
        later(cast_on_both, 1)
        with cast_on_both.stage():
            alert = db.session.get_one(Alert, alert_id)
            assert times_told(alert_id, "late") == 1
            assert {row.person_id for row in deliveries(alert, "late")} == {cast_on_both.carla}
            lines = [(line.name, line.word) for line in queries.call_list(alert).lines]
            assert lines[0] == ("Vito Vitale", queries.Word.LATE)


def test_ten_more_minutes_and_the_place_is_asked_for_again(cast_on_both: Cast) -> None:
    with vito_comes(cast_on_both) as alert_id:
        later(cast_on_both, 30)
        with cast_on_both.stage():
            assert recipient(db.session.get_one(Alert, alert_id), cast_on_both.luca).wave == 1
        later(cast_on_both, 10)
        with cast_on_both.stage():
            alert = db.session.get_one(Alert, alert_id)
            assert recipient(alert, cast_on_both.luca).state == "alerted"
            assert recipient(alert, cast_on_both.luca).called_wave == 2
            vito = vito_of(cast_on_both, alert_id)
            assert (vito.state, vito.care_step) == ("accepted", "missed")
            luca = recipient(alert, cast_on_both.luca)
            assert answer(luca, Answer.COMING, by=luca.person_id) == "accepted"


def test_who_comes_late_is_welcome_and_takes_nobodys_place(cast_on_both: Cast) -> None:
    with vito_comes(cast_on_both) as alert_id:
        later(cast_on_both, 30)
        later(cast_on_both, 10)
        with cast_on_both.stage():
            luca = recipient(db.session.get_one(Alert, alert_id), cast_on_both.luca)
            answer(luca, Answer.COMING, by=luca.person_id)
            vito = vito_of(cast_on_both, alert_id)
            assert mark_arrived(vito, vito.person_id)
            assert vito.missed_at is not None
            assert luca.state == "accepted"


def test_who_comes_late_and_finds_the_place_free_fills_it(cast_on_both: Cast) -> None:
    with vito_comes(cast_on_both) as alert_id:
        later(cast_on_both, 30)
        later(cast_on_both, 10)
        with cast_on_both.stage():
            vito = vito_of(cast_on_both, alert_id)
            assert mark_arrived(vito, vito.person_id)
            assert vito.missed_at is None
            alert = db.session.get_one(Alert, alert_id)
            assert recipient(alert, cast_on_both.luca).state == "released"


def test_a_word_on_the_phone_gives_more_time(cast_on_both: Cast) -> None:
    with vito_comes(cast_on_both) as alert_id:
        later(cast_on_both, 30)
        with cast_on_both.stage():
            vito = vito_of(cast_on_both, alert_id)
            spoke_by_phone(vito, Answer.COMING, eta_minutes=20, by=cast_on_both.carla)
            assert (vito.care_step, vito.missed_at) == ("expected", None)
        later(cast_on_both, 29)
        with cast_on_both.stage():
            assert vito_of(cast_on_both, alert_id).care_step == "expected"


def test_a_yes_without_a_time_is_waited_for_too(cast_on_both: Cast) -> None:
    with vito_comes(cast_on_both, eta=None) as alert_id:
        later(cast_on_both, 39)
        with cast_on_both.stage():
            assert times_told(alert_id, "late") == 0
        later(cast_on_both, 1)
        with cast_on_both.stage():
            assert times_told(alert_id, "late") == 1


def test_who_stays_long_is_asked_then_phoned_then_112_is_named(cast_on_both: Cast) -> None:
    with vito_comes(cast_on_both, stay_minutes=60) as alert_id:
        with cast_on_both.stage():
            mark_arrived(vito_of(cast_on_both, alert_id), cast_on_both.vito)
        for minutes, kinds in ((59, ""), (1, "alright"), (15, "overstayed"), (15, "urge")):
            later(cast_on_both, minutes)
            with cast_on_both.stage():
                told = [k for k in ("alright", "overstayed", "urge") if times_told(alert_id, k)]
                assert "".join(told[-1:]) == kinds
        with cast_on_both.stage():
            alert = db.session.get_one(Alert, alert_id)
            asked = {row.person_id for row in deliveries(alert, "alright")}
            assert asked == {cast_on_both.vito}
            assert "112" in deliveries(alert, "urge")[0].message.texts["en"]["body"]


def test_one_tap_and_they_are_asked_again_later(cast_on_both: Cast) -> None:
    with vito_comes(cast_on_both, stay_minutes=60) as alert_id:
        with cast_on_both.stage():
            mark_arrived(vito_of(cast_on_both, alert_id), cast_on_both.vito)
        later(cast_on_both, 60)
        with cast_on_both.stage():
            vito = vito_of(cast_on_both, alert_id)
            assert say_alright(vito, vito.person_id)
            assert not say_alright(vito, vito.person_id)
        later(cast_on_both, 44)
        with cast_on_both.stage():
            assert times_told(alert_id, "overstayed") == 0
        later(cast_on_both, 1)
        with cast_on_both.stage():
            assert times_told(alert_id, "alright") == 2


def test_nobody_is_waited_for_who_is_back_or_took_it_back_or_when_it_is_over(
    cast_on_both: Cast,
) -> None:
    with vito_comes(cast_on_both) as alert_id, cast_on_both.stage():
        vito = vito_of(cast_on_both, alert_id)
        mark_arrived(vito, vito.person_id)
        mark_done(vito, vito.person_id)
        assert vito.care_at is None
    with vito_comes(cast_on_both) as alert_id:
        with cast_on_both.stage():
            vito = vito_of(cast_on_both, alert_id)
            answer(vito, Answer.CANT, by=vito.person_id)
            assert (vito.care_at, vito.expected_at) == (None, None)
            answer(vito, Answer.COMING, by=vito.person_id)
            assert vito.care_step == "expected"
            close_alert(vito.alert, "resolved", cast_on_both.carla)
            assert vito.care_at is None
        later(cast_on_both, 100)
        with cast_on_both.stage():
            assert times_told(alert_id, "late") == 0


def test_in_a_drill_nobody_is_waited_for(cast_on_both: Cast) -> None:
    with vito_comes(cast_on_both, drill=True) as alert_id:
        later(cast_on_both, 100)
        with cast_on_both.stage():
            assert times_told(alert_id, "late") == 0


def test_whoever_was_there_rests_when_it_is_over_and_a_longer_rest_stays(
    cast_on_both: Cast,
) -> None:
    with vito_comes(cast_on_both) as alert_id, cast_on_both.stage():
        vito = vito_of(cast_on_both, alert_id)
        mark_arrived(vito, vito.person_id)
        close_alert(vito.alert, "resolved", cast_on_both.carla)
        resting = {
            row.person_id for row in db.session.query(Responder) if row.resting_until is not None
        }
        assert resting == {cast_on_both.vito}
