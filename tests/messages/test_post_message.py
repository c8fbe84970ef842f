"""A message stands as rows in the transaction of its cause, for every way to reach a person."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, select

from nucleus.ground.clock import advance, held_at, now
from nucleus.ground.database import db
from nucleus.messages.bell import bell_of
from nucleus.messages.models import DISTANT, LIFE_AT_RISK, NEWS, Delivery
from nucleus.messages.order import wake_waiting
from nucleus.messages.services import (
    post_closing,
    post_message,
    post_to_contact,
    skip_deliveries,
)
from nucleus.people.models import Channel, ContactPoint, Person
from nucleus.people.services import add_contact_point, retire_contact_point, stop_person
from tests.cast import Cast
from tests.messages.helpers import draft, point_of, rows, to

NIGHT = datetime(2026, 7, 1, 21, 30, tzinfo=UTC)  # half past eleven in the evening in Rome
MORNING = datetime(2026, 7, 2, 5, 0, tzinfo=UTC)  # seven o'clock there


def test_every_contact_of_a_person_has_its_step_from_the_start(cast_on_both: Cast) -> None:
    with held_at(NIGHT), cast_on_both.stage():
        post_message(draft(), to(cast_on_both.vito), step_seconds=120, due_in=10)
        found = [(row.lane, row.step, row.due_at, row.state) for row in rows()]
        start = NIGHT + timedelta(seconds=10)
    assert found == [
        ("email", 1, start, "queued"),
        ("ntfy", 2, start + timedelta(seconds=120), "queued"),
    ]


def test_the_link_is_for_the_row_the_audience_names(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        post_message(draft(), to(cast_on_both.vito))
        assert {row.link_subject for row in rows()} == {cast_on_both.vito + 500}


def test_of_equal_ranks_the_recently_proven_contact_comes_first(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        email, ntfy = (point_of(cast_on_both.vito, each) for each in ("email", "ntfy"))
        email.rank = ntfy.rank = 1
        email.proven_at, ntfy.proven_at = now() - timedelta(days=61), now() - timedelta(days=59)
        post_message(draft(), to(cast_on_both.vito))
        assert [row.lane for row in rows()] == ["ntfy", "email"]


def test_what_can_not_be_used_gets_no_delivery(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        retire_contact_point(point_of(cast_on_both.vito, "ntfy"))
        vito = db.session.get_one(Person, cast_on_both.vito)
        add_contact_point(vito, Channel.PHONE, address="+393331234567", verified=True)
        add_contact_point(vito, Channel.EMAIL, address="unproven@example.org")
        stop_person(db.session.get_one(Person, cast_on_both.luca))
        post_message(draft(), to(cast_on_both.vito, cast_on_both.luca))
        assert [(row.person_id, row.lane) for row in rows()] == [(cast_on_both.vito, "email")]


def test_a_person_without_a_contact_gets_no_delivery_and_no_error(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        for channel in ("email", "ntfy"):
            retire_contact_point(point_of(cast_on_both.vito, channel))
        message = post_message(draft(), to(cast_on_both.vito))
        assert (message.id > 0, rows()) == (True, [])
        assert post_message(draft(), to()).id > message.id


def test_a_person_named_twice_is_told_once(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        twice = to(cast_on_both.vito).union_all(to(cast_on_both.vito)).subquery()
        post_message(draft(), select(*twice.c))
        assert [row.step for row in rows()] == [1, 2]


def test_a_thousand_people_are_posted_in_one_statement(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        names = [{"name": f"n{n}", "uid": f"p{n}", "language": "it"} for n in range(1000)]
        people = db.session.scalars(insert(Person).returning(Person.id), names).all()
        pairs = list(product(people, (Channel.EMAIL, Channel.NTFY)))
        db.session.execute(insert(ContactPoint), [contact(*pair) for pair in pairs])
        said: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *seen: said.append(seen[2]))
        crowd = select(Person.id, Person.id).where(Person.name.like("n%"))
        post_message(draft(), crowd, step_seconds=60)
        written = [line for line in said if line.startswith("INSERT INTO delivery")]
        assert (len(written), len(said) <= 4, len(rows())) == (1, True, 2000)


def contact(person: int, channel: str) -> dict[str, Any]:
    """Return a verified contact whose address nobody opens here."""
    mark = f"{person}{channel}"
    return {"person_id": person, "channel": channel, "uid": mark, "fingerprint": mark} | {
        "sealed_address": b"", "rank": 1, "verified_at": now()
    }  # fmt: skip


def test_a_message_that_wakes_nobody_waits_for_the_morning(cast_on_both: Cast) -> None:
    with held_at(NIGHT), cast_on_both.stage():
        email = point_of(cast_on_both.vito, "email")
        email.quiet_from, email.quiet_until = 22 * 60, 7 * 60
        post_message(draft(priority=NEWS), to(cast_on_both.vito))
        quiet, loud = rows()
        assert (quiet.due_at, quiet.deferred_until) == (MORNING, MORNING)
        assert (loud.due_at, loud.deferred_until) == (NIGHT, None)


def test_life_at_risk_wakes_sleepers_and_passes_the_news_that_waits(cast_on_both: Cast) -> None:
    with held_at(NIGHT), cast_on_both.stage():
        email = point_of(cast_on_both.vito, "email")
        email.quiet_from, email.quiet_until = 22 * 60, 7 * 60
        post_message(draft(origin_id=1, priority=NEWS), to(cast_on_both.vito))
        urgent = draft(origin_id=2, priority=LIFE_AT_RISK)
        call = post_message(urgent, to(cast_on_both.vito), wakes_sleepers=True)
        assert [row.due_at for row in rows(message_id=call.id)] == [NIGHT, NIGHT]


def test_the_next_message_waits_until_the_one_before_is_settled(cast_on_both: Cast) -> None:
    with held_at(NIGHT), cast_on_both.stage():
        first = post_message(draft(), to(cast_on_both.vito))
        second = post_message(draft("update"), to(cast_on_both.vito))
        third = post_message(draft("update"), to(cast_on_both.vito))
        assert dues(second.id) == dues(third.id) == [DISTANT, DISTANT]
        settle(first.id, "email")
        advance(timedelta(seconds=5))
        assert wake_waiting() == 1
        assert dues(second.id) == [now(), DISTANT]
        assert dues(third.id) == [DISTANT, DISTANT]


def test_another_matter_waits_only_for_what_is_at_least_as_urgent(cast_on_both: Cast) -> None:
    with held_at(NIGHT), cast_on_both.stage():
        post_message(draft(origin_id=1, priority=NEWS), to(cast_on_both.vito))
        call = post_message(draft(origin_id=2), to(cast_on_both.vito))
        news = post_message(draft(origin_id=3, priority=NEWS), to(cast_on_both.vito))
        assert dues(call.id) == [NIGHT, NIGHT]
        assert dues(news.id) == [DISTANT, DISTANT]


def test_two_messages_without_a_cause_do_not_wait_for_a_later_one(cast_on_both: Cast) -> None:
    with held_at(NIGHT), cast_on_both.stage():
        later = draft("reminder", origin=None, origin_id=None)
        post_message(later, to(cast_on_both.vito), due_in=3600)
        code = draft("code", origin=None, origin_id=None)
        sent = post_to_contact(code, point_of(cast_on_both.vito, "email").id, link_subject=7)
        (row,) = rows(message_id=sent.id)
        assert (row.due_at, row.link_subject, row.step) == (NIGHT, 7, 1)


def test_a_code_goes_to_a_contact_that_is_not_proven_yet(cast_on_both: Cast) -> None:
    with held_at(NIGHT), cast_on_both.stage():
        vito = db.session.get_one(Person, cast_on_both.vito)
        point = add_contact_point(vito, Channel.EMAIL, address="new@example.org")
        point.quiet_from, point.quiet_until = 0, 1439
        sent = post_to_contact(draft("code", origin=None, origin_id=None), point.id)
        (row,) = rows(message_id=sent.id)
        assert (row.due_at, row.link_subject, row.deferred_until) == (NIGHT, None, None)


def test_nothing_is_sent_to_a_phone_that_a_person_must_call(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        vito = db.session.get_one(Person, cast_on_both.vito)
        phone = add_contact_point(vito, Channel.PHONE, address="+393331234567", verified=True)
        with pytest.raises(ValueError, match=f"contact point {phone.id}"):
            post_to_contact(draft("code"), phone.id)


def test_an_overtaking_message_waits_only_for_what_is_on_its_way(cast_on_both: Cast) -> None:
    with held_at(NIGHT), cast_on_both.stage():
        call = post_message(draft(), to(cast_on_both.vito))
        next(row for row in rows() if row.lane == "ntfy").state = "leased"
        db.session.flush()
        end = post_message(draft("all_clear", overtakes=True), to(cast_on_both.vito))
        assert dues(end.id) == [NIGHT, DISTANT]
        settle(call.id, "ntfy")
        wake_waiting()
        assert dues(end.id) == [NIGHT, NIGHT]


def test_the_end_is_told_to_every_contact_that_may_know_the_beginning(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        post_message(draft(), to(cast.vito, cast.amina, cast.luca), step_seconds=60)
        settle_row(cast.vito, "email", state="sent", copies=1)
        settle_row(cast.amina, "email", state="failed", copies=1)
        settle_row(cast.amina, "ntfy", state="leased", copies=0)
        skipped = skip_deliveries("matter", 12, kinds=("call",), reason="closed")
        end = post_closing(
            draft("all_clear"), to(cast.vito, cast.amina, cast.luca), after_kinds=("call",)
        )
        told = {(row.person_id, row.lane) for row in rows(message_id=end.id)}
        assert skipped == 3
    assert told == {(cast.vito, "email"), (cast.amina, "email"), (cast.amina, "ntfy")}


def test_only_these_people_s_queued_rows_are_taken_back(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        post_message(draft(), to(cast_on_both.vito, cast_on_both.luca))
        vito = select(Person.id).where(Person.id == cast_on_both.vito)
        done = skip_deliveries("matter", 12, kinds=("call",), people=vito, reason="answered")
        other = skip_deliveries("matter", 13, kinds=("call",), reason="answered")
        left = {(row.person_id, row.state, row.reason) for row in rows()}
    assert (done, other) == (2, 0)
    assert left == {
        (cast_on_both.vito, "skipped", "answered"),
        (cast_on_both.luca, "queued", None),
    }


def test_taking_a_message_back_lets_the_next_one_go(cast_on_both: Cast) -> None:
    with held_at(NIGHT), cast_on_both.stage():
        post_message(draft(), to(cast_on_both.vito))
        down = post_message(draft("stand_down"), to(cast_on_both.vito))
        skip_deliveries("matter", 12, kinds=("call",), reason="full")
        assert dues(down.id) == [NIGHT, NIGHT]


def test_the_bell_rings_after_the_commit_and_not_after_a_rollback(cast_on_both: Cast) -> None:
    app: Flask = cast_on_both.app
    with app.app_context():
        bell_of(app).clear()
        post_message(draft(), to(cast_on_both.vito))
        db.session.rollback()
        db.session.commit()
        assert not bell_of(app).is_set()
        post_message(draft(), to(cast_on_both.vito))
        assert not bell_of(app).is_set()
        db.session.commit()
        assert bell_of(app).is_set()
        db.session.remove()


def dues(message: int) -> list[datetime]:
    """Return when the rows of a message go, in the order of their steps."""
    db.session.expire_all()
    return [row.due_at for row in rows(message_id=message)]


def settle(message: int, lane: str) -> None:
    """Let a row have been sent."""
    for row in rows(message_id=message, lane=lane):
        row.state, row.settled_at = "sent", now()
    db.session.flush()


def settle_row(person: int, lane: str, **facts: Any) -> None:
    """Let something have become of a person's row."""
    row: Delivery = rows(person_id=person, lane=lane)[0]
    for name, fact in facts.items():
        setattr(row, name, fact)
    db.session.flush()


def test_at_night_the_end_makes_no_sound_for_who_never_answered(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with held_at(NIGHT), cast.stage():
        point_of(cast.amina, "email").quiet_from, point_of(cast.amina, "email").quiet_until = (
            23 * 60, 8 * 60,
        )  # fmt: skip
        post_message(draft(), to(cast.vito, cast.amina, cast.luca), wakes_sleepers=True)
        for person in (cast.vito, cast.amina, cast.luca):
            settle_row(person, "email", state="sent", copies=1)
        silent = select(Person.id).where(Person.id.in_([cast.vito, cast.amina]))
        end = post_closing(
            draft("stand_down", valid_until=NIGHT + timedelta(hours=1)),
            to(cast.vito, cast.amina, cast.luca),
            after_kinds=("call",),
            sleeping=silent,
        )
        db.session.expire_all()
        found = {row.person_id: row.due_at for row in rows(message_id=end.id, lane="email")}
        assert end.valid_until is None
    assert found == {
        cast.vito: MORNING,
        cast.amina: MORNING + timedelta(hours=1),
        cast.luca: NIGHT,
    }


def test_what_sleeps_until_the_morning_holds_up_no_new_call(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with held_at(NIGHT), cast.stage():
        post_message(draft(), to(cast.vito), wakes_sleepers=True)
        settle_row(cast.vito, "email", state="sent", copies=1)
        vito = select(Person.id).where(Person.id == cast.vito)
        post_closing(draft("stand_down"), to(cast.vito), after_kinds=("call",), sleeping=vito)
        again = post_message(draft(wave=2), to(cast.vito), wakes_sleepers=True)
        assert dues(again.id)[0] == NIGHT


def test_by_day_the_end_comes_at_once(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with held_at(MORNING + timedelta(hours=5)), cast.stage():
        post_message(draft(), to(cast.vito))
        settle_row(cast.vito, "email", state="sent", copies=1)
        vito = select(Person.id).where(Person.id == cast.vito)
        end = post_closing(draft("stand_down"), to(cast.vito), after_kinds=("call",), sleeping=vito)
        assert dues(end.id) == [now()]


def test_who_chose_a_pace_of_their_own_keeps_it(cast_on_both: Cast) -> None:
    with held_at(NIGHT), cast_on_both.stage():
        db.session.get_one(Person, cast_on_both.vito).step_seconds = 300
        post_message(draft(), to(cast_on_both.vito, cast_on_both.luca), step_seconds=120)
        wait = {row.person_id: (row.due_at - NIGHT).seconds for row in rows(step=2)}
        assert wait == {cast_on_both.vito: 300, cast_on_both.luca: 120}
        post_message(draft(origin_id=13), to(cast_on_both.vito), due_in=5)
        assert {row.wanted_at - NIGHT for row in rows()[-2:]} == {timedelta(seconds=5)}


@pytest.mark.parametrize(("own", "kept"), [(600, 45), (30, 30)])
def test_a_life_at_risk_waits_for_nobodys_own_pace(cast_on_both: Cast, own: int, kept: int) -> None:
    with held_at(NIGHT), cast_on_both.stage():
        db.session.get_one(Person, cast_on_both.vito).step_seconds = own
        urgent = draft(priority=LIFE_AT_RISK)
        post_message(urgent, to(cast_on_both.vito), step_seconds=45, wakes_sleepers=True)
        assert [row.due_at - NIGHT for row in rows(step=2)] == [timedelta(seconds=kept)]


def test_quiet_hours_are_looked_at_when_the_own_pace_gets_there(cast_on_both: Cast) -> None:
    with held_at(MORNING - timedelta(minutes=4)), cast_on_both.stage():
        db.session.get_one(Person, cast_on_both.vito).step_seconds = 300
        ntfy = point_of(cast_on_both.vito, "ntfy")
        ntfy.quiet_from, ntfy.quiet_until = 22 * 60, 7 * 60
        post_message(draft(), to(cast_on_both.vito), step_seconds=60)
        assert [row.deferred_until for row in rows()] == [None, None]
