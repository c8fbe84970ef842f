"""What becomes of a delivery after a try, and how long it waits; pure.

Three things are counted apart: claims (times taken up), refusals (definite noes) and copies
(times it may have gone over the wire). A definite no takes its copy back. So a crash alone
never fails a row, and nobody gets more than three copies.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.sender.outcomes import Kind, Outcome
from alerts.sender.slips import Held, Verdict

MOST_COPIES = 3
RETRY_SECONDS = (2, 4, 8)
LEASE = timedelta(seconds=30)
BRIEF_LEASE = timedelta(seconds=10)
"""Of what is claimed and has not left: to take it from a living process would repeat nothing."""

RENEW_EVERY = 5.0


def judge(held: Held, outcome: Outcome, now: datetime, *, others: int = 0) -> Verdict:
    """Say what becomes of a delivery after one try (rule c).

    Args:
        held: the delivery, with the way that carried it.
        outcome: how the try ended.
        now: this instant.
        others: open ways of its lane beside that one; as many noes are tried elsewhere at once.
    """
    if outcome.kind is Kind.SENT:
        return _ended(held, "sent", outcome.words, unsure=False, ref=outcome.provider_ref)
    if outcome.kind is Kind.UNSURE:
        return _in_doubt(held, outcome.words, now=now, most=2 if held.pressing else 1)
    refused = replace(
        _ended(held, "failed", outcome.words),
        copies=max(held.copies - 1, 0),
        refusals=held.refusals + 1,
        next_now=True,
    )
    elsewhere = held.refusals < others
    if held.refusals >= len(RETRY_SECONDS) or (outcome.kind is Kind.REFUSED and not elsewhere):
        return refused
    wait = 0 if elsewhere else outcome.retry_after or RETRY_SECONDS[held.refusals]
    again = now + timedelta(seconds=wait)
    if held.text.valid_until and again >= held.text.valid_until:
        return refused
    return replace(refused, state="queued", due_at=again, next_now=False)


def judge_silence(held: Held, now: datetime) -> Verdict:
    """Say what becomes of a delivery whose holder was not heard of again: it may have crashed.

    What had not reached the wire goes back as it was; what may have is repeated, marked, up to
    the third copy, and then counts as unsure: the next contact and the call list take over.
    """
    if held.copies == 0:
        return put_back(held, held.due_at)
    return _in_doubt(held, "the sender stopped in the middle", now=now, most=MOST_COPIES)


def put_back(
    held: Held, due_at: datetime, *, copies: int | None = None, next_now: bool = False
) -> Verdict:
    """Return a claimed delivery to the queue unsent, with so many copies if not as many as now."""
    same = replace(_ended(held, "queued", None), due_at=due_at, next_now=next_now)
    return same if copies is None else replace(same, copies=copies)


def skip(held: Held, reason: str) -> Verdict:
    """End a delivery that is no longer wanted."""
    return _ended(held, "skipped", reason)


def _in_doubt(held: Held, words: str, *, now: datetime, most: int) -> Verdict:
    doubtful = replace(_ended(held, "sent", words), unsure=True)
    if held.copies < most and not _is_over(held, now):
        return replace(doubtful, state="queued", due_at=now)
    return replace(doubtful, next_now=held.pressing or held.copies >= MOST_COPIES)


def _is_over(held: Held, now: datetime) -> bool:
    return held.text.valid_until is not None and now >= held.text.valid_until


def _ended(
    held: Held,
    state: str,
    reason: str | None,
    *,
    unsure: bool | None = None,
    ref: str | None = None,
) -> Verdict:
    return Verdict(
        state=state,
        reason=reason,
        due_at=held.due_at,
        copies=held.copies,
        refusals=held.refusals,
        unsure=held.unsure if unsure is None else unsure,
        deferred_until=held.deferred_until,
        provider_ref=ref,
    )
