"""An answer proves that a contact reaches its person: no drill is needed for it that month."""

from sqlalchemy import select

from alerts.models import Recipient
from alerts.telling.posting import ORIGIN, TO_RECIPIENTS
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import ContactPoint


def prove_contact(recipient: Recipient, contact: int | None) -> None:
    """Note that somebody asked has answered by themselves, through this contact of theirs."""
    point = db.session.get(ContactPoint, contact) if contact else None
    if point is not None and point.person_id == recipient.person_id and point.retired_at is None:
        point.proven_at = max(now(), point.proven_at or now())


def last_reached(recipient: Recipient) -> int | None:
    """Return the contact that must have brought an answer by link: the one reached last.

    The link is the same on all of them. A copy that is still on its way, or of which nobody knows
    whether it arrived, counts only when there is no other.
    """
    got = (
        select(Delivery.contact_point_id)
        .join(Message, Message.id == Delivery.message_id)
        .where(
            Message.origin == ORIGIN,
            Message.origin_id == recipient.alert_id,
            Message.kind.in_(TO_RECIPIENTS),
            Delivery.person_id == recipient.person_id,
            Delivery.copies > 0,
            Delivery.state.in_(("sent", "leased")),
            Delivery.undelivered_at.is_(None),
        )
        .order_by(
            Delivery.state.desc(), Delivery.unsure, Delivery.settled_at.desc(), Delivery.id.desc()
        )
    )
    return db.session.scalars(got.limit(1)).first()
