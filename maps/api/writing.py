"""Doors through which programs tell what their own lists say of places, and confirm facts."""

from typing import Any

from maps.api import schemas
from maps.api.doors import ONE, bp, caller, found, is_public, write
from maps.api.showing import Shown, resource_shown
from maps.lists import telling
from maps.lists.telling import NotTaken, Said
from nucleus.ground.problems import Problem
from nucleus.resources import services


@bp.door(
    "POST", "/resources", policy=write, takes=schemas.ResourceSent, gives=schemas.TakenShown
)  # fmt: skip
def tell_resource(sent: dict[str, Any]) -> Shown:
    """Take in what a list says of one place: a new one, or only the facts that are sent."""
    said = Said(sent.pop("source"), sent.pop("id"), sent)
    try:
        told = telling.tell_resource(said, actor=caller().person, home=caller().organisation)
    except NotTaken as cause:
        errors = [(f"/{word}" if word else "", words) for word, words in cause.reasons]
        raise Problem(cause.status, cause.reasons[0][1], errors=errors) from None
    row = told.resource
    return {
        "outcome": str(told.outcome),
        "uid": row.uid,
        "remarks": [{"field": one.column, "words": one.words} for one in told.remarks],
        "resource": resource_shown(row) if is_public(row) else None,
    }


@bp.door(
    "POST", ONE + "/confirm", policy=write, takes=schemas.ConfirmSent, gives=schemas.ResourceShown
)  # fmt: skip
def confirm_resource(sent: dict[str, Any], uid: str) -> Shown:
    """Note that somebody looked and these facts are true today; everybody sees it as a badge."""
    row = found(uid)
    if not telling.is_ours(row, caller().organisation):
        raise Problem(403, "Another association keeps this place.", todo="Ask them to confirm it.")
    groups = sent.get("groups")
    services.verify_resource(row, actor=caller().person, how=sent["how"], groups=groups)
    return resource_shown(row)
