"""Reads of the post office: the honest facts about what reached whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, func, select

from nucleus.ground.database import UTCDateTime, db
from nucleus.messages.models import DISTANT, Delivery, Message


@dataclass(frozen=True, kw_only=True)
class DeliveryFacts:
    """What is known of one person's deliveries; counts of contacts, not of copies.

    `given` went to the provider for sure, `perhaps` may have gone, whatever came after;
    `reached` came back as a receipt from the phone. `deferred_until` is the earliest end of
    quiet hours that is waited for. `held` of those waiting have had enough for this hour;
    `failed` counts what we could not hand over and what the provider reported undelivered.
    """

    person_id: int
    waiting: int = 0
    on_the_way: int = 0
    given: int = 0
    perhaps: int = 0
    reached: int = 0
    seen: int = 0
    failed: int = 0
    skipped: int = 0
    held: int = 0
    copies: int = 0
    next_due: datetime | None = None
    deferred_until: datetime | None = None
    last_settled: datetime | None = None

    @property
    def ended_in_nothing(self) -> bool:
        """Say whether every try has ended and none can have arrived: phone them."""
        return not (self.waiting or self.on_the_way or self.given or self.perhaps)


def delivery_facts(
    origin: str, origin_id: int, *, kinds: tuple[str, ...] | None = None
) -> Mapping[int, DeliveryFacts]:
    """Return the facts per person of an origin's messages (of these kinds), in one statement.

    People without a delivery are missing: nothing could be sent to them.
    """
    lines = db.session.execute(select_facts(origin, origin_id, kinds=kinds)).mappings()
    return {line["person_id"]: DeliveryFacts(**line) for line in lines}


def select_facts(
    origin: str, origin_id: int, *, kinds: tuple[str, ...] | None = None
) -> Select[Any]:
    """Select the same, a row a person with the columns of `DeliveryFacts`, to count further."""
    state = Delivery.state
    queued, ended = state == "queued", state.in_(["sent", "failed", "skipped"])
    lost = Delivery.undelivered_at.is_not(None) & Delivery.delivered_at.is_(None)
    given = (state == "sent") & ~lost
    counts: dict[str, ColumnElement[Any]] = {
        "waiting": _count(queued),
        "on_the_way": _count(state == "leased"),
        "given": _count(given & ~Delivery.unsure),
        "perhaps": _count(ended & Delivery.unsure & ~lost),
        "reached": _count(Delivery.delivered_at.is_not(None)),
        "seen": _count(Delivery.seen_at.is_not(None)),
        "failed": _count(((state == "failed") & ~Delivery.unsure) | (ended & lost)),
        "skipped": _count((state == "skipped") & ~Delivery.unsure),
        "held": _count(queued & Delivery.held_until.is_not(None)),
        "copies": func.sum(Delivery.copies),
        "next_due": _first(queued & (Delivery.due_at < DISTANT), Delivery.due_at),
        "deferred_until": _first(queued, Delivery.deferred_until),
        "last_settled": func.max(Delivery.settled_at, type_=UTCDateTime()),
    }
    found = (
        select(Delivery.person_id, *(column.label(name) for name, column in counts.items()))
        .join(Delivery.message)
        .where(Message.origin == origin, Message.origin_id == origin_id)
        .group_by(Delivery.person_id)
    )
    return found if kinds is None else found.where(Message.kind.in_(kinds))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _first(
    condition: ColumnElement[bool], column: SQLColumnExpression[Any]
) -> ColumnElement[datetime | None]:
    return func.min(case((condition, column)), type_=UTCDateTime())
