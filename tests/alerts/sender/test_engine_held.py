"""Invariant 11: nobody gets more than the rate limit, nothing held is lost, and it shows."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.sender.engine import run_until_idle
from nucleus.ground.clock import advance, held_at, now
from nucleus.messages.models import ALERT, LIFE_AT_RISK, NEWS
from nucleus.messages.queries import delivery_facts
from nucleus.messages.services import post_message, post_to_contact
from tests.alerts.machine.house import empty
from tests.alerts.sender.outside import World
from tests.alerts.sender.test_engine import NOON
from tests.cast import Cast
from tests.messages.helpers import draft, point_of, rows, to

HOUR = timedelta(hours=1)


def limit(cast: Cast, most: int) -> None:
    """Let a contact get so many messages an hour."""
    chosen = cast.app.extensions["nucleus.settings"]
    cast.app.extensions["nucleus.settings"] = replace(chosen, messages_an_hour=most)


def post(cast: Cast, origin: int, **more: Any) -> None:
    """Post a message of a matter of its own to Vito, the second contact hours later."""
    with cast.stage():
        post_message(draft(origin_id=origin, **more), to(cast.vito), step_seconds=10**6)


def states(cast: Cast) -> list[tuple[str, datetime | None]]:
    """Return state and end of holding of all that goes to Vito's mail."""
    with cast.stage():
        return [(row.state, row.held_until) for row in rows(lane="email")]


def test_what_is_too_much_for_this_hour_is_held_and_goes_when_one_is_an_hour_old(
    cast_on_both: Cast,
) -> None:
    cast, world = cast_on_both, World()
    limit(cast, 2)
    with held_at(NOON):
        for origin in (1, 2, 3):
            post(cast, origin)
            run_until_idle(cast.app, send=world.send)
            advance(timedelta(minutes=1))
        assert states(cast) == [("sent", None), ("sent", None), ("queued", NOON + HOUR)]
        with cast.stage():
            facts = delivery_facts("matter", 3)[cast.vito]
            assert (facts.held, facts.waiting) == (1, 2)
        advance(HOUR - timedelta(minutes=3))
        run_until_idle(cast.app, send=world.send)
        assert states(cast)[-1] == ("sent", None)
    assert len(world.told) == 3


def test_lives_at_risk_ends_corrections_and_codes_are_never_held(cast_on_both: Cast) -> None:
    cast, world = cast_on_both, World()
    limit(cast, 1)
    with held_at(NOON):
        post(cast, 1)
        post(cast, 2, priority=NEWS)
        run_until_idle(cast.app, send=world.send)
        assert len(world.told) == 1
        post(cast, 2, priority=LIFE_AT_RISK)  # of the very matter whose news is held
        post(cast, 1, kind="all_clear", overtakes=True)
        with cast.stage():
            point = point_of(cast.vito, "email").id
            post_to_contact(draft("code", origin=None, origin_id=None), point)
        run_until_idle(cast.app, send=world.send)
    assert len(world.told) == 4


def test_several_at_once_count_as_much_as_one_after_the_other(cast_on_both: Cast) -> None:
    cast, world = cast_on_both, World()
    limit(cast, 3)
    with held_at(NOON):
        for origin in range(8):
            post(cast, origin, priority=ALERT + origin)
        run_until_idle(cast.app, send=world.send)
    assert len(world.told) == 3


STORY = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(["call", "news", "life", "end"]),
    ),
    min_size=1,
    max_size=14,
)
KINDS: dict[str, dict[str, Any]] = {
    "call": {"priority": ALERT},
    "news": {"priority": NEWS},
    "life": {"priority": LIFE_AT_RISK},
    "end": {"kind": "all_clear", "overtakes": True},
}


def test_in_no_hour_anybody_gets_more_than_the_limit_and_all_goes_in_the_end(cast: Cast) -> None:
    limit(cast, 3)

    @settings(max_examples=20, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(story=STORY)
    def holds(story: list[tuple[int, str]]) -> None:
        with cast.stage():
            empty()
        went: list[tuple[str, datetime]] = []
        world = World()
        with held_at(NOON):
            waits = [(minutes, kind) for minutes, kind in story] + [(61, "")] * 6
            for origin, (minutes, kind) in enumerate(waits):
                advance(timedelta(minutes=minutes))
                if kind:
                    post(cast, origin, thread=f"{kind}-{origin}", **KINDS[kind])
                before = len(world.told)
                run_until_idle(cast.app, send=world.send)
                went += [(told.letter.tag, now()) for told in world.told[before:]]
        never_late(story, went)
        with cast.stage():
            assert {row.state for row in rows(lane="email")} == {"sent"}
            assert {row.held_until for row in rows(lane="email")} == {None}
            assert len(rows(lane="email")) == len(story)

    holds()


def never_late(story: list[tuple[int, str]], went: list[tuple[str, datetime]]) -> None:
    """Lives and ends leave at once; of the rest, no hour sees more than three."""
    limited = [at for tag, at in went if tag.split("-")[0] in ("call", "news")]
    for at in limited:
        assert sum(at <= other < at + HOUR for other in limited) <= 3
    posted, at = {}, NOON
    for origin, (minutes, kind) in enumerate(story):
        at += timedelta(minutes=minutes)
        posted[f"{kind}-{origin}"] = at
    for tag, when in went:
        if tag.split("-")[0] in ("life", "end"):
            assert when == posted[tag]
