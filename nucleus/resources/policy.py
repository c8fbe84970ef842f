"""Who may know of a place that helps, and who keeps its facts true."""

from nucleus.people.models import Role
from nucleus.people.policy import has_role, is_coordinator, is_signed_in
from nucleus.resources.models import Resource

FINDABLE = ("proposed", "verified")
"""States in which a place is found; a suspended or retired one helps nobody today."""


def my_visibilities() -> tuple[str, ...]:
    """Return the circles whoever is here belongs to, from the widest in."""
    circles = ["public"]
    if is_signed_in():
        circles.append("members")
    if has_role(Role.RESPONDER, Role.COORDINATOR):
        circles.append("responders")
    if has_role(Role.COORDINATOR):
        circles.append("coordinators")
    return tuple(circles)


def may_see_resource(resource: Resource) -> bool:
    """Say whether whoever is here may know that this place exists."""
    if is_coordinator():
        return True
    return resource.visibility in my_visibilities() and resource.state in FINDABLE


def may_see_exact_place() -> bool:
    """Say whether whoever is here may know where a confidential place really is.

    Coordinators alone: they send people there one by one. Everyone else is shown its public
    point, on every page and in every file.
    """
    return is_coordinator()


def may_list_resource() -> bool:
    """Say whether whoever is here keeps the list of places."""
    return is_coordinator()


def may_add_resource() -> bool:
    """Say whether whoever is here may add a place."""
    return is_coordinator()


def may_edit_resource(resource: Resource | None = None) -> bool:
    """Say whether whoever is here may change a place: coordinators, each their organisation's."""
    owner = resource.organisation_id if resource else None
    return has_role(Role.COORDINATOR, organisation=owner)
