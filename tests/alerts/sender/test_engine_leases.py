"""A living sender keeps its letters whatever the clocks say; a dead one's are taken over."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.sender import sweeper
from alerts.sender.engine import Engine, run_until_idle
from alerts.sender.outcomes import sent
from alerts.sender.pacing import BRIEF_LEASE, LEASE, RENEW_EVERY
from nucleus.ground.clock import advance, held_at, jump
from nucleus.ground.database import transaction
from nucleus.messages.bell import bell_of
from nucleus.messages.services import post_message
from tests.alerts.machine.house import empty
from tests.alerts.sender.outside import World
from tests.alerts.sender.test_engine import NOON
from tests.cast import Cast
from tests.messages.helpers import draft, rows, to

HOUR = timedelta(hours=1)


def post(cast: Cast) -> None:
    """Call Vito, the second contact much later."""
    with cast.stage():
        post_message(draft(valid_until=NOON + 5 * HOUR), to(cast.vito), step_seconds=10**6)


def sweep(cast: Cast) -> int:
    """Let another process's sweeper come by."""
    with cast.app.app_context(), transaction():
        return sweeper.recover_leases()


def state(cast: Cast) -> tuple[str, int, int, bool]:
    """Return what became of the call."""
    with cast.stage():
        row = rows(lane="email")[0]
        return row.state, row.copies, row.claim, row.unsure


@settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(jumps=st.lists(st.sampled_from([-1, 0, 0, 1]), min_size=40, max_size=40))
def test_no_clock_takes_a_letter_from_a_living_sender(cast: Cast, jumps: list[int]) -> None:
    with cast.stage():
        empty()
    with held_at(NOON), cast.app.app_context():
        post(cast)
        engine = Engine(cast.app, threads=8)
        (parcel,) = engine.turn()
        for hours in jumps:  # forty seconds: longer than the lease, shorter than forever
            jump(hours * HOUR)
            advance(timedelta(seconds=0.4))
            engine.give_up_waiting = lambda after=0.0: 0  # type: ignore[method-assign]
            if engine.is_worth_a_turn():
                engine.turn()
            advance(timedelta(seconds=0.6))
            assert sweep(cast) == 0
        engine.finish(parcel, sent("taken"))
        engine.turn()
    assert state(cast) == ("sent", 1, 1, False)


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_a_dead_sender_s_letter_is_taken_over_within_the_lease_and_a_second(
    cast_on_both: Cast, hours: int
) -> None:
    cast = cast_on_both
    with held_at(NOON), cast.app.app_context():
        post(cast)
        Engine(cast.app, threads=8).turn()
        jump(hours * HOUR)
        seconds = 0
        while not sweep(cast):
            advance(timedelta(seconds=1))
            seconds += 1
        assert 3 * RENEW_EVERY <= seconds <= LEASE.total_seconds() + 1
        run_until_idle(cast.app, send=World().send)
    assert state(cast) == ("sent", 2, 2, False)


def test_after_a_restart_what_is_long_lost_waits_only_until_it_is_surely_silent(
    cast: Cast,
) -> None:
    with held_at(NOON), cast.app.app_context():
        post(cast)
        Engine(cast.app, threads=8).turn()
        advance(timedelta(minutes=10))
        assert sweep(cast) == 0
        advance(timedelta(seconds=sweeper.SURELY_SILENT - 1))
        assert sweep(cast) == 0
        advance(timedelta(seconds=1))
        assert sweep(cast) == 1


def test_our_own_rows_are_never_taken_away_while_we_live(cast: Cast) -> None:
    with held_at(NOON), cast.app.app_context():
        post(cast)
        engine = Engine(cast.app, threads=8)
        engine.turn()
        sweeper.watch_of(cast.app).own = engine.own
        sweep(cast)
        advance(timedelta(minutes=10))
        assert sweep(cast) == 0


def test_a_clock_set_forward_expires_nothing_and_one_set_back_delays_nothing(
    cast_on_both: Cast,
) -> None:
    cast, world = cast_on_both, World()
    with held_at(NOON):
        run_until_idle(cast.app, send=world.send)  # this process has seen the right time
        with cast.stage():
            post_message(draft(valid_until=NOON + timedelta(minutes=30)), to(cast.vito))
        jump(HOUR)
        with cast.stage():
            sweeper.sweep()
        run_until_idle(cast.app, send=world.send)
        assert len(world.told) == 2
        jump(-HOUR)
        post(cast)
        jump(-HOUR)
        run_until_idle(cast.app, send=world.send)
        assert len(world.told) == 3


def test_what_never_left_a_dead_sender_is_taken_over_after_ten_seconds_and_heard_at_once(
    cast_on_both: Cast,
) -> None:
    cast, world = cast_on_both, World()
    with held_at(NOON), cast.app.app_context():
        with cast.stage():
            post_message(draft(), to(cast.vito, cast.luca), step_seconds=10**6)
        assert len(Engine(cast.app, threads=2).turn()) == 1
        bell_of(cast.app).clear()
        sweep(cast)
        advance(BRIEF_LEASE - timedelta(seconds=1))
        assert sweep(cast) == 0
        assert not bell_of(cast.app).is_set()
        advance(timedelta(seconds=1))
        assert sweep(cast) == 1
        assert bell_of(cast.app).is_set()
        assert run_until_idle(cast.app, send=world.send) == 1
    with cast.stage():
        assert sorted((row.state, row.copies) for row in rows(lane="email")) == [
            ("leased", 1),
            ("sent", 1),
        ]


def test_what_waits_in_a_living_sender_s_hands_is_renewed(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with held_at(NOON), cast.app.app_context():
        with cast.stage():
            post_message(draft(), to(cast.vito, cast.luca), step_seconds=10**6)
        engine = Engine(cast.app, threads=2)
        (parcel,) = engine.turn()
        engine.give_up_waiting = lambda after=0.0: 0  # type: ignore[method-assign]
        for _ in range(40):
            advance(timedelta(seconds=1))
            if engine.is_worth_a_turn():
                engine.turn()
            assert sweep(cast) == 0
        engine.finish(parcel, sent("taken"))
        (other,) = engine.turn()
        assert (other.held.claim, other.held.copies) == (1, 1)


def test_only_who_still_holds_what_was_taken_over_counts_its_copy(cast_on_both: Cast) -> None:
    cast, world = cast_on_both, World()
    with held_at(NOON), cast.app.app_context():
        with cast.stage():
            post_message(draft(), to(cast.vito, cast.luca), step_seconds=10**6)
        sleeper = Engine(cast.app, threads=2)
        (parcel,) = sleeper.turn()
        sweep(cast)
        advance(BRIEF_LEASE)
        assert sweep(cast) == 1
        run_until_idle(cast.app, send=world.send)
        sleeper.finish(parcel, sent("taken"))
        assert sleeper.turn() == []
    assert len(world.told) == 1
