"""Who is here and what they were trusted with."""

from typing import cast

from flask import g, has_request_context
from flask_login import current_user
from sqlalchemy import or_, select

from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.people.models import Person, Role, RoleGrant

Grants = frozenset[tuple[str, int | None]]


def present() -> Person | None:
    """Return the signed-in person, or `None` for a visitor."""
    person_id = getattr(current_user, "person_id", None) if has_request_context() else None
    person = db.session.get(Person, person_id) if person_id else None
    return person if person and person.stopped_at is None else None


def who() -> Person:
    """Return the signed-in person on a page whose policy has let only such people in."""
    return cast(Person, present())


def is_signed_in() -> bool:
    """Say whether somebody is signed in."""
    return present() is not None


def grants_of(person_id: int) -> Grants:
    """Return the live roles of a person as (role, organisation or None for all)."""
    today = clock.local(clock.now(), settings().time_zone).date()
    live = select(RoleGrant.role, RoleGrant.organisation_id).where(
        RoleGrant.person_id == person_id,
        or_(RoleGrant.until.is_(None), RoleGrant.until >= today),
    )
    return frozenset((role, organisation) for role, organisation in db.session.execute(live))


def my_grants() -> Grants:
    """Return the roles of whoever is here, read once a request."""
    person = present()
    if person is None:
        return frozenset()
    if g.get("grants_of") != person.id:
        g.grants_of, g.grants = person.id, grants_of(person.id)
    return cast(Grants, g.grants)


def has_role(*roles: str, organisation: int | None = None) -> bool:
    """Say whether whoever is here holds one of the roles (in that organisation, if given)."""
    return any(
        role in roles and (organisation is None or scope is None or scope == organisation)
        for role, scope in my_grants()
    )


def is_coordinator() -> bool:
    """Say whether whoever is here coordinates any organisation."""
    return has_role(Role.COORDINATOR)
