"""Waiting, repeating, closing a lane and sharing threads, in all corners."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alerts.sender.outcomes import Kind, Outcome
from alerts.sender.pacing import (
    BREAK,
    BREAKS_AT,
    MOST_COPIES,
    Crew,
    Health,
    choose,
    in_order,
    judge,
    judge_silence,
)
from alerts.sender.slips import Held, Text
from nucleus.messages.models import LIFE_AT_RISK, NEWS

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
TEXT = Text(id=1, kind="call", texts={"it": {"subject": "s", "body": "b", "short": "s"}})


def held(**more: Any) -> Held:
    """Return a delivery on its first copy, unless told otherwise."""
    usual: dict[str, Any] = {
        "id": 1, "claim": 1, "text": TEXT, "person_id": 1, "contact_point_id": 1,
        "link_subject": None, "lane": "email", "step": 1, "priority": 50, "due_at": NOW,
        "lease_until": NOW, "copies": 1,
    }  # fmt: skip
    return Held(**(usual | more))


HELD = st.builds(
    held,
    copies=st.integers(1, MOST_COPIES),
    refusals=st.integers(0, 5),
    unsure=st.booleans(),
    priority=st.sampled_from([NEWS, 50, LIFE_AT_RISK]),
)
WAITS = st.none() | st.floats(0.1, 3600)


@given(one=HELD, kind=st.sampled_from(list(Kind)), wait=WAITS)
def test_a_verdict_never_allows_a_fourth_copy(one: Held, kind: Kind, wait: float | None) -> None:
    verdict = judge(one, Outcome(kind, "x", retry_after=wait), NOW)
    assert verdict.state in {"sent", "failed", "queued"}
    assert 0 <= verdict.copies <= one.copies
    if verdict.state == "queued":
        assert verdict.copies < MOST_COPIES
        assert verdict.due_at >= NOW
    if verdict.state == "failed":
        assert verdict.next_now


@given(one=HELD)
def test_a_crash_alone_never_fails_a_row(one: Held) -> None:
    verdict = judge_silence(one, NOW)
    assert (verdict.state, verdict.unsure) == (
        "queued" if one.copies < MOST_COPIES else "sent",
        True,
    )
    assert verdict.refusals == one.refusals
    assert judge_silence(replace(one, copies=0, unsure=False), NOW).unsure is False


@given(until=st.timedeltas(timedelta(0), timedelta(hours=1)), wait=st.floats(0.1, 3600))
def test_no_retry_is_planned_beyond_the_validity(until: timedelta, wait: float) -> None:
    one = held(text=replace(TEXT, valid_until=NOW + until))
    verdict = judge(one, Outcome(Kind.THROTTLED, "x", retry_after=wait), NOW)
    assert verdict.state == "failed" or verdict.due_at < NOW + until


def test_fifty_errors_in_a_minute_close_a_lane_and_it_comes_back_on_trial() -> None:
    health = Health()
    for _ in range(BREAKS_AT - 1):
        health = health.learn(Kind.TEMPORARY, NOW)
    assert health.is_open(NOW)
    health = health.learn(Kind.UNSURE, NOW)
    assert not health.is_open(NOW)
    later = NOW + BREAK
    assert health.is_open(later)
    assert not health.learn(Kind.TEMPORARY, later).is_open(later)
    well = health.learn(Kind.SENT, later)
    assert well.learn(Kind.TEMPORARY, later).is_open(later)


def test_wrong_addresses_and_old_errors_close_nothing() -> None:
    health = Health()
    for n in range(3 * BREAKS_AT):
        health = health.learn(Kind.REFUSED, NOW)
        health = health.learn(Kind.TEMPORARY, NOW + timedelta(seconds=2 * n))
    assert health.is_open(NOW + timedelta(hours=1))


def test_errors_of_letters_still_on_their_way_do_not_prolong_the_pause() -> None:
    health = Health()
    for _ in range(BREAKS_AT):
        health = health.learn(Kind.TEMPORARY, NOW)
    closed = health.closed_until
    assert health.learn(Kind.TEMPORARY, NOW + timedelta(seconds=9)).closed_until == closed


def test_the_most_urgent_then_the_longest_due_goes_first() -> None:
    late, early = held(id=1), held(id=2, due_at=NOW - timedelta(seconds=1))
    life = held(id=3, priority=LIFE_AT_RISK)
    assert [each.id for each in in_order([late, early, life])] == [3, 2, 1]


CROWD = st.lists(
    st.builds(
        held,
        lane=st.sampled_from(["email", "ntfy"]),
        priority=st.sampled_from([50, LIFE_AT_RISK]),
    ),
    max_size=150,
).map(lambda them: [replace(each, id=n) for n, each in enumerate(them)])


@given(them=CROWD, threads=st.integers(2, 64), errors=st.integers(0, 10))
def test_threads_are_never_overdrawn_and_a_failing_lane_holds_a_quarter(
    them: list[Held], threads: int, errors: int
) -> None:
    crew = Crew(threads)
    health = {"email": Health(errors=(NOW,) * errors)}
    chosen = choose(them, crew, busy={}, health=health)
    mail = [each for each in chosen if each.lane == "email"]
    assert len(chosen) <= threads
    assert len([each for each in chosen if not each.vital]) <= threads - crew.reserved
    if health["email"].is_troubled:
        assert len(mail) <= max(1, threads // 4)
    assert bool(chosen) == bool(them)


def test_a_healthy_lone_lane_may_use_all_threads_but_the_reserved_ones() -> None:
    many = [held(id=n) for n in range(100)]
    assert len(choose(many, Crew(64), busy={}, health={})) == 56
    vital = [held(id=n, priority=LIFE_AT_RISK) for n in range(100)]
    assert len(choose(vital, Crew(64), busy={}, health={})) == 64
    assert len(choose(vital, Crew(64), busy={"email": 60}, health={})) == 4
