"""Reads about people."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from nucleus.ground import clock
from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.people.models import ContactPoint, Person, Role, RoleGrant, SpokenLanguage


def contact_points_of(person_id: int) -> Sequence[ContactPoint]:
    """Return the ways to reach a person that are in use, first to try first."""
    mine = select(ContactPoint).where(
        ContactPoint.person_id == person_id, ContactPoint.retired_at.is_(None)
    )
    return db.session.scalars(mine.order_by(ContactPoint.rank, ContactPoint.id)).all()


def contact_point_at(channel: str, address: str) -> Sequence[ContactPoint]:
    """Return the contact points in use with exactly this tidied address."""
    mark = ring().fingerprint(f"address:{channel}", address)
    same = select(ContactPoint).where(
        ContactPoint.channel == channel,
        ContactPoint.fingerprint == mark,
        ContactPoint.retired_at.is_(None),
    )
    return db.session.scalars(same).all()


def languages_of(person_id: int) -> list[str]:
    """Return the languages a person can help in."""
    mine = select(SpokenLanguage.language).where(SpokenLanguage.person_id == person_id)
    return list(db.session.scalars(mine.order_by(SpokenLanguage.language)))


def people_with_role(role: Role, organisation: int | None = None) -> Sequence[Person]:
    """Return who holds a role now (in that organisation or in all), oldest grant first."""
    today = clock.local(clock.now(), settings().time_zone).date()
    holding = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == role,
            or_(RoleGrant.until.is_(None), RoleGrant.until >= today),
            Person.stopped_at.is_(None),
            *_within(organisation),
        )
        .order_by(RoleGrant.id)
    )
    return db.session.scalars(holding).unique().all()


def _within(organisation: int | None) -> list[ColumnElement[bool]]:
    """Return the condition that a grant holds in an organisation; none when any will do."""
    if organisation is None:
        return []
    everywhere = RoleGrant.organisation_id.is_(None)
    return [or_(everywhere, RoleGrant.organisation_id == organisation)]
