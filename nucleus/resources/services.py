"""Verbs that change the places that help."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from nucleus.ground import journal, signals
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.resources.models import FIELD_GROUPS, Freshness, Resource, ResourceLanguage
from nucleus.resources.terms import CATEGORIES, SCHEME

GROUP_OF = {
    "hours": "hours",
    "hours_words": "hours",
    "hours_unsure": "hours",
    "by_appointment": "hours",
    "phones": "phone",
    "email": "phone",
    "web": "phone",
    "place_id": "address",
    "how_to_get_in": "address",
}
"""Which group of facts a column belongs to; all others speak of what the place is."""


def ensure_categories() -> None:
    """Add the starter categories that are not there yet; changed labels are left alone."""
    there = set(db.session.scalars(select(Term.code).where(Term.scheme == SCHEME)))
    db.session.add_all(
        Term(
            scheme=SCHEME,
            code=one.code,
            labels={"it": one.it, "en": one.en},
            synonyms=list(one.synonyms),
        )
        for one in CATEGORIES
        if one.code not in there
    )
    db.session.flush()


def add_resource(
    facts: Mapping[str, Any],
    *,
    languages: Iterable[str] = (),
    actor: int | None = None,
    how: str = "owner",
) -> Resource:
    """Add a place from its columns; somebody who types it in has thereby looked at it."""
    moment = now()
    resource = Resource(created_at=moment, changed_at=moment, **facts)
    resource.languages = [ResourceLanguage(language=code) for code in sorted(set(languages))]
    resource.freshness = [
        Freshness(field_group=group, looked_at=moment, by_id=actor, how=how)
        for group in FIELD_GROUPS
        if group != "capacity"
    ]
    db.session.add(resource)
    db.session.flush()
    index_words(resource)
    journal.write("resources.add_resource", subject_of(resource), actor=actor, how=how)
    return resource


def edit_resource(
    resource: Resource,
    facts: Mapping[str, Any],
    *,
    languages: Iterable[str] | None = None,
    moved: bool = False,
    actor: int | None = None,
) -> set[str]:
    """Change what differs and return its names; *moved* when its place was changed already."""
    changed = {name for name, value in facts.items() if getattr(resource, name) != value}
    for name in changed:
        setattr(resource, name, facts[name])
    if languages is not None and _set_languages(resource, set(languages)):
        changed.add("languages")
    if moved:
        changed.add("place_id")
    if changed:
        note_change(resource, changed, actor=actor)
    db.session.flush()
    db.session.expire(resource, ["place", "category"])
    index_words_at(resource)
    return changed


def note_change(resource: Resource, changed: set[str], *, actor: int | None) -> None:
    """Note that facts changed; whoever had confirmed the old ones did not confirm the new."""
    resource.changed_at = now()
    for group in {GROUP_OF.get(name, "existence") for name in changed}:
        fresh = _group(resource, group)
        fresh.looked_at, fresh.by_id = resource.changed_at, actor
        fresh.how = "owner" if actor else "import"
        fresh.confirmed_at = resource.changed_at if actor else None
    facts = sorted(changed)
    journal.write("resources.edit_resource", subject_of(resource), actor=actor, changed=facts)
    signals.resource_changed.send(resource.id)


def verify_resource(resource: Resource, *, actor: int, how: str) -> None:
    """Note that a person checked all facts today, by `call`, `visit` or `web`."""
    moment = now()
    for group in FIELD_GROUPS:
        fresh = _group(resource, group)
        fresh.looked_at = fresh.confirmed_at = moment
        fresh.by_id, fresh.how = actor, how
    if resource.state != "verified":
        move(resource, "verified")
    journal.write("resources.verify_resource", subject_of(resource), actor=actor, how=how)


def retire_resource(resource: Resource, *, actor: int) -> None:
    """Take a place out for good; plans that name it learn of it."""
    move(resource, "retired")
    resource.changed_at = now()
    journal.write("resources.retire_resource", subject_of(resource), actor=actor)
    signals.resource_changed.send(resource.id)


def index_words(resource: Resource) -> None:
    """Write anew what a text search looks through; of a confidential place never the address."""
    place, category = resource.place, db.session.get(Term, resource.category_id)
    parts: list[str | None] = [resource.name, resource.what, resource.who_for]
    if category:
        parts += [*category.labels.values(), *category.synonyms]
    if place:
        parts.append(place.comune)
    if place and not place.hidden:
        parts += [place.address, place.label]
    resource.search_text = plain(" ".join(part for part in parts if part))


def index_words_at(resource: Resource) -> None:
    """Write the words anew for every service at the same place: it may be confidential now."""
    index_words(resource)
    if resource.place_id:
        here = select(Resource).where(Resource.place_id == resource.place_id)
        for neighbour in db.session.scalars(here):
            index_words(neighbour)


def subject_of(resource: Resource) -> str:
    """Return how the journal names this place."""
    return f"resource:{resource.id}"


def _set_languages(resource: Resource, wanted: set[str]) -> bool:
    spoken = {row.language for row in resource.languages}
    resource.languages = [row for row in resource.languages if row.language in wanted] + [
        ResourceLanguage(language=code) for code in sorted(wanted - spoken)
    ]
    return spoken != wanted


def _group(resource: Resource, group: str) -> Freshness:
    for fresh in resource.freshness:
        if fresh.field_group == group:
            return fresh
    fresh = Freshness(field_group=group, looked_at=now(), how="owner")
    resource.freshness.append(fresh)
    return fresh
