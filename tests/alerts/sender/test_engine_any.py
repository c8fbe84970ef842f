"""Whatever the clock does, whoever cannot be reached: nothing twice, nobody waits for others."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.sender import sweeper
from alerts.sender.engine import run_until_idle
from alerts.sender.outcomes import Kind, Outcome, sent
from nucleus.ground import clock
from nucleus.ground.clock import held_at
from nucleus.messages.services import post_message
from tests.alerts.machine.house import empty
from tests.alerts.sender.outside import Told, World
from tests.cast import Cast
from tests.messages.helpers import draft, rows, to

BEFORE_THE_CHANGE = datetime(2026, 10, 25, 0, 55, tzinfo=UTC)  # 02:55 in Rome, and soon again
HOUR = timedelta(hours=1)
JUMPS = st.lists(st.sampled_from([timedelta(0), timedelta(0), HOUR, -HOUR]), max_size=12)
few = settings(
    max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def jumping(jumps: list[timedelta]) -> Callable[[str], None]:
    """Return a hook that moves the clock whenever the engine passes a point."""
    left = list(jumps)

    def jump(_point: str) -> None:
        if left:
            clock.jump(left.pop())

    return jump


def post(cast: Cast, *people: int, **more: Any) -> None:
    """Post a message in a transaction of its own."""
    with cast.stage():
        post_message(draft(**more), to(*people), step_seconds=60)


def test_a_clock_that_jumps_sends_nothing_twice_and_expires_nothing_early(
    cast_on_both: Cast,
) -> None:
    """14: the clock is moved by an hour at any point of a turn, in the night of the change."""
    people = (cast_on_both.vito, cast_on_both.amina, cast_on_both.luca)

    @few
    @given(jumps=JUMPS)
    def holds(jumps: list[timedelta]) -> None:
        with cast_on_both.stage():
            empty()
        world, ends = World(), BEFORE_THE_CHANGE + timedelta(hours=26)
        with held_at(BEFORE_THE_CHANGE):
            post(cast_on_both, *people, valid_until=ends)
            run_until_idle(cast_on_both.app, send=world.send, at=jumping(jumps))
            clock.advance(HOUR * (len(jumps) + 1))  # past all that was set back, not past the end
            for _ in range(len(jumps) + 2):
                clock.advance(timedelta(seconds=61))
                with cast_on_both.stage():
                    sweeper.sweep()
                run_until_idle(cast_on_both.app, send=world.send)
        assert set(Counter(world.where).values()) == {1}
        with cast_on_both.stage():
            assert {(row.state, row.copies) for row in rows()} == {("sent", 1)}
            assert len(world.told) == len(rows())

    holds()


def test_whoever_can_not_be_reached_delays_nobody_else(cast_on_both: Cast) -> None:
    """12: one person's mail fails in any way; at the same instant all others have theirs."""
    others = (cast_on_both.amina, cast_on_both.luca, cast_on_both.carla)

    @few
    @given(
        kind=st.sampled_from([Kind.REFUSED, Kind.TEMPORARY, Kind.THROTTLED, Kind.UNSURE]),
        before=st.integers(0, 5),
        after=st.integers(0, 3),
        wait=st.sampled_from([None, 1.0, 600.0]),
    )
    def holds(kind: Kind, before: int, after: int, wait: float | None) -> None:
        def says(told: Told) -> Outcome:
            hers = told.address.startswith("vito")
            return Outcome(kind, "as it is", retry_after=wait) if hers else sent("taken")

        with cast_on_both.stage():
            empty()
        with held_at(BEFORE_THE_CHANGE):
            for number in range(before + after + 1):
                if number == before:
                    post(cast_on_both, *others)
                post(cast_on_both, cast_on_both.vito)
            run_until_idle(cast_on_both.app, send=World(says).send)
        with cast_on_both.stage():
            firsts = [row for row in rows(step=1) if row.person_id in others]
            assert {row.person_id for row in firsts} == set(others)
            assert {(row.state, row.settled_at) for row in firsts} == {("sent", BEFORE_THE_CHANGE)}

    holds()
