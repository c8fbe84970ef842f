"""What the doors for programs share: their blueprint, and the one way to find a place."""

from typing import cast

from maps.exports import UID
from nucleus.accounts.gate import Program, program, token_may
from nucleus.ground.api import RoomApi
from nucleus.ground.problems import Problem
from nucleus.resources.models import Resource
from nucleus.resources.policy import FINDABLE
from nucleus.resources.queries import resources_by_uid

bp = RoomApi("maps_api", __name__, description="Places that help, as any visitor may see them.")
ONE = "/resources/<string(maxlength=64):uid>"
write = token_may("resources:write")


def caller() -> Program:
    """Return who calls, behind a door that has let only programs in."""
    return cast(Program, program())


def found(uid: str) -> Resource:
    """Return the place of this name, if a visitor may know of it; raise `Problem` 404."""
    known = UID.fullmatch(uid) is not None  # a database may refuse what no name holds
    resource = resources_by_uid({uid}).get(uid) if known else None
    if resource is None or not is_public(resource):
        raise Problem(404, "No such place is in the public list.", todo="See /api/v1/resources.")
    return resource


def is_public(resource: Resource) -> bool:
    """Say whether a visitor may know of a place."""
    return resource.visibility == "public" and resource.state in FINDABLE
