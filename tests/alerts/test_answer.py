"""What a person answers counts once, and what follows from it follows at once."""

from datetime import timedelta

from sqlalchemy import event

from alerts.answering.answers import MOST_TURNS
from alerts.models import Recipient
from alerts.services import (
    Answer,
    Answered,
    NeedDraft,
    answer,
    close_alert,
    draft_alert,
    mark_arrived,
    mark_done,
    spoke_by_phone,
    withdraw,
)
from alerts.telling.wanted import no_longer_wanted
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from tests.alerts.stage import (
    add_responders,
    deliveries,
    draft_of,
    opened,
    pretend_sent,
    recipient,
    states,
)
from tests.cast import Cast

ONE = (NeedDraft(count=1),)
MOST_QUESTIONS = 12
"""Fifty a second answer one alert, and each of them holds it meanwhile; it was twenty-two."""


def says(row: Recipient, how: Answer, **facts: object) -> Answered:
    return answer(row, how, by=row.person_id, **facts)  # type: ignore[arg-type]


def test_who_says_yes_is_counted_once_however_often_they_say_it(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        vito = recipient(alert, cast_on_both.vito)
        assert says(vito, Answer.COMING, eta_minutes=15, words="15 min") is Answered.ACCEPTED
        entries = db.session.query(LogEntry).count()
        assert says(vito, Answer.COMING) is Answered.ACCEPTED
        assert (vito.state, vito.eta_minutes, vito.words) == ("accepted", 15, "15 min")
        assert db.session.query(LogEntry).count() == entries


def test_a_yes_asks_the_database_little_since_others_wait_behind_it(cast_on_both: Cast) -> None:
    asked: list[str] = []

    def note(*said: object) -> None:
        asked.append(str(said[2]))

    with cast_on_both.stage():
        alert = opened(cast_on_both, needs=(NeedDraft(count=3),))
        pretend_sent(alert)
        vito = recipient(alert, cast_on_both.vito)
        engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        assert says(vito, Answer.COMING, eta_minutes=15) is Answered.ACCEPTED
        db.session.flush()
        event.remove(engine, "before_cursor_execute", note)
    assert 5 < len(asked) <= MOST_QUESTIONS, asked


def test_an_answer_stops_the_calls_that_still_wait_on_other_channels(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        first, second = deliveries(alert, "call", cast_on_both.vito)
        first.state, first.copies = "sent", 1
        says(recipient(alert, cast_on_both.vito), Answer.CANT)
        db.session.refresh(second)
        assert (second.state, second.reason) == ("skipped", "the person has answered")


def test_when_enough_are_coming_the_rest_is_stood_down_once(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        pretend_sent(alert)
        says(recipient(alert, cast_on_both.vito), Answer.COMING)
        assert deliveries(alert, "stand_down") == []
        says(recipient(alert, cast_on_both.amina), Answer.COMING)
        assert states(alert)[cast_on_both.luca] == "released"
        told = deliveries(alert, "stand_down")
        assert [row.person_id for row in told] == [cast_on_both.luca, cast_on_both.luca]
        luca = recipient(alert, cast_on_both.luca)
        assert says(luca, Answer.COMING) is Answered.ALREADY_FULL
        assert len(deliveries(alert, "stand_down")) == 2
        assert alert.next_wave_at is None


def test_whoever_got_no_call_gets_no_stand_down(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both, needs=ONE)
        says(recipient(alert, cast_on_both.vito), Answer.COMING)
        assert deliveries(alert, "stand_down") == []
        assert {row.state for row in deliveries(alert, "call")} == {"skipped"}


def test_who_does_not_fit_the_last_place_is_thanked_and_the_place_stays_open(
    cast_on_both: Cast,
) -> None:
    needs = (NeedDraft(count=1, language="ar"), NeedDraft(count=1))
    with cast_on_both.stage():
        alert = opened(cast_on_both, needs=needs)
        pretend_sent(alert)
        says(recipient(alert, cast_on_both.vito), Answer.COMING)
        assert states(alert)[cast_on_both.luca] == "released"
        assert states(alert)[cast_on_both.amina] == "alerted"
        luca = recipient(alert, cast_on_both.luca)
        assert says(luca, Answer.COMING) is Answered.ALREADY_FULL
        assert says(recipient(alert, cast_on_both.amina), Answer.COMING) is Answered.ACCEPTED


def test_the_arabic_speaker_may_come_first_without_taking_anybodys_place(
    cast_on_both: Cast,
) -> None:
    needs = (NeedDraft(count=1), NeedDraft(count=1, language="ar"))
    with cast_on_both.stage():
        alert = opened(cast_on_both, needs=needs)
        for person in (cast_on_both.amina, cast_on_both.luca):
            assert says(recipient(alert, person), Answer.COMING) is Answered.ACCEPTED


def test_a_withdrawal_reopens_the_need_and_asks_anew_with_a_new_call(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both, needs=ONE)
        pretend_sent(alert)
        vito, luca = recipient(alert, cast_on_both.vito), recipient(alert, cast_on_both.luca)
        says(vito, Answer.COMING)
        assert luca.state == "released"
        assert withdraw(vito, by=vito.person_id) is Answered.DECLINED
        assert (vito.state, luca.state, alert.wave) == ("declined", "alerted", 2)
        assert {row.message.wave for row in deliveries(alert, "call", luca.person_id)} == {1, 2}
        pretend_sent(alert, "stand_down")
        pretend_sent(alert)
        close_alert(alert, "resolved", cast_on_both.carla)
        assert len({row.message_id for row in deliveries(alert, "all_clear")}) == 1
        told = [row.person_id for row in deliveries(alert, "all_clear")]
        assert sorted(set(told)) == sorted([vito.person_id, luca.person_id, cast_on_both.amina])


def test_who_keeps_taking_a_yes_back_wakes_the_others_no_more_until_they_have_been_phoned(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both, needs=ONE)
        vito, luca = recipient(alert, cast_on_both.vito), recipient(alert, cast_on_both.luca)
        for _ in range(MOST_TURNS):
            pretend_sent(alert)
            assert says(vito, Answer.COMING) is Answered.ACCEPTED
            assert withdraw(vito, by=vito.person_id) is Answered.DECLINED
        told = len(deliveries(alert, "wants_to_know"))
        for _ in range(2):
            assert says(vito, Answer.COMING) is Answered.NOTED
        assert (vito.state, luca.state, alert.wave) == ("declined", "alerted", 1 + MOST_TURNS)
        assert len(deliveries(alert, "stand_down")) == 4 * MOST_TURNS
        asked = len(deliveries(alert, "wants_to_know"))
        assert asked > told
        assert says(vito, Answer.CANT) is Answered.DECLINED
        by_phone = spoke_by_phone(vito, Answer.COMING, by=cast_on_both.carla)
        assert (by_phone, luca.state) == (Answered.ACCEPTED, "released")
        assert len(deliveries(alert, "wants_to_know")) == asked


def test_an_old_link_is_still_good_once_the_need_is_open_again(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        add_responders(cast_on_both, 9)
        alert = opened(cast_on_both, needs=ONE, severity="Extreme", urgency="Immediate")
        pretend_sent(alert)
        luca = recipient(alert, cast_on_both.luca)
        says(luca, Answer.COMING)
        withdraw(luca, by=luca.person_id)
        assert says(luca, Answer.COMING) is Answered.ACCEPTED
        vito = recipient(alert, cast_on_both.vito)
        assert vito.state == "released"
        withdraw(luca, by=luca.person_id)
        assert says(vito, Answer.COMING) is Answered.ACCEPTED
        close_alert(alert, "resolved", cast_on_both.carla)
        assert deliveries(alert, "all_clear", vito.person_id) != []


def test_a_late_answer_is_recorded_and_harmless(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        close_alert(alert, "cancelled", cast_on_both.carla)
        vito = recipient(alert, cast_on_both.vito)
        assert says(vito, Answer.COMING) is Answered.CLOSED
        assert vito.state == "alerted"
        last = db.session.query(LogEntry).order_by(LogEntry.id.desc()).first()
        assert last is not None
        assert (last.word, last.facts["outcome"]) == ("alerts.answer", "closed")


def test_whoever_was_not_asked_yet_has_nothing_to_answer(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        add_responders(cast_on_both, 9)
        alert = opened(cast_on_both, needs=ONE)
        vito = recipient(alert, cast_on_both.vito)
        assert says(vito, Answer.COMING) is Answered.NOT_ASKED
        assert vito.state == "queued"


def test_a_draft_takes_no_answers(cast: Cast) -> None:
    with cast.stage():
        alert = draft_alert(draft_of(cast), author=cast.carla)
        db.session.add(Recipient(alert_id=alert.id, person_id=cast.vito))
        db.session.flush()
        assert says(recipient(alert, cast.vito), Answer.COMING) is Answered.NOT_ASKED


def test_a_yes_by_phone_counts_also_before_the_wave(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        add_responders(cast_on_both, 9)
        alert = opened(cast_on_both, needs=ONE)
        vito = recipient(alert, cast_on_both.vito)
        outcome = spoke_by_phone(vito, Answer.COMING, by=cast_on_both.carla, eta_minutes=20)
        assert (outcome, vito.state, vito.eta_minutes) == (Answered.ACCEPTED, "accepted", 20)


def test_wanting_to_know_more_is_no_answer_but_stops_the_ringing(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        vito = recipient(alert, cast_on_both.vito)
        assert says(vito, Answer.KNOW_MORE) is Answered.NOTED
        assert says(vito, Answer.KNOW_MORE) is Answered.NOTED
        assert vito.state == "alerted"
        assert {row.state for row in deliveries(alert, "call", vito.person_id)} == {"skipped"}
        assert says(vito, Answer.COMING) is Answered.ACCEPTED


def test_arrived_and_back_are_facts_of_those_who_came(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        vito = recipient(alert, cast_on_both.vito)
        assert not mark_arrived(vito, vito.person_id)
        says(vito, Answer.COMING)
        assert mark_arrived(vito, vito.person_id)
        assert not mark_arrived(vito, vito.person_id)
        assert mark_done(vito, vito.person_id)
        assert vito.done_at is not None


def test_right_before_sending_a_call_is_looked_at_again(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both, needs=ONE)
        mine = deliveries(alert, "call")
        assert no_longer_wanted(mine) == {}
        for row in mine:
            row.state, row.lease_until = "leased", clock.now() + timedelta(seconds=30)
        db.session.flush()
        says(recipient(alert, cast_on_both.vito), Answer.COMING)
        reasons = no_longer_wanted(mine)
        assert set(reasons) == {row.id for row in mine}
        told = deliveries(alert, "stand_down")
        assert {row.person_id for row in told} == {cast_on_both.amina, cast_on_both.luca}
        assert no_longer_wanted(told) == {}
        close_alert(alert, "resolved", cast_on_both.carla)
        assert set(no_longer_wanted(mine).values()) == {"the alert is closed"}
        assert no_longer_wanted(deliveries(alert, "all_clear")) == {}
