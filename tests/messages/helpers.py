"""What the promises of the post office share: short drafts and a look at the rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, null, select

from nucleus.ground.database import db
from nucleus.messages.models import ALERT, Delivery
from nucleus.messages.services import Draft
from nucleus.people.models import ContactPoint, Person

TEXTS = {
    "it": {"subject": "Serve una mano", "body": "Puoi venire a Teverola?", "short": "Apri"},
    "en": {"subject": "A hand is needed", "body": "Can you come to Teverola?", "short": "Open"},
}


def draft(kind: str = "call", **more: Any) -> Draft:
    """Return a message of matter 12, unless told otherwise."""
    told: dict[str, Any] = {"texts": TEXTS, "origin": "matter", "origin_id": 12}
    return Draft(**(told | {"kind": kind, "thread": "A-1001", "priority": ALERT} | more))


def to(*people: int) -> Select[Any, Any]:
    """Return these people as a sender's audience; the link is for the person's own number."""
    if not people:
        return select(Person.id, null()).where(Person.id < 0)
    return select(Person.id, Person.id + 500).where(Person.id.in_(people))


def rows(**where: Any) -> Sequence[Delivery]:
    """Return the deliveries with these values, oldest message first, then by step."""
    found = select(Delivery).filter_by(**where)
    ordered = found.order_by(Delivery.message_id, Delivery.person_id, Delivery.step)
    return db.session.scalars(ordered).all()


def point_of(person: int, channel: str) -> ContactPoint:
    """Return a person's contact of a channel."""
    mine = select(ContactPoint).filter_by(person_id=person, channel=channel)
    return db.session.scalars(mine).one()
