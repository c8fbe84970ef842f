"""Closing a way, slowing down, sharing threads, tokens and caps: in all corners."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alerts.sender.letters import NtfyServer
from alerts.sender.outcomes import Kind, Outcome
from alerts.sender.routing import (
    BREAK,
    BREAKS_AT,
    THROTTLED_FOR,
    Bucket,
    Crew,
    Health,
    Scene,
    choose,
    in_order,
)
from alerts.sender.slips import Held
from alerts.sender.ways import Way
from nucleus.messages.models import LIFE_AT_RISK
from tests.alerts.sender.test_engine_pacing import NOW, held

WELL = Health(proven=True)
SERVER = NtfyServer("https://example.org")


def way(label: str, **more: Any) -> Way:
    """Return a way of the lane its label begins with, at a host of its own."""
    told: dict[str, Any] = {"lane": label.split(":")[0], "provider": SERVER, "host": label}
    return Way(label=label, **(told | more))


def scene(*ways: Way, threads: int = 64, **more: Any) -> Scene:
    """Return a scene in which these ways are well, unless told otherwise."""
    lanes = {each.lane for each in ways}
    told = {"health": {each.label: WELL for each in ways}} | more
    by_lane = {lane: tuple(each for each in ways if each.lane == lane) for lane in lanes}
    return Scene(crew=Crew(threads), ways=by_lane, at=100.0, **told)


def learned(health: Health, kind: Kind, at: float, **more: Any) -> Health:
    """Return what one more letter teaches."""
    wait = more.pop("retry_after", None)
    return health.learn(Outcome(kind, "x", retry_after=wait), at, **more)


def letters(count: int, lane: str = "email", **more: Any) -> list[Held]:
    """Return so many letters of a lane."""
    return [held(id=n, lane=lane, **more) for n in range(count)]


def labels(held_ones: list[Held], seen: Scene) -> Counter[str]:
    """Return how many of these leave by each way."""
    return Counter(each.label for _, each in choose(held_ones, seen))


def test_fifty_errors_in_a_minute_close_a_way_and_it_comes_back_on_trial() -> None:
    health = Health()
    for _ in range(BREAKS_AT - 1):
        health = learned(health, Kind.TEMPORARY, 5.0)
    assert health.is_open(5.0)
    health = learned(health, Kind.UNSURE, 5.0)
    assert not health.is_open(5.0)
    later = 5.0 + BREAK
    assert health.is_open(later)
    assert not learned(health, Kind.TEMPORARY, later).is_open(later)
    well = learned(health, Kind.SENT, later)
    assert learned(well, Kind.TEMPORARY, later).is_open(later)


def test_on_trial_one_letter_goes_and_each_that_goes_well_doubles_the_number() -> None:
    email = way("email:a")
    health = replace(WELL, on_trial=True, window=1)
    for number in (1, 2, 4, 8, 16):
        assert labels(letters(50), scene(email, health={email.label: health})) == {
            email.label: number
        }
        health = learned(health, Kind.SENT, 100.0)


def test_wrong_addresses_and_old_errors_close_nothing() -> None:
    health = Health()
    for n in range(3 * BREAKS_AT):
        health = learned(health, Kind.REFUSED, 0.0)
        health = learned(health, Kind.TEMPORARY, 2.0 * n)
    assert health.is_open(3600.0)


def test_answers_of_letters_still_on_their_way_change_nothing_of_the_pause() -> None:
    health = Health()
    for _ in range(BREAKS_AT):
        health = learned(health, Kind.TEMPORARY, 0.0)
    for kind in (Kind.TEMPORARY, Kind.SENT, Kind.REFUSED):
        assert learned(health, kind, 9.0).closed_until == health.closed_until


def test_a_provider_that_asks_us_to_wait_gets_half_as_many_afterwards() -> None:
    health = learned(WELL, Kind.THROTTLED, 10.0, retry_after=7.0, busy=16)
    assert not health.is_open(16.9)
    assert health.is_open(17.0)
    assert health.window == 8
    burst = learned(health, Kind.THROTTLED, 11.0, retry_after=7.0, busy=15)
    assert (burst.window, burst.closed_until) == (8, 18.0)
    plain = learned(WELL, Kind.THROTTLED, 10.0, busy=1)
    assert (plain.window, plain.closed_until) == (1, 10.0 + THROTTLED_FOR)


def test_the_most_urgent_then_the_longest_due_goes_first() -> None:
    late, early = held(id=1), held(id=2, due_at=NOW.replace(hour=9))
    life = held(id=3, priority=LIFE_AT_RISK)
    assert [each.id for each in in_order([late, early, life])] == [3, 2, 1]


def test_the_next_way_carries_what_the_first_can_not() -> None:
    first, second = way("sms:a", rank=1), way("sms:b", rank=2)
    shut = replace(WELL, closed_until=200.0)
    seen = scene(first, second)
    assert labels(letters(9, "sms"), seen) == {"sms:a": 9}
    seen = scene(first, second, health={first.label: shut, second.label: WELL})
    assert labels(letters(9, "sms"), seen) == {"sms:b": 9}
    seen = scene(first, second, health={first.label: shut, second.label: shut})
    assert labels(letters(9, "sms"), seen) == {}


def test_a_letter_that_one_way_has_failed_goes_by_the_other() -> None:
    first, second = way("sms:a"), way("sms:b")
    failed = letters(3, "sms", provider="sms:a")
    assert labels(failed, scene(first, second)) == {"sms:b": 3}
    assert labels(failed, scene(first)) == {"sms:a": 3}


def test_a_used_up_cost_cap_lets_only_lives_at_risk_pass() -> None:
    dear = way("sms:a", cap_left=5)
    mixed = letters(8, "sms") + letters(2, "sms", priority=LIFE_AT_RISK)
    mixed = [replace(each, id=n) for n, each in enumerate(mixed)]
    chosen = choose(mixed, scene(dear))
    assert Counter(each.vital for each, _ in chosen) == {True: 2, False: 3}
    chosen = choose(mixed, scene(dear, spent={"sms:a": 5}))
    assert Counter(each.vital for each, _ in chosen) == {True: 2}


CROWD = st.lists(
    st.builds(
        held,
        lane=st.sampled_from(["email", "ntfy", "sms"]),
        priority=st.sampled_from([50, LIFE_AT_RISK]),
    ),
    max_size=150,
).map(lambda them: [replace(each, id=n) for n, each in enumerate(them)])


@given(them=CROWD, threads=st.integers(2, 64), errors=st.integers(0, 10))
def test_threads_are_never_overdrawn_and_a_failing_host_holds_a_quarter(
    them: list[Held], threads: int, errors: int
) -> None:
    ways = [way("email:a"), way("ntfy:a"), way("sms:a")]
    health = {each.label: WELL for each in ways}
    health["email:a"] = replace(WELL, errors=(100.0,) * errors)
    chosen = choose(them, scene(*ways, threads=threads, health=health))
    assert len(chosen) <= threads
    assert sum(not each.vital for each, _ in chosen) <= threads - Crew(threads).reserved
    if health["email:a"].is_troubled:
        assert sum(each.lane == "email" for each, _ in chosen) <= max(1, threads // 4)
    assert bool(chosen) == bool(them)


@given(
    them=CROWD,
    cap=st.integers(1, 40),
    window=st.none() | st.integers(1, 40),
    rate=st.none() | st.floats(0.5, 500),
    busy=st.integers(0, 20),
)
def test_no_way_gets_more_than_its_window_its_tokens_and_its_host_s_cap(
    them: list[Held], cap: int, window: int | None, rate: float | None, busy: int
) -> None:
    shared = [
        way("email:a", host="h", in_flight=cap),
        way("ntfy:a", host="h"),
        way("sms:a", rate=rate),
    ]
    health = {each.label: WELL for each in shared} | {"email:a": replace(WELL, window=window)}
    seen = scene(*shared, health=health, busy={"email:a": busy})
    counts = labels(them, seen)
    assert counts["email:a"] + counts["ntfy:a"] <= max(0, cap - busy)
    if window is not None:
        assert counts["email:a"] <= max(0, window - busy)
    if rate is not None:
        assert counts["sms:a"] <= max(1.0, rate / 10)


def test_a_healthy_lone_host_may_use_all_threads_but_the_reserved_ones() -> None:
    email = way("email:a")
    assert len(choose(letters(100), scene(email))) == 56
    vital = letters(100, priority=LIFE_AT_RISK)
    assert len(choose(vital, scene(email))) == 64
    assert len(choose(vital, scene(email, busy={"email:a": 60}))) == 4
    assert len(choose(letters(100), scene(email, health={}))) == 16  # nobody knows it yet


@given(hanging=st.integers(1, 64), lost=st.integers(0, 64))
def test_whatever_hangs_another_lane_has_the_threads_it_would_have_alone(
    hanging: int, lost: int
) -> None:
    stuck, well = way("email:a"), way("ntfy:a")
    seen = scene(stuck, well, busy={"email:a": hanging}, stale={"email:a": hanging}, lost=lost)
    counts = labels(letters(100, "ntfy"), seen)
    spare_used = max(0, hanging + lost - 64)
    assert counts["ntfy:a"] >= min(32, 56 - spare_used)
    assert labels(letters(100), seen)["email:a"] <= max(0, 16 - hanging)


@given(
    rate=st.floats(0.2, 1000),
    steps=st.lists(st.tuples(st.floats(0, 2), st.integers(0, 50)), max_size=60),
)
def test_in_any_time_a_bucket_gives_no_more_than_its_rate_and_one_burst(
    rate: float, steps: list[tuple[float, int]]
) -> None:
    bucket, at, taken = Bucket(tokens=0.0), 0.0, 0
    for wait, wanted in steps:
        at += wait
        bucket = bucket.filled(rate, at)
        count = min(wanted, int(bucket.tokens))
        bucket, taken = bucket.less(count), taken + count
        assert taken <= rate * at + 1e-6
        assert bucket.tokens <= max(1.0, rate / 10)
    assert bucket.filled(rate, at + bucket.wait(rate) + 1e-6).tokens >= 1 - 1e-6


def test_several_processes_share_rate_and_caps() -> None:
    shared = way("sms:a", rate=200.0, in_flight=12)
    full = {"sms:a": Bucket(tokens=20.0, at=100.0)}
    assert labels(letters(50, "sms"), scene(shared, buckets=full)) == {"sms:a": 12}
    assert labels(letters(50, "sms"), scene(shared, buckets=full, sharing=4)) == {"sms:a": 3}
