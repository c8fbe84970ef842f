"""What a provider says afterwards: facts on the row, in any order, as often as it likes.

A receipt may be faster than our own note of the number it speaks of; it is kept, and read again
by the sweeper. Nothing here changes a state: "sent" stays what we did, a receipt is what we heard.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, SQLColumnExpression, case, delete, func, or_, select, update

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.bell import wake
from nucleus.messages.models import Delivery, EarlyReceipt
from nucleus.messages.order import NO_SYNC, pull_next_steps

What = Literal["delivered", "seen", "failed"]
KEPT = timedelta(days=1)
READ_AT_ONCE = 500
UNDELIVERED = "the provider reported it undelivered"


def note_receipt(provider: str, provider_ref: str, *, what: What, at: datetime) -> int:
    """Add what a provider reports of one of its messages; the same again changes nothing.

    A failure reported after the sending lets the person's next contact go at once.

    Args:
        provider: the label of the way that carried it (`Delivery.provider`).
        provider_ref: the provider's own number for it.
        what: ``delivered`` to the phone, ``seen`` by the person, or ``failed``.
        at: when, by the provider's word; a time in the future counts as now.

    Returns:
        how many deliveries it speaks of; 0 when it came before our own note, and is kept.
    """
    rows = _rows_of(provider, provider_ref)
    if rows:
        _add_facts(rows, what=what, at=min(at, now()))
    else:
        _keep(provider, provider_ref, what=what, at=min(at, now()))
    return len(rows)


def read_early_receipts() -> int:
    """Add the receipts whose delivery is known by now, and forget those a day old.

    Returns:
        how many were added.
    """
    known = (
        select(EarlyReceipt, Delivery.id)
        .join(
            Delivery,
            (Delivery.provider == EarlyReceipt.provider)
            & (Delivery.provider_ref == EarlyReceipt.provider_ref),
        )
        .limit(READ_AT_ONCE)
    )
    found = db.session.execute(known).all()
    for receipt, row in found:
        _add_facts([row], what=receipt.what, at=receipt.at)
    read = {receipt.id for receipt, _ in found}
    over = or_(EarlyReceipt.id.in_(read), EarlyReceipt.noted_at < now() - KEPT)
    db.session.execute(delete(EarlyReceipt).where(over), execution_options=NO_SYNC)
    return len(found)


def _rows_of(provider: str, provider_ref: str) -> Sequence[int]:
    mine = select(Delivery.id).where(
        Delivery.provider == provider, Delivery.provider_ref == provider_ref
    )
    return db.session.scalars(mine.order_by(Delivery.id).with_for_update()).all()


def _add_facts(rows: Sequence[int], *, what: str, at: datetime) -> None:
    """Keep the earliest time of each fact, so that the order of receipts does not matter."""
    values: dict[str, object] = {}
    if what == "failed":
        values = {"undelivered_at": _earliest(Delivery.undelivered_at, at), "reason": UNDELIVERED}
        new = select(Delivery.id).where(Delivery.id.in_(rows), Delivery.undelivered_at.is_(None))
        if pull_next_steps(db.session.scalars(new).all()):
            wake()
    else:
        values = {"delivered_at": _earliest(Delivery.delivered_at, at)}
        if what == "seen":
            values["seen_at"] = _earliest(Delivery.seen_at, at)
    added = update(Delivery).where(Delivery.id.in_(rows)).values(values)
    db.session.execute(added, execution_options=NO_SYNC)


def _earliest(
    column: SQLColumnExpression[datetime | None], at: datetime
) -> ColumnElement[datetime]:
    return case((column < at, column), else_=at)


def _keep(provider: str, provider_ref: str, *, what: What, at: datetime) -> None:
    same = select(func.count()).where(
        EarlyReceipt.provider == provider,
        EarlyReceipt.provider_ref == provider_ref,
        EarlyReceipt.what == what,
    )
    if not db.session.scalar(same):
        words = {"provider": provider, "provider_ref": provider_ref, "what": what}
        db.session.add(EarlyReceipt(**words, at=at, noted_at=now()))
        db.session.flush()
