"""The room's blueprint, and how its doors find what they are about."""

from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

from flask import Blueprint, abort, redirect, request, session, url_for

from nucleus.ground import i18n
from nucleus.people.policy import who
from nucleus.resources import policy, queries
from nucleus.resources.models import Resource

P = ParamSpec("P")
R = TypeVar("R")
resources = Blueprint("resources", __name__, url_prefix="/resources")


def find_resource(resource_id: int) -> Resource:
    """Return a place whoever is here may know of; any other looks as if it did not exist."""
    resource = queries.resource_by_id(resource_id)
    if resource is not None and resource.merged_into_id:
        lead_on(queries.surviving(resource))
    if resource is None or not policy.may_see_resource(resource):
        abort(404)
    return resource


def lead_on(survivor: Resource) -> NoReturn:
    """Lead from an entry that was merged to the one that stayed, if that may be known of."""
    if not policy.may_see_resource(survivor):
        abort(404)
    if request.method != "GET" or request.endpoint is None:
        abort(redirect(page_of(survivor), 303))
    args = {**(request.view_args or {}), "resource_id": survivor.id}
    abort(redirect(url_for(request.endpoint, **args)))


def find_resource_to_keep(resource_id: int) -> Resource:
    """Return a place whoever is here may change."""
    resource = find_resource(resource_id)
    if not policy.may_edit_resource(who(), resource):
        abort(404)
    return resource


def page_of(resource: Resource) -> str:
    """Return the address of a place's page."""
    return url_for("resources.show_resource", resource_id=resource.id)


def for_anybody(view: Callable[P, R]) -> Callable[P, R]:
    """Speak every language of messages, also where the house speaks Italian and English only.

    Whoever stands before a closed door may read nothing else; these few pages are whole in all.
    """

    @wraps(view)
    def spoken(*args: P.args, **kwargs: P.kwargs) -> R:
        with i18n.speaking(i18n.behind_link(session.get("language"))):
            return view(*args, **kwargs)

    return spoken
