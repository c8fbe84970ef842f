"""Claims due deliveries, counts copies, writes down what became of each; never commits.

A row belongs to whoever raised its claim number last and only while it is leased: every
write asks for both, so that a process that was asleep too long changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import or_, select

from alerts.sender.pacing import BRIEF_LEASE, LEASE
from alerts.sender.slips import Held, Text, Verdict
from alerts.sender.statements import Statement, as_instant
from nucleus.ground.clock import latest, now
from nucleus.ground.database import db
from nucleus.messages.models import LIFE_AT_RISK, Delivery, Message
from nucleus.messages.order import pull_next_steps, state_is, wake_waiting

CLAIM_AT_ONCE = 100
COLUMNS = (
    "id", "claim", "message_id", "person_id", "contact_point_id", "link_subject", "lane", "step",
    "priority", "due_at", "deferred_until", "copies", "refusals", "unsure", "provider",
)  # fmt: skip
Ended = tuple[Held, Verdict]


@dataclass(frozen=True, slots=True)
class Front:
    """The head of the queue in one lane at one priority, and when it is due."""

    lane: str
    priority: int
    due_at: datetime


FRONTS = Statement(
    """
    WITH RECURSIVE given AS ({given}), front (lane, priority) AS (
        SELECT given.lane, (SELECT one.priority FROM delivery AS one
            WHERE one.state = 'queued' AND one.lane = given.lane
            ORDER BY one.priority DESC LIMIT 1)
        FROM given
        UNION ALL
        SELECT front.lane, (SELECT one.priority FROM delivery AS one
            WHERE one.state = 'queued' AND one.lane = front.lane AND one.priority < front.priority
            ORDER BY one.priority DESC LIMIT 1)
        FROM front WHERE front.priority IS NOT NULL
    )
    SELECT front.lane, front.priority, (SELECT one.due_at FROM delivery AS one
        WHERE one.state = 'queued' AND one.lane = front.lane AND one.priority = front.priority
        ORDER BY one.due_at LIMIT 1)
    FROM front WHERE front.priority IS NOT NULL
    """,
    lane="text",
)
CLAIM = Statement(
    """
    UPDATE delivery SET state = 'leased', claim = claim + 1, lease_until = :until
    WHERE id IN (
        SELECT one.id FROM delivery AS one
        WHERE one.state = 'queued' AND one.lane = :lane AND one.priority = :priority
            AND one.due_at <= :at
        ORDER BY one.due_at, one.id LIMIT :most {skip_locked}
    )
    RETURNING id, claim, message_id, person_id, contact_point_id, link_subject, lane, step,
        priority, due_at, deferred_until, copies, refusals, unsure, provider
    """
)
COUNT = Statement(
    """
    WITH given AS ({given})
    UPDATE delivery SET copies = delivery.copies + 1, lease_until = :until, provider = given.label
    FROM given
    WHERE delivery.id = given.id AND delivery.claim = given.claim AND delivery.state = 'leased'
    RETURNING delivery.id
    """,
    id="bigint",
    claim="integer",
    label="text",
)
RENEW = Statement(
    """
    WITH given AS ({given})
    UPDATE delivery
    SET lease_until = CASE WHEN delivery.copies = 0 THEN :brief ELSE :until END
    FROM given
    WHERE delivery.id = given.id AND delivery.claim = given.claim AND delivery.state = 'leased'
    """,
    id="bigint",
    claim="integer",
)
BEHIND = """EXISTS (SELECT 1 FROM delivery AS behind
        WHERE behind.contact_point_id = delivery.contact_point_id
        AND behind.state IN ('queued', 'leased') AND behind.due_at > :far)
"""
"""Whether another message waits on the same contact; asked apart it cost a question a chunk."""

WRITE = Statement(
    """
    WITH given AS ({given})
    UPDATE delivery SET
        state = given.state, reason = given.reason,
        due_at = coalesce(given.due_at, delivery.due_at),
        copies = given.copies, refusals = given.refusals, unsure = given.unsure,
        deferred_until = given.deferred_until, held_until = given.held_until,
        provider_ref = coalesce(given.provider_ref, delivery.provider_ref),
        settled_at = CASE WHEN given.state = 'queued' THEN NULL ELSE :at END,
        lease_until = NULL
    FROM given
    WHERE delivery.id = given.id AND delivery.claim = given.claim AND delivery.state = :was
    RETURNING delivery.id, """
    + BEHIND,
    id="bigint",
    claim="integer",
    state="text",
    reason="text",
    due_at="timestamptz",
    copies="integer",
    refusals="integer",
    unsure="boolean",
    deferred_until="timestamptz",
    held_until="timestamptz",
    provider_ref="text",
)
WRITE_ALIKE = Statement(
    """
    WITH given AS ({given})
    UPDATE delivery SET
        state = :state, reason = :reason, due_at = coalesce(:due_at, delivery.due_at),
        copies = :copies, refusals = :refusals, unsure = :unsure,
        deferred_until = :deferred_until, held_until = :held_until,
        provider_ref = coalesce(given.provider_ref, delivery.provider_ref),
        settled_at = :settled_at, lease_until = NULL
    FROM given
    WHERE delivery.id = given.id AND delivery.claim = given.claim AND delivery.state = :was
    RETURNING delivery.id, """
    + BEHIND,
    id="bigint",
    claim="integer",
    provider_ref="text",
)
ALIKE = slice(2, -1)
ALIKE_NAMES = tuple(WRITE.given)[ALIKE]
FAR = datetime.fromisoformat("9000-01-01T00:00+00:00")


def fronts(lanes: Iterable[str]) -> list[Front]:
    """Return the heads of the queues of these lanes, for a look into the index each.

    Counting what is due would read it all, and ten thousand rows that wait for a later hour.
    """
    seen = FRONTS.run([[lane] for lane in sorted(lanes)])
    return [Front(lane, priority, as_instant(due)) for lane, priority, due in seen]


def claim(lane: str, priority: int, *, most: int = CLAIM_AT_ONCE) -> list[Held]:
    """Take up the rows of one front that are longest due; from now on they must be renewed."""
    taken = CLAIM.run(
        lane=lane, priority=priority, most=most, at=latest(), until=now() + BRIEF_LEASE
    ).all()
    return held_of(taken)


def count_copies(held: Sequence[tuple[Held, str]]) -> list[Held]:
    """Count one more copy of each before it goes to the wire, and renew its lease.

    Once this is committed no crash can hide a copy, nor which way it took.

    Args:
        held: what goes out, with the label of the way that carries it.

    Returns:
        those that were still ours.
    """
    if not held:
        return []
    lines = sorted((each.id, each.claim, label) for each, label in held)
    ours = {row[0] for row in COUNT.run(lines, until=now() + LEASE)}
    return [
        replace(each, copies=each.copies + 1, provider=label)
        for each, label in held
        if each.id in ours
    ]


def renew(held: Iterable[Held]) -> None:
    """Show whoever sweeps that these are still in the hands of a living process."""
    lines = sorted((each.id, each.claim) for each in held)
    if lines:
        RENEW.run(lines, until=now() + LEASE, brief=now() + BRIEF_LEASE)


def settle(ended: Sequence[Ended]) -> int:
    """Write down what became of the rows that are still ours; return how many those were."""
    behind = write_down(ended, was="leased")
    kept = [(held, verdict) for held, verdict in ended if held.id in behind]
    pull_next_steps([held.id for held, verdict in kept if verdict.next_now])
    over = [held for held, verdict in kept if verdict.state != "queued" and behind[held.id]]
    if over:
        wake_waiting(sorted({held.contact_point_id for held in over}))
    return len(kept)


def pull_past(lanes: Iterable[str]) -> int:
    """Let the next contact go for every pressing call that waits for one of these shut lanes.

    Returns:
        how many rows were pulled forward.
    """
    pressing = or_(Delivery.priority >= LIFE_AT_RISK, Message.urgent)
    stuck = (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .where(Delivery.lane.in_(lanes), state_is(Delivery, "queued"))
        .where(Delivery.due_at <= latest(), pressing)
    )
    return pull_next_steps(stuck)


def write_down(ended: Sequence[Ended], *, was: str) -> dict[int, bool]:
    """Write all verdicts in one statement, each only where claim and state are as we knew them.

    Returns:
        the ids of the rows that were, and whether another message waits behind each.
    """
    if not ended:
        return {}
    at = now()
    lines = sorted((_line(held, verdict) for held, verdict in ended), key=itemgetter(0))
    first = lines[0][ALIKE]
    if all(line[ALIKE] == first for line in lines):  # as nearly always: a third less to say
        same = dict(zip(ALIKE_NAMES, first, strict=True))
        same["settled_at"] = None if same["state"] == "queued" else at
        few = [(line[0], line[1], line[-1]) for line in lines]
        return {row[0]: bool(row[1]) for row in WRITE_ALIKE.run(few, was=was, far=FAR, **same)}
    return {row[0]: bool(row[1]) for row in WRITE.run(lines, was=was, far=FAR, at=at)}


def _line(held: Held, verdict: Verdict) -> tuple[Any, ...]:
    return (
        held.id,
        held.claim,
        verdict.state,
        verdict.reason,
        verdict.due_at if verdict.state == "queued" else None,
        verdict.copies,
        verdict.refusals,
        verdict.unsure,
        verdict.deferred_until,
        verdict.held_until,
        verdict.provider_ref,
    )


def held_of(rows: Iterable[Any]) -> list[Held]:
    """Join rows (of `COLUMNS`) with their messages, which are read once each."""
    lines = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    texts = _texts({line["message_id"] for line in lines})
    for line in lines:
        line["due_at"] = as_instant(line["due_at"])
        line["deferred_until"] = as_instant(line["deferred_until"])
        line["unsure"] = bool(line["unsure"])
    return [Held(text=texts[line.pop("message_id")], **line) for line in lines]


def _texts(ids: set[int]) -> dict[int, Text]:
    """Return messages as the sender carries them, detached from any transaction."""
    if not ids:
        return {}
    columns = (getattr(Message, name) for name in OF_MESSAGE)
    found = select(*columns, Message.sealed_texts, Message.uid).where(Message.id.in_(ids))
    return {row["id"]: _text(dict(row)) for row in db.session.execute(found).mappings()}


def _text(row: dict[str, Any]) -> Text:
    texts = Message.texts.opened(row.pop("sealed_texts"), row.pop("uid"))
    return Text(texts=texts, **row)


OF_MESSAGE = (
    "id", "kind", "thread", "origin", "origin_id", "urgent", "drill", "wakes_sleepers",
    "link_purpose", "link_path", "nonce", "valid_until", "limited",
)  # fmt: skip
