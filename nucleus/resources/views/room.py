"""The room's blueprint, and how its doors find what they are about."""

from flask import Blueprint, abort, url_for

from nucleus.people.policy import who
from nucleus.resources import policy, queries
from nucleus.resources.models import Resource

resources = Blueprint("resources", __name__, url_prefix="/resources")


def find_resource(resource_id: int) -> Resource:
    """Return a place whoever is here may know of; any other looks as if it did not exist."""
    resource = queries.resource_by_id(resource_id)
    if resource is None or not policy.may_see_resource(resource):
        abort(404)
    return resource


def find_resource_to_keep(resource_id: int) -> Resource:
    """Return a place whoever is here may change."""
    resource = find_resource(resource_id)
    if not policy.may_edit_resource(who(), resource):
        abort(404)
    return resource


def page_of(resource: Resource) -> str:
    """Return the address of a place's page."""
    return url_for("resources.show_resource", resource_id=resource.id)
