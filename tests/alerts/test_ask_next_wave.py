"""People are asked in waves: nearest first, never more than one person alone may ask."""

from datetime import timedelta

from sqlalchemy import event

from alerts.jobs import sweep
from alerts.models import Alert
from alerts.services import (
    NeedDraft,
    approve_surplus,
    ask_next_wave,
    draft_alert,
    open_alert,
)
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move
from nucleus.people.models import ContactPoint
from nucleus.roster.models import Responder
from tests.alerts.stage import add_responders, deliveries, draft_of, opened, recipient, states
from tests.cast import Cast

ONE = (NeedDraft(count=1),)


def asked(alert: Alert) -> int:
    return sum(state == "alerted" for state in states(alert).values())


def test_the_first_wave_is_as_large_as_the_need_makes_likely(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        add_responders(cast_on_both, 7)
        alert = opened(cast_on_both, needs=ONE)
        assert asked(alert) == 3
        assert states(alert)[cast_on_both.vito] == "queued"  # the farthest waits
        assert len(deliveries(alert, "call", cast_on_both.amina)) == 2


def test_the_next_wave_goes_when_nobody_has_answered_in_time(cast_on_both: Cast) -> None:
    with clock.held_at(clock.now()):
        with cast_on_both.stage():
            add_responders(cast_on_both, 7)
            alert_id = opened(cast_on_both, needs=ONE).id
        clock.advance(timedelta(seconds=119))
        with cast_on_both.stage():
            sweep()
            assert asked(db.session.get_one(Alert, alert_id)) == 3
        clock.advance(timedelta(seconds=1))
        with cast_on_both.stage():
            sweep()
            sweep()
            alert = db.session.get_one(Alert, alert_id)
            assert (asked(alert), alert.wave) == (6, 2)


def test_the_one_who_speaks_the_language_is_asked_at_once_however_far(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        add_responders(cast_on_both, 9)
        recipientless = draft_of(
            cast_on_both, needs=(NeedDraft(count=1), NeedDraft(count=1, language="ar"))
        )
        alert = draft_alert(recipientless, author=cast_on_both.carla)
        open_alert(alert, by=cast_on_both.carla)
        assert states(alert)[cast_on_both.amina] == "alerted"
        assert asked(alert) == 4


def test_a_life_at_risk_asks_everybody_who_matches_in_one_wave(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        add_responders(cast_on_both, 9)
        alert = opened(cast_on_both, needs=ONE, severity="Extreme", urgency="Immediate")
        assert asked(alert) == 12
        assert all(row.message.wakes_sleepers for row in deliveries(alert, "call"))


def test_beyond_fifty_people_a_second_person_says_yes(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        add_responders(cast_on_both, 50)
        alert = opened(cast_on_both, everyone=True, scale="area")
        assert asked(alert) == 50
        assert alert.next_wave_at is None
        assert ask_next_wave(alert) == 0
        assert not approve_surplus(alert, by=cast_on_both.carla)
        assert asked(alert) == 50
        assert approve_surplus(alert, by=cast_on_both.dario)
        assert asked(alert) == 53


def test_a_drill_needs_no_second_person(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        add_responders(cast_on_both, 50)
        assert asked(opened(cast_on_both, everyone=True, scale="area", drill=True)) == 53


def test_a_drill_for_everybody_lists_each_as_asked_in_one_statement(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        added, said = add_responders(cast_on_both, 3), list[str]()
        event.listen(db.engine, "before_cursor_execute", lambda *seen: said.append(seen[2]))
        alert = opened(cast_on_both, everyone=True, scale="area", drill=True)
        assert sum(words.startswith("INSERT INTO recipient") for words in said) == 1
        assert not any(words.startswith("UPDATE recipient") for words in said)
        new = recipient(alert, added[0])
        assert (new.state, new.wave, new.called_wave) == ("alerted", 1, 1)
        assert new.alerted_at is not None
        assert len(deliveries(alert, "call", added[0])) == 1


def test_who_fits_only_what_is_filled_by_now_is_listed_and_not_asked(cast_on_both: Cast) -> None:
    needs = (NeedDraft(count=1), NeedDraft(count=1, language="ar"))
    with cast_on_both.stage():
        alert = opened(cast_on_both, needs=needs, everyone=True, scale="area", drill=True)
        move(recipient(alert, cast_on_both.luca), "accepted")
        (late,) = add_responders(cast_on_both, 1)
        assert ask_next_wave(alert) == 0
        assert states(alert)[late] == "queued"


def test_who_became_free_meanwhile_is_asked_in_the_next_wave(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        row = db.session.get_one(Responder, cast_on_both.luca)
        row.resting_until = clock.now() + timedelta(minutes=1)
        alert = opened(cast_on_both)
        assert cast_on_both.luca not in states(alert)
        row.resting_until = None
        db.session.flush()
        assert ask_next_wave(alert) == 1
        assert states(alert)[cast_on_both.luca] == "alerted"


def test_off_duty_by_the_time_of_the_wave_means_silence(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        add_responders(cast_on_both, 7)
        alert = opened(cast_on_both, needs=ONE)
        row = db.session.get_one(Responder, cast_on_both.vito)
        row.resting_until = clock.now() + timedelta(hours=9)
        db.session.flush()
        for _ in range(5):
            ask_next_wave(alert)
        assert asked(alert) == 9
        assert states(alert)[cast_on_both.vito] == "queued"


def test_a_person_without_a_working_contact_is_asked_and_stands_on_the_call_list(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        for point in db.session.query(ContactPoint).filter_by(person_id=cast_on_both.luca):
            point.retired_at = clock.now()
        db.session.flush()
        alert = opened(cast_on_both)
        assert recipient(alert, cast_on_both.luca).state == "alerted"
        assert deliveries(alert, "call", cast_on_both.luca) == []


def test_what_is_not_for_peers_sends_nobody_and_tells_the_coordinators(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both, not_for_peers=True)
        assert states(alert) == {}
        assert ask_next_wave(alert) == 0
        told = deliveries(alert, "coordinators")
        assert {row.person_id for row in told} == {cast_on_both.carla}


def test_the_call_says_neither_what_it_is_nor_for_whom(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both, what="panic attack", person_id=cast_on_both.bea, drill=True)
        texts = deliveries(alert, "call")[0].message.texts
        assert {"it", "en"} <= texts.keys()
        for words in texts.values():
            assert "panic" not in str(words)
            assert "Bea" not in str(words)
        assert texts["en"]["subject"] == "Can you come?"
        assert "drill" in texts["en"]["body"]
