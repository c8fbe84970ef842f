"""Verbs that change the places that help."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from nucleus.ground import journal, signals
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move
from nucleus.ground.models import Term
from nucleus.ground.words import spelt
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, add_place, change_place, whereabouts_of
from nucleus.resources import revisions
from nucleus.resources.drafts import Seen
from nucleus.resources.freshness import due_at
from nucleus.resources.hours import ITALY
from nucleus.resources.models import (
    FIELD_GROUPS,
    Freshness,
    Resource,
    ResourceLanguage,
    Revision,
    new_uid,
)
from nucleus.resources.queries import keepers_beside

GROUP_OF = {
    "hours": "hours",
    "hours_words": "hours",
    "hours_unsure": "hours",
    "emergency_hours": "hours",
    "emergency_until": "hours",
    "by_appointment": "hours",
    "phones": "phone",
    "phone_first": "phone",
    "email": "phone",
    "web": "phone",
    "where": "address",
    "how_to_get_in": "address",
    "capacity_unit": "capacity",
    "capacity_free": "capacity",
    "capacity_max": "capacity",
    "capacity_at": "capacity",
}
"""Which group of facts a column belongs to; all others speak of what the place is."""

SHUT_FOR = timedelta(days=30)
"""A place that is shut for now, nobody knows how long, is asked about again after a month."""

SEARCHED = ("name", "what", "who_for", "offered_by", "phones")
"""Facts in which a text search looks."""

LONGEST_NAME = 300
"""Letters of a name by which lists are ordered; an index of PostgreSQL refuses very long ones."""


@dataclass(frozen=True)
class Occasion:
    """On what occasion facts are changed: who, why, and which earlier change it takes back.

    `seen` says how well the new facts are known, when it is not "whoever types them knows".
    """

    actor: int | None = None
    why: str | None = None
    undoes: int | None = None
    looked_at: datetime | None = None
    seen: Seen | None = None

    def seen_at(self, moment: datetime) -> Seen:
        """Return how well the new facts are known."""
        if self.seen:
            return self.seen
        return Seen(moment, moment, "owner") if self.actor else Seen(self.looked_at or moment)


def add_resource(
    facts: Mapping[str, Any],
    *,
    languages: Iterable[str] = (),
    actor: int | None = None,
    how: str = "owner",
    looked_at: datetime | None = None,
) -> Resource:
    """Add a place from its columns; somebody who types it in has thereby looked at it.

    Args:
        facts: columns of the resource.
        languages: codes of the languages spoken there.
        actor: the person who adds it, for the journal.
        how: `owner` or `import`.
        looked_at: when the source says it looked last; now unless given.
    """
    seen = Seen(looked_at or now(), how=how)
    resource = new_resource(facts, languages=languages, seen=seen, actor=actor)
    db.session.add(resource)
    db.session.flush()
    index_words(resource)
    journal.write("resources.add_resource", subject_of(resource), actor=actor, how=how)
    return resource


def new_resource(
    facts: Mapping[str, Any],
    *,
    languages: Iterable[str],
    seen: Seen,
    actor: int | None = None,
) -> Resource:
    """Return a place that is in no transaction yet.

    Args:
        facts: columns of the resource.
        languages: codes of the languages spoken there.
        seen: who looked when.
        actor: the person who did.
    """
    moment = now()
    resource = Resource(created_at=moment, changed_at=moment, **facts)
    resource.uid, resource.state = resource.uid or new_uid(), resource.state or "proposed"
    if resource.capacity_unit:
        resource.capacity_at = resource.capacity_at or moment
    resource.languages = [ResourceLanguage(language=code) for code in sorted(set(languages))]
    for group in FIELD_GROUPS:
        if group != "capacity" or resource.capacity_unit:
            note_look(resource, group, seen, by=actor)
    return resource


def edit_resource(
    resource: Resource,
    facts: Mapping[str, Any],
    *,
    languages: Iterable[str] | None = None,
    was_at: dict[str, Any] | None = None,
    occasion: Occasion | None = None,
) -> set[str]:
    """Change what differs, keep it as a revision, and return the names of what changed.

    Args:
        resource: the place.
        facts: columns as they shall be.
        languages: codes of the languages spoken there; None leaves them.
        was_at: what was said of where it is, when `move_resource` changed that already.
        occasion: who changes it and why; nobody means a file.
    """
    before = {name: value for name in facts if (value := getattr(resource, name)) != facts[name]}
    for name, value in facts.items():
        setattr(resource, name, value)
    if languages is not None and (spoken := _set_languages(resource, set(languages))) is not None:
        before["languages"] = spoken
    if was_at is not None:
        before["where"] = was_at
    counted = {"capacity_free", "capacity_max", "capacity_unit"} & before.keys()
    if counted and "capacity_at" not in facts:
        resource.capacity_at = now()
    db.session.flush()
    db.session.expire(resource, ["place", "category"])
    if before:
        _note_change(resource, before, occasion or Occasion())
    index_words_at(resource)
    return set(before)


def move_resource(
    resource: Resource, said: Whereabouts, *, by: int | None = None, insists: str | None = None
) -> dict[str, Any] | None:
    """Change where it is, or give it its own place when the others stay as they are.

    Args:
        resource: the place.
        said: where it is.
        by: the person who says so, whose pin no machine moves; nobody means a file.
        insists: why the point is right although it does not lie in the town.

    Returns what was said of where it is before, or None when nothing differs.
    """
    place = resource.place
    was = revisions.where_facts(place)
    if place is None or _parts_from_others(resource, place, said):
        resource.place = add_place(said, by=by, insists=insists)
        return was
    return was if change_place(place, said, by=by, insists=insists) else None


def _parts_from_others(resource: Resource, place: Place, said: Whereabouts) -> bool:
    """Say whether what is said holds for this service alone, and not for those beside it.

    Another address is another house. Who looks after one service moves nobody else's, and that one
    may be seen does not show where a refuge on the same floor is.
    """
    if said == whereabouts_of(place):
        return False
    keepers = keepers_beside(resource)
    elsewhere, shows = place.address != said.address, place.hidden and not said.hidden
    foreign = any(keeper != resource.organisation_id for keeper in keepers)
    return bool(keepers) and (elsewhere or shows or foreign)


def _note_change(resource: Resource, before: dict[str, Any], occasion: Occasion) -> None:
    """Note that facts changed; whoever had confirmed the old ones did not confirm the new."""
    moment, actor = now(), occasion.actor
    resource.changed_at = moment
    for group in {GROUP_OF.get(name, "existence") for name in before}:
        note_look(resource, group, occasion.seen_at(moment), by=actor)
    after = {name: revisions.value_of(resource, name) for name in before}
    db.session.add(
        Revision(
            resource_id=resource.id,
            at=moment,
            by_id=actor,
            why=occasion.why,
            before={name: revisions.kept(value) for name, value in before.items()},
            after=after,
            undoes_id=occasion.undoes,
        )
    )
    facts = sorted(before)
    journal.write("resources.edit_resource", subject_of(resource), actor=actor, changed=facts)
    signals.resource_changed.send(resource.id)


def edit_capacity(resource: Resource, facts: Mapping[str, Any], *, actor: int) -> None:
    """Say how many are free right now; saying the same again is news too."""
    edit_resource(resource, facts, occasion=Occasion(actor))
    resource.capacity_at = moment = now()
    note_look(resource, "capacity", Seen(moment, moment, "owner"), by=actor)
    journal.write("resources.edit_capacity", subject_of(resource), actor=actor)


def verify_resource(
    resource: Resource, *, actor: int, how: str, groups: Iterable[str] | None = None
) -> None:
    """Note that a person checked facts today, by `call`, `visit` or `web`: all, or some groups."""
    moment = now()
    for group in groups or FIELD_GROUPS:
        if group != "capacity" or resource.capacity_unit:
            note_look(resource, group, Seen(moment, moment, how), by=actor)
    open_again(resource, Occasion(actor, why=how))
    journal.write("resources.verify_resource", subject_of(resource), actor=actor, how=how)


def open_again(resource: Resource, occasion: Occasion) -> None:
    """Let a place that was checked be verified, whatever it was before."""
    if resource.state == "proposed":
        move(resource, "verified")
    elif resource.state != "verified":
        change_state(resource, "verified", occasion)


def suspend_resource(
    resource: Resource, *, actor: int, why: str | None = None, until: date | None = None
) -> None:
    """Take a place out of the list for now; the check round asks again after `until`.

    Args:
        resource: the place.
        actor: who says so.
        why: in a few words, for whoever looks after the map.
        until: the last day it is shut; without one somebody looks again in a month.
    """
    change_state(resource, "suspended", Occasion(actor, why=why))
    again = look_again_at(until)
    for row in resource.freshness:
        row.due_at = again
    journal.write("resources.suspend_resource", subject_of(resource), actor=actor)


def retire_resource(resource: Resource, *, actor: int, why: str | None = None) -> None:
    """Take a place out of the list; plans that name it learn of it. Undoing brings it back."""
    change_state(resource, "retired", Occasion(actor, why=why))
    journal.write("resources.retire_resource", subject_of(resource), actor=actor)


def change_state(resource: Resource, state: str, occasion: Occasion) -> None:
    """Move a place to another state, as a change that is kept and can be undone."""
    was = resource.state
    move(resource, state)
    _note_change(resource, {"state": was}, occasion)


def look_again_at(until: date | None) -> datetime:
    """Return when somebody asks whether a place that is shut is open again."""
    if until is None:
        return now() + SHUT_FOR
    return datetime.combine(until + timedelta(days=1), time(6), ITALY)


def index_words(resource: Resource) -> None:
    """Write anew what a text search looks through; of a confidential place never the address."""
    category = resource.category or db.session.get(Term, resource.category_id)
    facts = {name: getattr(resource, name) for name in SEARCHED}
    where = whereabouts_of(resource.place) if resource.place else None
    for name, words in words_to_search(facts, category, where).items():
        setattr(resource, name, words)


def words_to_search(
    facts: Mapping[str, Any], category: Term | None, where: Whereabouts | None
) -> dict[str, str]:
    """Return what a search looks through: the facts `SEARCHED`, the kind of help, the town."""
    parts = [facts[name] for name in SEARCHED[:-1]]
    parts += ["".join(sign for sign in phone if sign.isdigit()) for phone in facts["phones"] or ()]
    if category:
        parts += [*category.labels.values(), *category.synonyms]
    if where:
        parts.append(where.comune)
    if where and not where.hidden:
        parts += [where.address, where.label]
    return {
        "search_name": spelt(facts["name"])[:LONGEST_NAME],
        "search_who": spelt(facts["who_for"] or ""),
        "search_text": spelt(" ".join(part for part in parts if part)),
    }


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


def _set_languages(resource: Resource, wanted: set[str]) -> list[str] | None:
    """Say which languages were spoken there before, when they are others now."""
    spoken = sorted(row.language for row in resource.languages)
    if set(spoken) == wanted:
        return None
    resource.languages = [row for row in resource.languages if row.language in wanted] + [
        ResourceLanguage(language=code) for code in sorted(wanted - set(spoken))
    ]
    return spoken


def note_look(resource: Resource, group: str, seen: Seen, *, by: int | None = None) -> None:
    """Note when a group of facts was looked at, and whether it was confirmed."""
    fresh = next((row for row in resource.freshness if row.field_group == group), None)
    if fresh is None:
        fresh = Freshness(field_group=group)
        resource.freshness.append(fresh)
    looked, confirmed = seen.looked_at, seen.confirmed_at
    if confirmed and by is not None:
        resource.silent_calls = 0
    fresh.looked_at, fresh.confirmed_at, fresh.by_id, fresh.how = looked, confirmed, by, seen.how
    fresh.due_at = due_at(resource.uid, group, looked=looked, confirmed=confirmed)
