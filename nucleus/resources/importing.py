"""Writes what a file tells of places: nothing lost, nothing doubled, no newer word overwritten."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from math import cos, hypot, radians
from typing import Any

from flask_babel import gettext as _
from rapidfuzz import fuzz
from sqlalchemy import or_, select

from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, add_place, whereabouts_of
from nucleus.resources.drafts import Draft, ImportReport, Outcome, Remark
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.queries import categories, is_shared, known_from, resources_by_uid
from nucleus.resources.revisions import kept, value_of, where_facts
from nucleus.resources.services import (
    GROUP_OF,
    Occasion,
    add_resource,
    edit_resource,
    ensure_categories,
    move_resource,
    trust,
)
from nucleus.resources.terms import OTHER

SAME_PLACE_KM = 0.1
"""Two desks of one building are drawn up to this far apart by those who list them."""

KM_A_DEGREE = 111.2
CONFIDENTIAL = re.compile(r"casa rifugio|case rifugio|casa protetta|indirizzo segreto|refuge\b")
"""Words of places whose address must not be known; such rows wait for a coordinator."""


@dataclass
class Import:
    """One run over a file: what is known before it, and the report that grows."""

    source: str
    report: ImportReport
    actor: int | None = None
    known: dict[str, ForeignId] = field(default_factory=dict)
    ours: dict[str, Resource] = field(default_factory=dict)
    kinds: list[tuple[str, Term]] = field(default_factory=list)
    places: dict[str, list[Place]] = field(default_factory=dict)


def import_resources(
    drafts: Iterable[Draft], *, source: str, report: ImportReport, actor: int | None = None
) -> None:
    """Take a chunk of rows in; the caller commits, so that a long file holds nobody up."""
    chunk = list(drafts)
    run = _begin(chunk, source, report, actor)
    for draft in chunk:
        if reason := _reason_to_hold_back(draft):
            report.refuse(Remark(draft.row, "", reason, Outcome.HELD_BACK))
        else:
            _take(run, draft)
    db.session.flush()


def _begin(chunk: list[Draft], source: str, report: ImportReport, actor: int | None) -> Import:
    """Read what the chunk may meet, and no more: a long list must not read itself again."""
    ensure_categories()
    ids = {draft.foreign_uid(source) for draft in chunk}
    run = Import(source, report, actor, known=known_from(source, ids))
    run.ours = resources_by_uid({draft.uid for draft in chunk if draft.uid})
    for term in categories():
        names = {plain(word) for word in (*term.labels.values(), *term.synonyms, term.code)}
        run.kinds.extend((name, term) for name in names)
    run.kinds.sort(key=lambda pair: -len(pair[0]))
    towns = {draft.where.comune for draft in chunk if draft.where.comune}
    uids = {draft.place_uid for draft in chunk if draft.place_uid}
    open_ones = ~Place.hidden & Place.comune.in_(towns)
    for place in db.session.scalars(select(Place).where(or_(open_ones, Place.uid.in_(uids)))):
        run.places.setdefault(plain(place.comune or ""), []).append(place)
    return run


def _reason_to_hold_back(draft: Draft) -> str | None:
    said = f"{draft.facts['name']} {draft.facts.get('what') or ''} {draft.category}"
    if CONFIDENTIAL.search(plain(said)):
        return str(_("This looks like a place whose address must stay secret: add it by hand."))
    return None


def _take(run: Import, draft: Draft) -> None:
    term = _kind(run, draft)
    facts = {**draft.facts, "category_id": term.id}
    known = run.known.get(draft.foreign_uid(run.source))
    if known is None and draft.uid in run.ours:
        known = _introduce(run, draft, run.ours[draft.uid or ""])
    if known is None:
        _create(run, draft, facts)
        run.report.count(Outcome.CREATED)
    else:
        _renew(run, draft, known, facts)


def _introduce(run: Import, draft: Draft, resource: Resource) -> ForeignId:
    """Note that another source knows a place of ours, under the same name."""
    known = ForeignId(source=run.source, key=draft.key, uid=draft.foreign_uid(run.source), told={})
    resource.sources.append(known)
    return known


def _kind(run: Import, draft: Draft) -> Term:
    """Return the category whose longest word the source's words contain, else *other*."""
    said = f" {plain(draft.category)} "
    for name, term in run.kinds:
        if f" {name} " in said and term.code != OTHER:
            return term
    if draft.category:
        words = _("We know no kind of help called “%(words)s”.", words=draft.category)
        run.report.remarks.append(Remark(draft.row, "category", words))
    return next(term for _name, term in run.kinds if term.code == OTHER)


def _create(run: Import, draft: Draft, facts: dict[str, Any]) -> None:
    uid = draft.foreign_uid(run.source)
    known = ForeignId(source=run.source, key=draft.key, uid=uid, told=_as_told(draft, facts))
    columns = {**facts, "uid": draft.uid or uid, "sources": [known]}
    place = _place_for(run, draft.where, draft.place_uid)
    looked = datetime.combine(draft.told_on, time(12), UTC) if draft.told_on else None
    resource = add_resource(
        {**columns, "place_id": place.id},
        languages=draft.languages,
        actor=run.actor,
        how="import",
        looked_at=looked,
    )
    if draft.fresh:
        trust(resource, draft.fresh)
    run.known[uid] = known


def _renew(run: Import, draft: Draft, known: ForeignId, facts: dict[str, Any]) -> None:
    """Take over what the source says differently from last time, unless somebody knew better."""
    told, resource = _as_told(draft, facts), known.resource
    news = {name for name, value in told.items() if _last_told(known, name) != value}
    if not news:
        run.report.count(Outcome.UNCHANGED)
        return
    if kept := _known_better(known, news, draft.told_on):
        run.report.refuse(_conflict(draft, kept))
        return
    was_at = _move(run, resource, draft.where) if "where" in news else None
    changes = {name: facts[name] for name in news if name in facts}
    known.told = told
    occasion = Occasion(why=run.source)
    languages = draft.languages or None
    edit_resource(resource, changes, languages=languages, was_at=was_at, occasion=occasion)
    run.report.count(Outcome.UPDATED)


def _last_told(known: ForeignId, name: str) -> Any:
    """Return what the source told last time; the first time, what we know ourselves."""
    return known.told[name] if name in known.told else _value(known.resource, name)


def _value(resource: Resource, name: str) -> Any:
    if name == "where":
        return _where_told(whereabouts_of(resource.place)) if resource.place else []
    return value_of(resource, name)


def _known_better(known: ForeignId, news: set[str], told_on: date | None) -> list[str]:
    """Return what was confirmed or changed here since the source last told it."""
    confirmed = {
        row.field_group
        for row in known.resource.freshness
        if row.confirmed_at and row.how != "import" and not _is_newer(told_on, row.confirmed_at)
    }
    return sorted(
        name
        for name in news
        if _group(name) in confirmed
        or (
            (name in known.told and name not in {"where", "languages"})
            and value_of(known.resource, name) != known.told[name]
            and not _is_newer(told_on, known.resource.changed_at)
        )
    )


def _is_newer(told_on: date | None, ours: datetime) -> bool:
    return told_on is not None and told_on > ours.date()


def _conflict(draft: Draft, kept: list[str]) -> Remark:
    words = _(
        "The file says something else, but this was confirmed here since. It was not changed."
    )
    return Remark(draft.row, ", ".join(kept), words, Outcome.HELD_BACK)


def _group(name: str) -> str:
    return "address" if name == "where" else GROUP_OF.get(name, "existence")


def _as_told(draft: Draft, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what the source says, to see next time whether it says it still."""
    told = {name: kept(value) for name, value in facts.items()}
    return {**told, "where": _where_told(draft.where), "languages": sorted(draft.languages)}


def _where_told(said: Whereabouts) -> list[Any]:
    return [*said.words, *(said.point or ())]


def _place_for(run: Import, said: Whereabouts, uid: str | None = None) -> Place:
    """Return the place where another service of the same building already stands, or a new one."""
    neighbours = run.places.setdefault(plain(said.comune or ""), [])
    for place in neighbours:
        if place.uid == uid or (uid is None and same_place(place, said)):
            return place
    place = add_place(said, source=run.source, uid=uid)
    neighbours.append(place)
    return place


def same_place(place: Place, said: Whereabouts) -> bool:
    """Tell whether both are one building: the same address, written about the same, close by."""
    if not said.address or not place.address or place.hidden or said.hidden:
        return False
    mine, theirs = plain(place.address), plain(said.address)
    if re.findall(r"\d+", mine) != re.findall(r"\d+", theirs):
        return False
    near = _km_apart(place, said)
    if near is None:
        return mine == theirs
    return near <= SAME_PLACE_KM and (mine == theirs or fuzz.token_set_ratio(mine, theirs) >= 85)


def _km_apart(place: Place, said: Whereabouts) -> float | None:
    """Return the distance in kilometres, on a flat earth: good enough for a hundred metres."""
    if said.point is None or place.lat is None or place.lon is None:
        return None
    north = place.lat - said.point[0]
    east = (place.lon - said.point[1]) * cos(radians(place.lat))
    return KM_A_DEGREE * hypot(north, east)


def _move(run: Import, resource: Resource, said: Whereabouts) -> dict[str, Any] | None:
    """Change the place, or find another when a second service stands there."""
    if resource.place is not None and not is_shared(resource.place):
        return move_resource(resource, said)
    was = where_facts(resource.place)
    resource.place = _place_for(run, said)
    return was
