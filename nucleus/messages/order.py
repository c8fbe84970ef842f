"""Rule (g): on one contact a message waits until the one before it is settled, as SQL conditions.

It waits for what is on its way there, and for what is queued before it, unless it overtakes.
Two messages that have nothing to do with each other are kept apart only when the older one
is at least as urgent and is due: a newsletter that waits for the morning holds up no call.
What is held, because its contact has had enough for this hour, holds up no life at risk, and
what sleeps until the morning holds up nothing before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from nucleus.ground.clock import now
from nucleus.ground.database import UTCDateTime, db
from nucleus.messages.models import DISTANT, LIFE_AT_RISK, Delivery, Message

Column = SQLColumnExpression
NO_SYNC = {"synchronize_session": False}
Before = aliased(Delivery)
BeforeText = aliased(Message)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a delivery stands in the order: columns of its row, or values for a new one."""

    contact: Column[int]
    priority: Column[int]
    wanted_at: Column[datetime]
    overtakes: Column[bool]
    origin: Column[Any]
    origin_id: Column[Any]


def state_is(row: type[Delivery], *states: str) -> ColumnElement[bool]:
    """Compare states written out in the statement: a bound one can't use a partial index.

    Nor can SQLite use the index of one state for a list of one: it scanned the whole outbox.
    """
    written = [literal(state, literal_execute=True) for state in states]
    return row.state == written[0] if len(written) == 1 else row.state.in_(written)


def has_blocker(place: Place, *older: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say whether an unsettled delivery stands before that place on the same contact.

    Args:
        place: of the delivery that may have to wait.
        *older: conditions on `Before`, which say what came earlier.
    """
    related = and_(BeforeText.origin == place.origin, BeforeText.origin_id == place.origin_id)
    ahead = and_(~place.overtakes, or_(Before.wanted_at <= place.wanted_at, related))
    return (
        select(literal(1))
        .select_from(Before)
        .join(BeforeText, BeforeText.id == Before.message_id)
        .where(
            Before.contact_point_id == place.contact,
            state_is(Before, "queued", "leased"),
            or_(related, Before.priority >= place.priority),
            or_(state_is(Before, "leased"), ahead),
            or_(Before.held_until.is_(None), place.priority < LIFE_AT_RISK),
            or_(Before.deferred_until.is_(None), Before.deferred_until <= place.wanted_at),
            *older,
        )
        .exists()
    )


def unsettled_contacts() -> Select[int]:
    """Select the contacts on which anything is queued or on its way.

    Beside `has_blocker` in a statement that writes many rows: read once, before the first. For
    each row apart PostgreSQL read the growing outbox through, planned while it was empty.
    """
    return select(Before.contact_point_id).where(state_is(Before, "queued", "leased"))


def blocked_among(ids: Sequence[int]) -> set[int]:
    """Return which of these rows would pass an older one they must wait for."""
    if not ids:
        return set()
    found = select(Delivery.id).join(Delivery.message)
    return set(db.session.scalars(found.where(Delivery.id.in_(ids), _blocked_row())))


def wake_waiting(contacts: Sequence[int] | Select[int] | None = None) -> int:
    """Let the rows go for which nothing waits any more (on these contacts, or on all).

    Returns:
        how many may go now, or as soon as they are wanted.
    """
    waiting = [state_is(Delivery, "queued"), Delivery.due_at == DISTANT]
    if contacts is not None:
        # The index of the unsettled finds a contact's own rows; by "queued" alone SQLite read all.
        unsettled = state_is(Delivery, "queued", "leased")
        waiting += [unsettled, Delivery.contact_point_id.in_(contacts)]
        if db.session.scalar(select(Delivery.id).where(*waiting).limit(1)) is None:
            return 0  # as nearly always: the long question below takes longer than all the rest
    free = select(Delivery.id).join(Delivery.message).where(*waiting, ~_blocked_row())
    woken = update(Delivery).where(Delivery.id.in_(free)).values(due_at=not_before_now())
    return db.session.execute(woken, execution_options=NO_SYNC).rowcount  # type: ignore[attr-defined,no-any-return]


def not_before_now() -> ColumnElement[datetime]:
    """Return when a row is wanted, or now when that has passed."""
    at = literal(now(), UTCDateTime())
    return case((Delivery.wanted_at > at, Delivery.wanted_at), else_=at)


def _blocked_row() -> ColumnElement[bool]:
    place = Place(
        contact=Delivery.contact_point_id,
        priority=Delivery.priority,
        wanted_at=Delivery.wanted_at,
        overtakes=Message.overtakes,
        origin=Message.origin,
        origin_id=Message.origin_id,
    )
    return has_blocker(place, Before.id < Delivery.id)


def pull_next_steps(ended: Sequence[int] | Select[int]) -> int:
    """Let the next contact go now for the people whose deliveries these were, or still are.

    One in its quiet hours still waits for their end, one behind another message for that one.

    Returns:
        how many rows were pulled forward.
    """
    if not isinstance(ended, Select) and not ended:
        return 0
    at = literal(now(), UTCDateTime())
    wanted = case((Delivery.deferred_until > at, Delivery.deferred_until), else_=at)
    sooner = (
        update(Delivery)
        .where(Delivery.id.in_(_next_steps(ended)), Delivery.wanted_at > at)
        .values(wanted_at=wanted, due_at=case((Delivery.due_at == DISTANT, DISTANT), else_=wanted))
    )
    return db.session.execute(sooner, execution_options=NO_SYNC).rowcount  # type: ignore[attr-defined,no-any-return]


def _next_steps(ended: Sequence[int] | Select[int]) -> Select[int]:
    """Return the queued rows that are next in line after each of these, for the same person."""
    past, following, between = aliased(Delivery), aliased(Delivery), aliased(Delivery)

    def same_ladder(row: Any) -> ColumnElement[bool]:
        return and_(
            row.message_id == past.message_id,
            row.person_id == past.person_id,
            row.step > past.step,
            state_is(row, "queued"),
        )

    nearer = select(literal(1)).where(same_ladder(between), between.step < following.step).exists()
    return (
        select(following.id)
        .join(past, same_ladder(following))
        .where(past.id.in_(ended), ~nearer.correlate(past, following))
    )
