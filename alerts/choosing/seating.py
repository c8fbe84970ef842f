"""Who of those coming fills which need, read from the rows for the pure matching."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select, update

from alerts.choosing import matching
from alerts.choosing.audience import fits, fits_one_of
from alerts.models import Alert, Need, Recipient
from nucleus.ground.database import db
from nucleus.ground.lifecycle import WrongMove, may_follow
from nucleus.roster.models import Responder


@dataclass(frozen=True, slots=True)
class Chance:
    """How it stands with the places when one more person says yes.

    Attributes:
        is_open: this person can be taken without sending anybody away.
        closes_a_way: once they are, somebody else can be taken no more.
    """

    is_open: bool
    closes_a_way: bool


def hold(alert_id: int) -> Alert:
    """Take the alert for this transaction: whoever else answers or asks waits their turn.

    PostgreSQL locks the row; on SQLite a changing transaction holds the one write lock already.
    What was read of its recipients before is read again.
    """
    taken = select(Alert).where(Alert.id == alert_id).with_for_update(of=Alert)
    alert = db.session.scalars(taken, execution_options={"populate_existing": True}).one()
    forget_read_recipients()
    return alert


def shift(
    alert: Alert, old: str, new: str, *conditions: ColumnElement[bool], **facts: Any
) -> list[int]:
    """Move all recipients of an alert in one state (and these conditions) to another.

    Returns:
        the ids of those who were moved.

    Raises:
        WrongMove: the lifecycle does not know the step.
    """
    if not may_follow("recipient.state", old, new):
        raise WrongMove(f"recipient.state can't go from {old} to {new}")
    moved = (
        update(Recipient)
        .where(Recipient.alert_id == alert.id, Recipient.state == old, *conditions)
        .values(state=new, **facts)
        .returning(Recipient.id)
    )
    ids = db.session.scalars(moved, execution_options={"synchronize_session": False}).all()
    forget_read_recipients()
    return sorted(ids)


def forget_read_recipients() -> None:
    """Read recipients again when they are next looked at: a statement has changed them."""
    db.session.flush()
    for row in list(db.session.identity_map.values()):
        if isinstance(row, Recipient):
            db.session.expire(row)


def needs_of(alert: Alert) -> list[Need]:
    """Return the needs of an alert, the rarest kind of person first."""
    return sorted(alert.needs, key=lambda n: (n.language is None, n.competence_id is None, n.id))


def places(alert: Alert) -> dict[int, int]:
    """Return need → how many people it asks for, the rarest first."""
    return {need.id: need.count for need in needs_of(alert)}


def coming(alert: Alert) -> dict[int, frozenset[int]]:
    """Return recipient → the needs they could fill, for everybody who is counted on.

    That is who said yes, but for those who did not come in time.
    """
    return _fits_of(alert, _is_counted_on())


def open_places(alert: Alert) -> dict[int, int]:
    """Return need → how many places are still free, without needs that are met."""
    return matching.open_places(coming(alert), places(alert))


def filled_places(alert: Alert) -> Mapping[int, int]:
    """Return need → how many of its places are filled."""
    return matching.filled(coming(alert), places(alert))


def ways_in(alert: Alert) -> list[Need]:
    """Return the needs through which one more person could still be taken; none when full."""
    ways = matching.ways_in(coming(alert), places(alert))
    return [need for need in needs_of(alert) if need.id in ways]


def could_fill(needs: Iterable[Need]) -> ColumnElement[bool]:
    """Return the condition that a `Recipient` could fill one of the needs.

    Somebody of the person's own circle fits whatever is needed: they were chosen by name.
    """
    needs = list(needs)
    if not needs:
        return literal(value=False)
    able = select(Responder.person_id).where(fits_one_of(needs))
    return or_(Recipient.circle, Recipient.person_id.in_(able))


def chance_of(recipient: Recipient, alert: Alert) -> Chance:
    """Return how it stands with the places when this person, who is not counted yet, comes.

    One question for all of them: an answer holds the alert, and others wait behind it.
    """
    with db.session.no_autoflush:  # what waits to be written is about this person alone
        fits = _fits_of(alert, or_(_is_counted_on(), Recipient.id == recipient.id))
    own, free = fits.pop(recipient.id), places(alert)
    before = matching.ways_in(fits, free)
    after = matching.ways_in({**fits, recipient.id: own}, free)
    return Chance(is_open=bool(own & before), closes_a_way=after != before)


def _is_counted_on() -> ColumnElement[bool]:
    return and_(Recipient.state == "accepted", Recipient.missed_at.is_(None))


def _fits_of(alert: Alert, who: ColumnElement[bool]) -> dict[int, frozenset[int]]:
    needs = needs_of(alert)
    asked = (
        select(Recipient.id, Recipient.circle, *(fits(need) for need in needs))
        .outerjoin(Responder, Responder.person_id == Recipient.person_id)
        .where(Recipient.alert_id == alert.id, who)
        .order_by(Recipient.answered_at, Recipient.id)
    )
    return {row[0]: _filled_by(needs, row[1], row[2:]) for row in db.session.execute(asked)}


def _filled_by(needs: list[Need], circle: bool, able: Iterable[Any]) -> frozenset[int]:
    return frozenset(need.id for need, fit in zip(needs, able, strict=True) if fit or circle)
