"""Whom a message can reach: every usable contact of a person, in the order they are tried."""

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, or_, select, true

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.people.models import SENDING, Channel, ContactPoint, Organisation, Person

To = Select[Any, Any]
Ladder = Select[int, int | None, int, str, int, int | None]
PROVEN = timedelta(days=60)


def ladder(to: To, *conditions: ColumnElement[bool], drill: bool) -> Ladder:
    """Return (person, link subject, contact, channel, step, own pace) of every usable contact.

    Args:
        to: (person id, row the link is for or `None`).
        *conditions: what else must hold of a contact or its person.
        drill: leave out what a drill must never reach.
    """
    given = to.subquery()
    person, subject = list(given.c)[:2]
    asked = (
        select(person.label("person_id"), cast(func.min(subject), BigInteger).label("subject"))
        .group_by(person)
        .subquery()
    )
    stale = case((ContactPoint.proven_at >= now() - PROVEN, 0), else_=1)
    # What nothing has proven for 60 days comes after all that was, whatever its rank.
    order = (stale, ContactPoint.rank, ContactPoint.id)
    step = func.row_number().over(partition_by=asked.c.person_id, order_by=order)
    return (
        select(
            asked.c.person_id,
            asked.c.subject,
            ContactPoint.id,
            ContactPoint.channel,
            step,
            Person.step_seconds,
        )
        .join(ContactPoint, ContactPoint.person_id == asked.c.person_id)
        .join(Person, Person.id == asked.c.person_id)
        .where(
            Person.stopped_at.is_(None),
            ContactPoint.verified_at.is_not(None),
            ContactPoint.retired_at.is_(None),
            ContactPoint.channel.in_(SENDING),
            _is_inside() if drill else true(),
            *conditions,
        )
    )


def is_spared_by_drills(point: ContactPoint) -> bool:
    """Say whether a contact is a partner's or another program's, where a drill looks earnest."""
    mine = select(ContactPoint.id).join(Person).where(ContactPoint.id == point.id, _is_inside())
    return db.session.scalar(mine) is None


def _is_inside() -> ColumnElement[bool]:
    """Say whether a contact is a person's of our own; a program or a partner may act on a drill."""
    ours = select(Organisation.id).where(Organisation.own)
    home = or_(Person.organisation_id.is_(None), Person.organisation_id.in_(ours))
    return and_(ContactPoint.channel != Channel.WEBHOOK, home)
