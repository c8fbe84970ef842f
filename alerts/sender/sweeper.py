"""Takes care of rows nobody cares for: lost leases, lost waits, rows past validity.

Nobody's wall clock decides that a sender is dead: whoever sweeps must itself have seen the same
lease stand unrenewed, by its own steady clock. A living sender renews every few seconds.
What had not left yet is taken over sooner: the claim's number keeps a sleeper from sending it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from sqlalchemy import select

from alerts.sender import outbox
from alerts.sender.pacing import BRIEF_LEASE, LEASE, RENEW_EVERY, judge_silence, skip
from alerts.sender.slips import Held
from alerts.sender.statements import Statement, as_instant
from nucleus.ground.clock import earliest, now, steady
from nucleus.ground.database import db
from nucleus.messages.bell import wake
from nucleus.messages.models import Delivery, Message
from nucleus.messages.order import state_is, wake_waiting
from nucleus.messages.receipts import read_early_receipts

SWEEP_AT_ONCE = 500
SURELY_SILENT = 3 * RENEW_EVERY
LEASED = Statement("SELECT id, claim, lease_until, copies FROM delivery WHERE state = 'leased'")
Lease = tuple[int, int, Any, int]


@dataclass(slots=True)
class Watch:
    """What one process has seen of the leases of all.

    Attributes:
        seen: lease → since when it has stood like this, by our steady clock.
        own: says which rows living engines of this process hold; those it never takes away.
    """

    seen: dict[Lease, float] = field(default_factory=dict)
    own: Callable[[], set[int]] = set

    def silent(self, leases: Iterable[Lease]) -> set[tuple[int, int]]:
        """Return (row, claim) of the leases whose holder is not heard of any more."""
        at, wall, own = steady(), now(), self.own()
        self.seen = {lease: self.seen.get(lease, at) for lease in leases}
        found = set()
        for (row, claim, until, copies), since in self.seen.items():
            over = as_instant(until) <= wall
            if row not in own and at - since >= _patience(copies, over=over):
                found.add((row, claim))
        return found


def _patience(copies: int, *, over: bool) -> float:
    """Return for how many seconds a lease must have stood unrenewed before its holder is dead."""
    if copies == 0:
        return BRIEF_LEASE.total_seconds()
    return SURELY_SILENT if over else LEASE.total_seconds()


def init_app(app: Flask) -> None:
    """Begin to watch."""
    app.extensions["nucleus.leases"] = Watch()


def watch_of(app: Flask) -> Watch:
    """Return what this process has seen of the leases."""
    found: Watch = app.extensions["nucleus.leases"]
    return found


def sweep() -> int:
    """Do all of the sweeping once; return how many rows were changed."""
    return recover_leases() + tidy_up()


def tidy_up() -> int:
    """End what is over, wake what waits for nothing, read receipts that came too early.

    Returns:
        how many rows were changed.
    """
    ended, woken, read = skip_expired(), wake_waiting(), read_early_receipts()
    if woken:
        wake()
    return ended + woken + read


def recover_leases() -> int:
    """Judge the rows whose holder is not heard of any more; return how many those were.

    A row of a dead process is judged when its lease has run out and stood unrenewed for fifteen
    seconds under our eyes; with a clock that was set, when we have seen it stand for thirty; one
    that had not left, after ten.
    """
    silent = _silent()
    lost = [held for held in _rows_of(row for row, _ in silent) if (held.id, held.claim) in silent]
    if lost:
        wake()
    return outbox.settle([(held, judge_silence(held, earliest())) for held in lost])


def is_anybody_silent() -> bool:
    """Say whether a holder of leases is not heard of any more."""
    return bool(_silent())


def _silent() -> set[tuple[int, int]]:
    return watch_of(current_app).silent(tuple(row) for row in LEASED.run())


def skip_expired() -> int:
    """Skip what is still queued although its message is no longer valid; return how many."""
    late = (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .where(state_is(Delivery, "queued"), Message.valid_until <= earliest())
        .limit(SWEEP_AT_ONCE)
    )
    over = _rows_of(db.session.scalars(late))
    return len(outbox.write_down([(held, skip(held, "expired")) for held in over], was="queued"))


def _rows_of(ids: Iterable[int]) -> list[Held]:
    """Return these rows, without those another process is working on."""
    some = sorted(ids)[:SWEEP_AT_ONCE]
    if not some:
        return []
    columns = [getattr(Delivery, name) for name in outbox.COLUMNS]
    found = select(*columns).where(Delivery.id.in_(some)).order_by(Delivery.id)
    return outbox.held_of(db.session.execute(found.with_for_update(skip_locked=True)))
