"""Who is here and what they were trusted with.

Two facts of the session weigh beside the grants. The roles that see or move other people
(`GUARDED`) count only after a second factor, in every room at once; and a page that opens
something delicate asks that its reader proved a moment ago who they are. A policy that fails
only for want of one of them leaves a note in `g`, by which the door keeper knows where to lead.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from flask import g, has_request_context, session
from flask_login import current_user
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import object_session

from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.knowing import once_a_page
from nucleus.ground.web import settings
from nucleus.people.models import Organisation, Person, Role, RoleGrant

Grants = frozenset[tuple[str, int | None]]
GUARDED = frozenset({Role.COORDINATOR, Role.KEEPER, Role.ADMINISTRATOR})
FRESH = timedelta(minutes=5)
FRESH_AT_MOST = timedelta(minutes=60)

_LIVE_GRANTS = select(RoleGrant.role, RoleGrant.organisation_id).where(
    RoleGrant.person_id == bindparam("person"),
    or_(RoleGrant.until.is_(None), RoleGrant.until >= bindparam("today")),
)


def present() -> Person | None:
    """Return the signed-in person, or `None` for a visitor."""
    if not has_request_context():
        return None
    person_id = getattr(current_user, "person_id", None)
    known: int | None
    held: Person | None
    known, held = g.get("person_here", (None, None))  # a page asks some fifty times
    if held is None or known != person_id or object_session(held) is None:
        held = db.session.get(Person, person_id) if person_id else None
        g.person_here = person_id, held
    return held if held and held.stopped_at is None else None


def who() -> Person:
    """Return the signed-in person on a page whose policy has let only such people in."""
    return cast(Person, present())


def is_signed_in() -> bool:
    """Say whether somebody is signed in."""
    return present() is not None


def grants_of(person_id: int) -> Grants:
    """Return the live roles of a person as (role, organisation or None for all)."""
    today = clock.local(clock.now(), settings().time_zone).date()
    live = db.session.execute(_LIVE_GRANTS, {"person": person_id, "today": today})
    return frozenset((role, organisation) for role, organisation in live)


_grants_now = once_a_page(grants_of)


def all_my_grants() -> Grants:
    """Return the roles of whoever is here, second factor or not; a page reads them once."""
    person = present()
    return frozenset() if person is None else _grants_now(person.id)


def my_grants() -> Grants:
    """Return the roles that count in this session: the guarded ones ask for a second factor."""
    grants = all_my_grants()
    if grants and "second_factor_at" not in session:
        return frozenset(grant for grant in grants if grant[0] not in GUARDED)
    return grants


def has_role(*roles: str, organisation: int | None = None) -> bool:
    """Say whether whoever is here holds one of the roles (in that organisation, if given)."""
    if _any_of(my_grants(), roles, organisation):
        return True
    if _any_of(all_my_grants(), roles, organisation):
        g.wants_second_factor = True
    return False


def _any_of(grants: Grants, roles: tuple[str, ...], organisation: int | None) -> bool:
    return any(
        role in roles and (organisation is None or scope is None or scope == organisation)
        for role, scope in grants
    )


def is_guarded(person_id: int) -> bool:
    """Say whether a person holds a role that asks for a second factor."""
    return any(role in GUARDED for role, _ in grants_of(person_id))


def is_fresh() -> bool:
    """Say whether whoever is here proved in the last five minutes who they are.

    It stands last in a policy: who is let in but for this is led to prove it and back.
    """
    if not is_signed_in():
        return False
    fresh = timedelta(0) <= clock.now() - _moment("fs_paa") <= FRESH
    if not fresh:
        g.wants_fresh = True
    return fresh


def stay_fresh() -> None:
    """Let a step on a delicate page count as presence, up to an hour after the real proof."""
    if clock.now() - _moment("proved_at") < FRESH_AT_MOST:
        session["fs_paa"] = clock.now().timestamp()


def _moment(fact: str) -> datetime:
    return datetime.fromtimestamp(session.get(fact, 0), UTC)


def is_coordinator() -> bool:
    """Say whether whoever is here coordinates any organisation."""
    return has_role(Role.COORDINATOR)


def is_administrator() -> bool:
    """Say whether whoever is here administers any organisation."""
    return has_role(Role.ADMINISTRATOR)


def my_organisations(*roles: Role) -> Sequence[Organisation]:
    """Return the own organisations in which whoever is here has one of these roles, by name."""
    scopes = {scope for role, scope in my_grants() if role in roles}
    own = select(Organisation).where(Organisation.own).order_by(Organisation.name)
    if None not in scopes:
        own = own.where(Organisation.id.in_(scopes))
    return db.session.scalars(own).all()


def coordinated_organisations() -> list[int]:
    """Return the ids of the organisations whoever is here coordinates."""
    scopes = [scope for role, scope in my_grants() if role == Role.COORDINATOR]
    if None in scopes:
        return list(db.session.scalars(select(Organisation.id)))
    return [scope for scope in scopes if scope is not None]
