"""Who may know of a place that helps, and who keeps its facts true."""

from flask import g, has_request_context
from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.people.models import Person, Role
from nucleus.people.policy import grants_of, has_role, is_signed_in, my_grants, present
from nucleus.resources.models import OrganisationArea, Resource
from nucleus.resources.reach import Patch, Reach, reach_of_grants

FINDABLE = ("proposed", "verified")
"""States in which a place is found; a suspended or retired one helps nobody today."""

_AREAS = select(
    OrganisationArea.organisation_id, OrganisationArea.comune, OrganisationArea.province
).order_by(OrganisationArea.id)


def my_visibilities() -> tuple[str, ...]:
    """Return the circles whoever is here belongs to, from the widest in."""
    circles = ["public"]
    if is_signed_in():
        circles.append("members")
    if has_role(Role.RESPONDER, Role.COORDINATOR, Role.ADMINISTRATOR):
        circles.append("responders")
    if may_list_resource():
        circles.append("coordinators")
    return tuple(circles)


def may_see_resource(resource: Resource) -> bool:
    """Say whether whoever is here may know that this place exists."""
    if may_list_resource():
        return True
    return resource.visibility in my_visibilities() and resource.state in FINDABLE


def may_see_exact_place() -> bool:
    """Say whether whoever is here may know where a confidential place really is.

    Those alone who keep the list: they send people there one by one, and mend its address.
    Everyone else is shown its public point, on every page and in every file.
    """
    return may_list_resource()


def may_list_resource() -> bool:
    """Say whether whoever is here keeps the list of places: coordinators and administrators."""
    return has_role(Role.COORDINATOR, Role.ADMINISTRATOR)


def may_add_resource() -> bool:
    """Say whether whoever is here may add a place."""
    return may_list_resource()


def may_change_area() -> bool:
    """Say whether whoever is here says which organisation looks after which towns."""
    return has_role(Role.ADMINISTRATOR)


def may_edit_resource(person: Person | None, resource: Resource) -> bool:
    """Say whether a person may change a place; who may not can still suggest a change.

    Coordinators change the places of their own organisation, and those without one inside its
    area; an organisation without an area looks after every place without one. Administrators
    change everything.
    """
    return reach_of(person).holds_place(resource)


def reach_of(person: Person | None) -> Reach:
    """Return what a person looks after; of whoever is here only what this session counts."""
    if person is None:
        return Reach()
    if not has_request_context() or person is not present():
        return reach_of_grants(grants_of(person.id), areas())
    grants = my_grants()
    if g.get("reach_of_grants") != grants:
        g.reach_of_grants, g.reach = grants, reach_of_grants(grants, areas())
    found: Reach = g.reach
    return found


def reach_of_id(person: int) -> Reach:
    """Return what a person looks after, for work that goes on when they have left the page."""
    return reach_of_grants(grants_of(person), areas())


def reach_of_organisation(organisation: int) -> Reach:
    """Return what an association's own program looks after: what its coordinators do."""
    return reach_of_grants(frozenset({(Role.COORDINATOR, organisation)}), areas())


def my_reach() -> Reach:
    """Return what whoever is here looks after."""
    return reach_of(present())


def keeper_of_new(comune: str | None, province: str | None) -> int | None:
    """Return which organisation keeps a place that whoever is here adds there.

    None keeps what lies in its adder's area. Outside of it the adder's own organisation does,
    or they could not mend what they have just typed.
    """
    reach = my_reach()
    if reach.holds(None, comune, province):
        return None
    return min(reach.organisations, default=None)


def areas() -> list[tuple[int, Patch]]:
    """Return every part of every organisation's area; a few rows."""
    rows = db.session.execute(_AREAS)
    return [(owner, Patch(comune, province)) for owner, comune, province in rows]
