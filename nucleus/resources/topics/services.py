"""Verbs about a handful of facts: change them as far as they are known, confirm them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.resources import revisions
from nucleus.resources.drafts import Seen
from nucleus.resources.models import FIELD_GROUPS, Resource
from nucleus.resources.services import (
    GROUP_OF,
    Occasion,
    edit_resource,
    move_resource,
    note_look,
    subject_of,
)


@dataclass(frozen=True, kw_only=True)
class Knowing:
    """Who says how facts are: how they know (`call`, `visit`, `web`, or nothing), and why now."""

    actor: int
    how: str = ""
    why: str | None = None


def apply_facts(resource: Resource, facts: Mapping[str, Any], known: Knowing) -> None:
    """Change facts, given as a revision keeps them; those that were checked are confirmed."""
    was_at = None
    if said := revisions.whereabouts(facts):
        was_at = move_resource(resource, said, by=known.actor)
    moment = now()
    seen = Seen(moment, moment if known.how else None, known.how or "suggestion")
    occasion = Occasion(known.actor, why=known.why, seen=seen)
    columns, spoken = revisions.read_back(facts), facts.get("languages")
    edit_resource(resource, columns, languages=spoken, was_at=was_at, occasion=occasion)
    if known.how:
        confirm_groups(resource, groups_of(facts), actor=known.actor, how=known.how)


def edit_group(resource: Resource, topic: str, facts: Mapping[str, Any], *, known: Knowing) -> None:
    """Change one handful of facts by a short form; what was checked and stays is confirmed too."""
    apply_facts(resource, facts, known)
    if known.how and topic in FIELD_GROUPS:
        confirm_groups(resource, [topic], actor=known.actor, how=known.how)
    journal.write("resources.edit_group", subject_of(resource), actor=known.actor, how=known.how)


def confirm_groups(
    resource: Resource, groups: Iterable[str], *, actor: int | None, how: str
) -> None:
    """Note that these groups of facts are as the map says them."""
    moment = now()
    for group in groups:
        note_look(resource, group, Seen(moment, moment, how), by=actor)


def groups_of(names: Iterable[str]) -> set[str]:
    """Return the groups of facts that these columns belong to."""
    return {GROUP_OF.get(name, "existence") for name in names}
