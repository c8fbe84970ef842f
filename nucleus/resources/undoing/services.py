"""Puts back what a change of a place replaced; the undoing is a change like any other."""

from collections.abc import Collection, Mapping
from typing import Any

from nucleus.ground import journal
from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.places.services import whereabouts_of
from nucleus.resources import revisions
from nucleus.resources.models import Resource, Revision
from nucleus.resources.services import (
    Occasion,
    change_state,
    edit_resource,
    move_resource,
    subject_of,
)


def undo_revision(revision: Revision, *, actor: int, only: Collection[str] | None = None) -> None:
    """Put back what one change replaced; the undoing is a change like any other.

    Args:
        revision: the change.
        actor: who puts it back.
        only: the facts to put back, whatever became of them since; all, if none was changed since.

    Raises:
        ChangedSince: one of all its facts was changed again since, and nothing was put back.
    """
    if only is None:
        revisions.refuse_if_changed_since(revision, revision.before)
    put_back(revision, revision.before if only is None else only, actor=actor)
    subject = subject_of(revision.resource)
    journal.write("resources.undo_revision", subject, actor=actor, id=revision.id)


def put_back(revision: Revision, names: Collection[str], *, actor: int) -> None:
    """Make some facts what they were before a change."""
    resource = revision.resource
    before = {name: value for name, value in revision.before.items() if name in names}
    state = before.pop("state", resource.state)
    if resource.state != "merged" and state != resource.state:  # a merge is taken apart, not undone
        change_state(resource, state, Occasion(actor, undoes=revision.id))
    if not before:
        return
    facts = revisions.read_back(before)
    was_at = _put_back_where(resource, before, actor) if "where" in before else None
    occasion = Occasion(actor, undoes=revision.id)
    languages = before.get("languages")
    edit_resource(resource, facts, languages=languages, was_at=was_at, occasion=occasion)


def _put_back_where(
    resource: Resource, before: Mapping[str, Any], actor: int
) -> dict[str, Any] | None:
    """Bring it back to the same row if that still says the same, else to the same address."""
    was, where = revisions.where_facts(resource.place), revisions.whereabouts(before)
    if where is None:
        resource.place = None
        return was
    row = db.session.get(Place, before["where"].get("place") or 0)
    if row and row is not resource.place and whereabouts_of(row) == where:
        resource.place = row
        return was
    return move_resource(resource, where, by=actor)
