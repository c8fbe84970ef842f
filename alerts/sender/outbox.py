"""Claims due deliveries, counts copies, writes down what became of each; never commits.

A row belongs to whoever raised its claim number last and only while it is leased: every
write asks for both, so that a process that was asleep too long changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text, update

from alerts.sender.pacing import LEASE, judge_silence, skip
from alerts.sender.slips import Held, Text, Verdict
from nucleus.ground.clock import now
from nucleus.ground.database import UTCDateTime, db
from nucleus.messages.models import Delivery, Message
from nucleus.messages.order import NO_SYNC, pull_next_steps, state_is, wake_waiting
from nucleus.messages.receipts import read_early_receipts
from nucleus.people.models import SENDING

CLAIM_AT_ONCE = 100
SWEEP_AT_ONCE = 500
COLUMNS = (
    Delivery.id,
    Delivery.claim,
    Delivery.message_id,
    Delivery.person_id,
    Delivery.contact_point_id,
    Delivery.link_subject,
    Delivery.lane,
    Delivery.step,
    Delivery.priority,
    Delivery.due_at,
    Delivery.lease_until,
    Delivery.deferred_until,
    Delivery.copies,
    Delivery.refusals,
    Delivery.unsure,
)


@dataclass(frozen=True, slots=True)
class Front:
    """The head of the queue in one lane at one priority, and when it is due."""

    lane: str
    priority: int
    due_at: datetime


FRONTS = """
WITH RECURSIVE front (lane, priority) AS (
    SELECT given.lane, (SELECT one.priority FROM delivery AS one
        WHERE one.state = 'queued' AND one.lane = given.lane
        ORDER BY one.priority DESC LIMIT 1)
    FROM ({lanes}) AS given
    UNION ALL
    SELECT front.lane, (SELECT one.priority FROM delivery AS one
        WHERE one.state = 'queued' AND one.lane = front.lane AND one.priority < front.priority
        ORDER BY one.priority DESC LIMIT 1)
    FROM front WHERE front.priority IS NOT NULL
)
SELECT front.lane, front.priority, (SELECT one.due_at FROM delivery AS one
    WHERE one.state = 'queued' AND one.lane = front.lane AND one.priority = front.priority
    ORDER BY one.due_at LIMIT 1) AS due_at
FROM front WHERE front.priority IS NOT NULL
"""


def fronts() -> list[Front]:
    """Return the head of every queue, in one statement that costs a look into the index each.

    Counting what is due would read it all, and ten thousand rows that wait for a later hour.
    """
    lanes = " UNION ALL ".join(f"SELECT '{lane}' AS lane" for lane in SENDING)
    seen = text(FRONTS.format(lanes=lanes)).columns(due_at=UTCDateTime())
    return [Front(*row) for row in db.session.execute(seen)]


def claim(lane: str, *, most: int = CLAIM_AT_ONCE) -> list[Held]:
    """Take up the most urgent due rows of a lane for half a minute."""
    first = (
        select(Delivery.id)
        .where(Delivery.lane == lane, state_is(Delivery, "queued"), Delivery.due_at <= now())
        .order_by(Delivery.priority.desc(), Delivery.due_at, Delivery.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(Delivery)
        .where(Delivery.id.in_(first))
        .values(state="leased", claim=Delivery.claim + 1, lease_until=now() + LEASE)
        .returning(*COLUMNS)
    )
    return _held(db.session.execute(taken, execution_options=NO_SYNC).mappings().all())


def still_held(held: Iterable[Held]) -> set[int]:
    """Return the ids of those that are still ours, and lock them for this transaction."""
    claims = {each.id: each.claim for each in held}
    if not claims:
        return set()
    mine = select(Delivery.id, Delivery.claim).where(
        Delivery.id.in_(claims), state_is(Delivery, "leased")
    )
    rows = db.session.execute(mine.order_by(Delivery.id).with_for_update())
    return {row.id for row in rows if claims[row.id] == row.claim}


def count_copies(held: Sequence[Held], providers: Mapping[int, str]) -> list[Held]:
    """Count one more copy of each before it goes to the wire, and renew its lease.

    Once this is committed no crash can hide a copy, nor which way it took.

    Args:
        held: what goes out.
        providers: delivery → label of the way that carries it.
    """
    until = now() + LEASE
    for label in sorted({providers[each.id] for each in held}):
        ids = [each.id for each in held if providers[each.id] == label]
        counted = update(Delivery).where(Delivery.id.in_(ids))
        counted = counted.values(copies=Delivery.copies + 1, lease_until=until, provider=label)
        db.session.execute(counted, execution_options=NO_SYNC)
    return [replace(each, copies=each.copies + 1, lease_until=until) for each in held]


def settle(ended: Sequence[tuple[Held, Verdict]]) -> int:
    """Write down what became of the rows that are still ours; return how many those were."""
    mine = still_held(held for held, _ in ended)
    kept = [(held, verdict) for held, verdict in ended if held.id in mine]
    if not kept:
        return 0
    _write_down(kept, was="leased")
    pull_next_steps([held.id for held, verdict in kept if verdict.next_now])
    over = {held.contact_point_id for held, verdict in kept if verdict.state != "queued"}
    if over:
        wake_waiting(sorted(over))
    return len(kept)


def sweep() -> int:
    """Take care of rows nobody cares for: expired leases, lost waits, receipts too early.

    Returns:
        how many rows were changed.
    """
    return recover_leases() + skip_expired() + wake_waiting() + read_early_receipts()


def recover_leases() -> int:
    """Judge the rows whose holder was not heard of again."""
    silent = (
        select(*COLUMNS)
        .where(state_is(Delivery, "leased"), Delivery.lease_until < now())
        .order_by(Delivery.id)
        .limit(SWEEP_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    lost = _held(db.session.execute(silent).mappings().all())
    return settle([(held, judge_silence(held, now())) for held in lost])


def skip_expired() -> int:
    """Skip what is still queued although its message is no longer valid."""
    over = select(Message.id).where(Message.valid_until <= now())
    late = (
        select(*COLUMNS)
        .where(state_is(Delivery, "queued"), Delivery.message_id.in_(over))
        .limit(SWEEP_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ended = [(held, skip(held, "expired")) for held in _held(db.session.execute(late).mappings())]
    if ended:
        _write_down(ended, was="queued")
    return len(ended)


VALUES: dict[str, Any] = {
    "state": bindparam("new_state"),
    "reason": bindparam("new_reason"),
    "due_at": bindparam("new_due_at"),
    "copies": bindparam("new_copies"),
    "refusals": bindparam("new_refusals"),
    "unsure": bindparam("new_unsure"),
    "deferred_until": bindparam("new_deferred_until"),
    "provider_ref": bindparam("new_provider_ref"),
    "settled_at": bindparam("new_settled_at"),
    "lease_until": None,
}


def _write_down(ended: Sequence[tuple[Held, Verdict]], *, was: str) -> None:
    """Write all verdicts in one statement, each only where claim and state are as we knew them."""
    row = (
        update(Delivery.__table__)  # type: ignore[arg-type]
        .where(
            Delivery.id == bindparam("row"),
            Delivery.claim == bindparam("its_claim"),
            Delivery.state == was,
        )
        .values(VALUES)
    )
    db.session.connection().execute(row, [_line(held, verdict) for held, verdict in ended])


def _line(held: Held, verdict: Verdict) -> dict[str, object]:
    return {
        "row": held.id,
        "its_claim": held.claim,
        "new_state": verdict.state,
        "new_reason": verdict.reason,
        "new_due_at": verdict.due_at,
        "new_copies": verdict.copies,
        "new_refusals": verdict.refusals,
        "new_unsure": verdict.unsure,
        "new_deferred_until": verdict.deferred_until,
        "new_provider_ref": verdict.provider_ref,
        "new_settled_at": now() if verdict.state != "queued" else None,
    }


def _held(rows: Iterable[Any]) -> list[Held]:
    """Join claimed rows with their messages, which are read once each."""
    rows = [dict(row) for row in rows]
    ids = {row["message_id"] for row in rows}
    found = db.session.scalars(select(Message).where(Message.id.in_(ids))) if ids else ()
    texts = {message.id: text_of(message) for message in found}
    return [Held(text=texts[row.pop("message_id")], **row) for row in rows]


def text_of(message: Message) -> Text:
    """Return a message as the sender carries it, detached from any transaction."""
    return Text(
        id=message.id,
        kind=message.kind,
        texts=message.texts,
        thread=message.thread,
        origin=message.origin,
        origin_id=message.origin_id,
        urgent=message.urgent,
        drill=message.drill,
        wakes_sleepers=message.wakes_sleepers,
        link_purpose=message.link_purpose,
        link_path=message.link_path,
        nonce=message.nonce,
        valid_until=message.valid_until,
    )
