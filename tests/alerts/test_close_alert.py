"""When it is over everybody who was called hears it exactly once, and nobody is called again."""

from datetime import timedelta

import pytest

from alerts import queries
from alerts.jobs import sweep
from alerts.models import Alert
from alerts.overview.board import PHONE_THEM
from alerts.overview.timeline import last_moments
from alerts.queries import Word
from alerts.services import Answer, answer, close_alert, draft_alert, send_update
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.people.models import Channel, ContactPoint, Person
from nucleus.people.services import add_contact_point
from tests.alerts.stage import deliveries, draft_of, opened, pretend_sent, recipient
from tests.cast import Cast


def test_everyone_who_was_called_is_told_once_and_queued_calls_are_taken_back(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        mails = [row for row in deliveries(alert, "call") if row.lane == "email"]
        for row in mails:
            row.state, row.copies = "sent", 1
        db.session.flush()
        vito = recipient(alert, cast_on_both.vito)
        answer(vito, Answer.CANT, by=vito.person_id)
        assert close_alert(alert, "resolved", cast_on_both.carla)
        assert not close_alert(alert, "cancelled", cast_on_both.carla)
        assert alert.reason == "resolved"
        told = deliveries(alert, "all_clear")
        assert sorted(row.contact_point_id for row in told) == sorted(
            row.contact_point_id for row in mails
        )
        calls = deliveries(alert, "call")
        assert {row.state for row in calls} == {"sent", "skipped"}


def test_whoever_was_stood_down_is_not_told_a_second_time(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        pretend_sent(alert)
        for person in (cast_on_both.vito, cast_on_both.amina):
            answer(recipient(alert, person), Answer.COMING, by=person)
        close_alert(alert, "resolved", cast_on_both.carla)
        assert {row.person_id for row in deliveries(alert, "all_clear")} == {
            cast_on_both.vito, cast_on_both.amina,
        }  # fmt: skip


def test_a_draft_is_dropped_without_a_word(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = draft_alert(draft_of(cast_on_both), author=cast_on_both.carla)
        assert close_alert(alert, "cancelled", cast_on_both.carla)
        assert deliveries(alert, "all_clear") == []


def test_an_alert_can_not_end_for_an_unknown_reason(cast: Cast) -> None:
    with cast.stage(), pytest.raises(ValueError, match="bored"):
        close_alert(opened(cast), "bored", cast.carla)


def test_an_alert_for_many_ends_when_its_time_has_passed(cast_on_both: Cast) -> None:
    with clock.held_at(clock.now()):
        with cast_on_both.stage():
            alert = opened(cast_on_both, scale="area")
            pretend_sent(alert)
            alert_id = alert.id
        clock.advance(timedelta(hours=13))
        with cast_on_both.stage():
            sweep()
            alert = db.session.get_one(Alert, alert_id)
            assert (alert.state, alert.reason) == ("closed", "expired")
            assert len(deliveries(alert, "all_clear")) == 6


def test_news_reach_those_who_have_not_said_no(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        vito = recipient(alert, cast_on_both.vito)
        answer(vito, Answer.CANT, by=vito.person_id)
        assert send_update(alert, "The door is on the left.", cast_on_both.carla)
        told = {row.person_id for row in deliveries(alert, "update")}
        assert told == {cast_on_both.amina, cast_on_both.luca}
        close_alert(alert, "resolved", cast_on_both.carla)
        assert not send_update(alert, "Too late", cast_on_both.carla)


def test_the_board_says_honestly_what_is_known_of_each(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        first = queries.board(alert)
        assert {line.word for line in first.people} == {Word.WAITING}
        assert [(n.count, n.filled) for n in first.needs] == [(2, 0)]
        luca = deliveries(alert, "call", cast_on_both.luca)
        for row in luca:
            row.state = "failed"
        amina = deliveries(alert, "call", cast_on_both.amina)
        amina[0].state, amina[0].copies, amina[0].unsure = "sent", 1, True
        db.session.flush()
        vito = recipient(alert, cast_on_both.vito)
        answer(vito, Answer.COMING, eta_minutes=15, words="by bike", by=vito.person_id)
        board = queries.board(alert)
        told = {line.name.split()[0]: line.word for line in board.people}
        assert told == {
            "Luca": Word.NOT_REACHED, "Amina": Word.PERHAPS, "Vito": Word.COMING,
        }  # fmt: skip
        assert board.people[0].word in PHONE_THEM
        assert board.version != first.version
        assert board.version == queries.board(alert).version


def test_the_call_list_names_who_must_be_phoned_with_their_number(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        for point in db.session.query(ContactPoint).filter_by(person_id=cast_on_both.luca):
            point.retired_at = clock.now()
        luca = db.session.get_one(Person, cast_on_both.luca)
        add_contact_point(luca, Channel.PHONE, address="+39 081 5550199", verified=True)
        alert = opened(cast_on_both)
        first = queries.call_list(alert).lines[0]
        assert (first.name, first.word, first.phone) == (
            "Luca Longo", Word.NOT_REACHED, "+390815550199",
        )  # fmt: skip


def test_after_the_end_whoever_no_message_can_reach_is_phoned(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        for point in db.session.query(ContactPoint).filter_by(person_id=cast_on_both.luca):
            point.retired_at = clock.now()
        alert = opened(cast_on_both)
        pretend_sent(alert)
        answer(recipient(alert, cast_on_both.luca), Answer.COMING, by=cast_on_both.luca)
        close_alert(alert, "resolved", cast_on_both.carla)
        assert [line.name for line in queries.call_list(alert).lines] == ["Luca Longo"]


def test_the_after_action_page_is_a_fold_of_the_journal(cast_on_both: Cast) -> None:
    with clock.held_at(clock.now()), cast_on_both.stage():
        alert = opened(cast_on_both)
        pretend_sent(alert)
        for person in (cast_on_both.vito, cast_on_both.amina):
            clock.advance(timedelta(seconds=30))
            answer(recipient(alert, person), Answer.COMING, by=person)
        close_alert(alert, "resolved", cast_on_both.carla)
        after = queries.after_action(alert)
        assert (after.seconds_to_first_accept, after.seconds_to_full) == (30.0, 60.0)
        assert (after.asked, after.accepted, after.declined, after.silent) == (3, 2, 0, 1)
        assert (after.waves, after.never_reached) == (1, ())
        assert {line.channel: line.sent for line in after.channels} == {"email": 3, "ntfy": 3}
        newest = last_moments(alert)[0]
        assert (newest.word, newest.actor) == ("alerts.close_alert", "Carla Coppola")


def test_a_link_is_good_for_one_person_of_one_alert_and_whole(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        vito = recipient(alert, cast_on_both.vito)
        token = derive_token("answer", vito.id, alert.nonce)
        found = queries.recipient_by_token(token)
        assert found is not None
        assert found.id == vito.id
        foreign = derive_token("answer", vito.id, "another alert")
        other = derive_token("board", vito.id, alert.nonce)
        for bad in (token[:-1], foreign, other, "x", "", "zzzzzz-" + token.partition("-")[2]):
            assert queries.recipient_by_token(bad) is None
