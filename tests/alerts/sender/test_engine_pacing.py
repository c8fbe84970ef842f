"""Waiting, repeating and giving up, in all corners."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alerts.sender.outcomes import Kind, Outcome
from alerts.sender.pacing import MOST_COPIES, RETRY_SECONDS, judge, judge_silence
from alerts.sender.slips import Held, Text
from nucleus.messages.models import LIFE_AT_RISK, NEWS

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
TEXT = Text(id=1, kind="call", texts={"it": {"subject": "s", "body": "b", "short": "s"}})


def held(**more: Any) -> Held:
    """Return a delivery on its first copy, unless told otherwise."""
    usual: dict[str, Any] = {
        "id": 1, "claim": 1, "text": TEXT, "person_id": 1, "contact_point_id": 1,
        "link_subject": None, "lane": "email", "step": 1, "priority": 50, "due_at": NOW,
        "copies": 1,
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


@given(one=HELD, others=st.integers(1, 3))
def test_a_no_is_tried_at_once_by_every_other_way(one: Held, others: int) -> None:
    for kind in (Kind.REFUSED, Kind.TEMPORARY, Kind.THROTTLED):
        verdict = judge(one, Outcome(kind, "x", retry_after=60.0), NOW, others=others)
        if one.refusals < min(others, len(RETRY_SECONDS)):
            assert (verdict.state, verdict.due_at) == ("queued", NOW)
        elif kind is Kind.REFUSED:
            assert verdict.state == "failed"
