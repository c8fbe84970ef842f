"""Lets a row of a list speak of a place we have from somebody else, as a person decided."""

from typing import Any

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.places.services import is_pinned_by_hand
from nucleus.resources.drafts import Draft, Seen
from nucleus.resources.importing.meeting import as_told
from nucleus.resources.importing.taking import kind_named
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.services import Occasion, edit_resource, move_resource
from nucleus.resources.terms import OTHER

NOTHING: tuple[object, ...] = (None, "", [], False, "unknown")
"""What says nothing: a list without a column for the phone does not say that there is none."""

OURS = ("visibility", "hours", "hours_words", "hours_unsure", "name", "category_id")
"""Facts that are looked at one by one."""

HOURS = ("hours", "hours_words", "hours_unsure")


def join_draft(
    resource: Resource, draft: Draft, *, source: str, actor: int, overwrites: bool
) -> None:
    """Make a list one of the sources of a place; its next file changes nothing by itself.

    Args:
        resource: the place we have.
        draft: the row that speaks of it.
        source: whose list it is.
        actor: who said that both are one.
        overwrites: whether what the row says counts more than what is here; else it only fills
            what nobody knew. Neither way does a row take anything away.
    """
    term = kind_named(draft.category)
    facts = {**draft.facts, "category_id": term.id}
    changes = _changes(resource, facts, overwrites=overwrites)
    if term.code == OTHER or not overwrites:
        changes.pop("category_id", None)
    was_at = _moved(resource, draft, overwrites=overwrites)
    told = as_told(draft, facts)
    uid = draft.foreign_uid(source)
    resource.sources.append(ForeignId(source=source, key=draft.key, uid=uid, told=told))
    spoken = draft.languages if overwrites or not resource.languages else ()
    occasion = Occasion(actor, source, seen=Seen(now()))
    edit_resource(resource, changes, languages=spoken or None, was_at=was_at, occasion=occasion)
    db.session.flush()


def _changes(resource: Resource, facts: dict[str, Any], *, overwrites: bool) -> dict[str, Any]:
    changes = {
        name: value
        for name, value in facts.items()
        if name not in OURS
        and value not in NOTHING
        and (overwrites or getattr(resource, name) in NOTHING)
    }
    if facts.get("hours_words") and (overwrites or not (resource.hours or resource.hours_words)):
        changes |= {name: facts[name] for name in HOURS}
    if overwrites:
        changes |= {"name": facts["name"], "category_id": facts["category_id"]}
    return changes


def _moved(resource: Resource, draft: Draft, *, overwrites: bool) -> dict[str, Any] | None:
    """Take over where it is, unless somebody put the pin by hand or it is a secret."""
    place, said = resource.place, draft.where
    if not (said.address or said.point):
        return None
    if place and (not overwrites or place.hidden or is_pinned_by_hand(place)):
        return None
    return move_resource(resource, said)
