"""Killed at any moment, the engine loses nothing, and owns up to every repeat."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from alerts.sender import sweeper
from alerts.sender.addressing import repeat_mark
from alerts.sender.engine import Engine, run_until_idle
from alerts.sender.outcomes import Kind, Outcome, sent
from alerts.sender.pacing import LEASE, MOST_COPIES
from nucleus.ground.clock import advance, held_at
from nucleus.ground.database import db, transaction
from nucleus.messages.models import LIFE_AT_RISK, Message
from nucleus.messages.services import post_message
from tests.alerts.sender.outside import Crash, World, crash_at
from tests.alerts.sender.test_engine import repeated
from tests.cast import Cast
from tests.messages.helpers import draft, rows, to

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
POINTS = ("claimed", "counted", "committed", "sent")


def run(cast: Cast, world: World, point: str = "", *, time: int = 1) -> None:
    """Run until idle, or until killed at a point."""
    hook = crash_at(point, time=time)
    try:
        run_until_idle(cast.app, send=world.send, at=hook)
    except Crash:
        with cast.app.app_context():
            db.session.remove()


def sweep(cast: Cast) -> None:
    """Let the lease run out under the sweeper's eyes."""
    look(cast)
    advance(LEASE + timedelta(seconds=1))
    look(cast)


def look(cast: Cast) -> None:
    """Let the sweeper come by."""
    with cast.app.app_context(), transaction():
        sweeper.sweep()


@pytest.mark.parametrize("point", ["claimed", "counted"])
def test_killed_before_the_commit_nothing_has_happened(cast_on_both: Cast, point: str) -> None:
    world = World()
    with held_at(NOON):
        post(cast_on_both)
        run(cast_on_both, world, point)
        assert world.told == []
        run(cast_on_both, world)
    assert repeated(cast_on_both, world) == [False]


def test_killed_between_claim_and_send_it_goes_later_and_owns_up(cast_on_both: Cast) -> None:
    world = World()
    with held_at(NOON):
        post(cast_on_both)
        run(cast_on_both, world, "committed")
        run(cast_on_both, world)
        assert world.told == []
        sweep(cast_on_both)
        run(cast_on_both, world)
    assert repeated(cast_on_both, world) == [True]
    with cast_on_both.stage():
        (row,) = rows(lane="email")
        assert (row.state, row.unsure, row.claim, row.copies) == ("sent", False, 2, 2)


def test_killed_between_send_and_settle_it_is_repeated_with_the_same_names(
    cast_on_both: Cast,
) -> None:
    world = World()
    with held_at(NOON):
        post(cast_on_both)
        run(cast_on_both, world, "sent")
        sweep(cast_on_both)
        run(cast_on_both, world)
    assert repeated(cast_on_both, world) == [False, True]
    first, second = (told.letter for told in world.told)
    assert (first.message_id, first.tag, first.link) == (
        second.message_id,
        second.tag,
        second.link,
    )


def test_what_was_claimed_but_not_on_its_way_goes_back_without_a_mark(cast_on_both: Cast) -> None:
    world = World()
    cast_on_both.app.extensions["nucleus.settings"] = smaller(cast_on_both)
    with held_at(NOON):
        post(cast_on_both, cast_on_both.vito, cast_on_both.amina, cast_on_both.luca)
        run(cast_on_both, world, "committed")
        sweep(cast_on_both)
        run(cast_on_both, world)
    assert sorted(repeated(cast_on_both, world)) == [False, False, True]


def smaller(cast: Cast) -> object:
    """Return the settings with two threads: one letter at a time, the other is reserved."""
    return replace(cast.app.extensions["nucleus.settings"], sender_threads=2)


def test_after_the_third_copy_the_next_contact_takes_over(cast_on_both: Cast) -> None:
    world = World()
    with held_at(NOON):
        post(cast_on_both, step_seconds=36000)
        for _ in range(MOST_COPIES):
            run(cast_on_both, world, "sent")
            sweep(cast_on_both)
        run(cast_on_both, world)
    assert [told.channel for told in world.told] == ["email"] * MOST_COPIES + ["ntfy"]
    assert repeated(cast_on_both, world) == [False, True, True, False]
    with cast_on_both.stage():
        (row,) = rows(lane="email")
        assert (row.state, row.unsure, row.refusals) == ("sent", True, 0)


def test_whoever_slept_too_long_changes_nothing(cast_on_both: Cast) -> None:
    with held_at(NOON), cast_on_both.app.app_context():
        post(cast_on_both)
        sleeper = Engine(cast_on_both.app, threads=8)
        (parcel,) = sleeper.turn()
        sweep(cast_on_both)
        world = World()
        run(cast_on_both, world)
        sleeper.finish(parcel, Outcome(Kind.REFUSED, "too late"))
        sleeper.turn()
    with cast_on_both.stage():
        (row,) = rows(lane="email")
        assert (row.state, row.reason) == ("sent", "taken")


def test_an_engine_that_ends_its_shift_gives_back_what_it_holds(cast_on_both: Cast) -> None:
    with held_at(NOON), cast_on_both.app.app_context():
        post(cast_on_both, cast_on_both.vito, cast_on_both.luca)
        engine = Engine(cast_on_both.app, threads=2)
        (parcel,) = engine.turn()
        engine.finish(parcel, sent("taken"))
        engine.let_go()
        assert (engine.held, engine.on_their_way) == ([], 0)
    with cast_on_both.stage():
        found = [(row.state, row.copies) for row in rows(lane="email")]
    assert found == [("sent", 1), ("queued", 0)]


def test_the_sweeper_wakes_what_waits_for_nothing_and_ends_what_is_over(
    cast_on_both: Cast,
) -> None:
    cast = cast_on_both
    with held_at(NOON):
        post(cast)
        post(cast, kind="update")
        post(cast, cast.luca, origin_id=3, valid_until=NOON + timedelta(minutes=1))
        with cast.stage():
            gone = rows(person_id=cast.vito)[0].message_id
            db.session.execute(delete(Message).where(Message.id == gone))
        advance(timedelta(minutes=1))
        with cast.stage():
            assert sweeper.sweep() == 4
            assert sweeper.sweep() == 0
    with cast.stage():
        assert {(row.state, row.reason) for row in rows(person_id=cast.luca)} == {
            ("skipped", "expired")
        }


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    crashes=st.lists(st.tuples(st.sampled_from(POINTS), st.integers(1, 3)), max_size=5),
    answers=st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=4),
    priority=st.sampled_from([50, LIFE_AT_RISK]),
)
def test_every_delivery_ends_with_at_most_three_copies_and_marked_repeats(
    cast: Cast, crashes: list[tuple[str, int]], answers: list[Kind], priority: int
) -> None:
    seen = iter(range(10**6))
    world = World(lambda _told: Outcome(answers[next(seen) % len(answers)], "so be it"))
    with held_at(NOON):
        post(cast, cast.vito, cast.amina, priority=priority)
        for point, time in crashes:
            run(cast, world, point, time=time)
            sweep(cast)
        for _ in range(12):
            run(cast, world)
            sweep(cast)
    with cast.stage():
        assert {row.state for row in rows()} <= {"sent", "failed"}
        assert all(row.copies <= MOST_COPIES for row in rows())
        db.session.execute(delete(Message))
        assert rows() == []
    for told in world.told:
        copies = [t for t in world.told if t.letter.message_id == told.letter.message_id]
        first_certain = [t for t in copies if repeated_one(cast, t.letter.subject)]
        assert len(copies) - len(first_certain) <= 1 + answers_no(answers) * 4


def answers_no(answers: list[Kind]) -> bool:
    """Say whether some answers are definite noes, after which a copy is a first one again."""
    return bool({Kind.TEMPORARY, Kind.THROTTLED} & set(answers))


def repeated_one(cast: Cast, subject: str) -> bool:
    """Say whether a subject owns up to being a repeat."""
    with cast.app.app_context():
        return repeat_mark("it") in subject


def post(cast: Cast, *people: int, step_seconds: int = 60, **more: Any) -> None:
    with cast.stage():
        post_message(draft(**more), to(*(people or (cast.vito,))), step_seconds=step_seconds)
