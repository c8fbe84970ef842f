"""Writes what a file tells of places: nothing lost, nothing doubled, no newer word overwritten."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import cos, hypot, radians
from typing import Any

from flask_babel import gettext as _
from rapidfuzz import fuzz
from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, add_place, change_place
from nucleus.resources.drafts import Draft, ImportReport, Outcome, Remark
from nucleus.resources.models import Resource
from nucleus.resources.queries import categories, resources_of_source
from nucleus.resources.services import GROUP_OF, add_resource, edit_resource, ensure_categories

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
    known: dict[str, Resource] = field(default_factory=dict)
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
    ids = {draft.foreign_id(source) for draft in chunk}
    run = Import(source, report, actor, known=resources_of_source(source, ids))
    for term in categories():
        names = {plain(word) for word in (*term.labels.values(), *term.synonyms, term.code)}
        run.kinds.extend((name, term) for name in names)
    run.kinds.sort(key=lambda pair: -len(pair[0]))
    towns = {draft.where.comune for draft in chunk if draft.where.comune}
    for place in db.session.scalars(select(Place).where(~Place.hidden, Place.comune.in_(towns))):
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
    resource = run.known.get(draft.foreign_id(run.source))
    if resource is None:
        _create(run, draft, facts)
        run.report.count(Outcome.CREATED)
    else:
        _renew(run, draft, resource, facts)


def _kind(run: Import, draft: Draft) -> Term:
    """Return the category whose longest word the source's words contain, else *other*."""
    said = f" {plain(draft.category)} "
    for name, term in run.kinds:
        if f" {name} " in said and term.code != "other":
            return term
    if draft.category:
        words = _("We know no kind of help called “%(words)s”.", words=draft.category)
        run.report.remarks.append(Remark(draft.row, "category", words))
    return next(term for _name, term in run.kinds if term.code == "other")


def _create(run: Import, draft: Draft, facts: dict[str, Any]) -> None:
    place = _place_for(run, draft.where)
    foreign_id = draft.foreign_id(run.source)
    columns = {
        **facts,
        "place_id": place.id,
        "source": run.source,
        "foreign_id": foreign_id,
        "imported": _as_told(draft, facts),
    }
    resource = add_resource(columns, languages=draft.languages, actor=run.actor, how="import")
    run.known[foreign_id] = resource


def _renew(run: Import, draft: Draft, resource: Resource, facts: dict[str, Any]) -> None:
    """Take over what the source says differently from last time, unless somebody knew better."""
    told = _as_told(draft, facts)
    news = {name for name, value in told.items() if resource.imported.get(name) != value}
    if not news:
        run.report.count(Outcome.UNCHANGED)
        return
    if kept := _known_better(resource, news):
        run.report.refuse(_conflict(draft, kept))
        return
    moved = "where" in news and _move(run, resource, draft.where)
    changes = {name: facts[name] for name in news if name in facts}
    resource.imported = told
    edit_resource(resource, changes, languages=draft.languages or None, moved=moved)
    run.report.count(Outcome.UPDATED)


def _known_better(resource: Resource, news: set[str]) -> list[str]:
    """Return what was confirmed or changed here since the source last told it."""
    confirmed = {row.field_group for row in resource.freshness if row.confirmed_at}
    return sorted(
        name
        for name in news
        if _group(name) in confirmed
        or (
            (name in resource.imported and name not in {"where", "languages"})
            and _told(getattr(resource, name)) != resource.imported[name]
        )
    )


def _conflict(draft: Draft, kept: list[str]) -> Remark:
    words = _(
        "The file says something else, but this was confirmed here since. It was not changed."
    )
    return Remark(draft.row, ", ".join(kept), words, Outcome.HELD_BACK)


def _group(name: str) -> str:
    return "address" if name == "where" else GROUP_OF.get(name, "existence")


def _as_told(draft: Draft, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what the source says, to see next time whether it says it still."""
    where = [*draft.where.words, *(draft.where.point or ())]
    told = {name: _told(value) for name, value in facts.items()}
    return {**told, "where": where, "languages": list(draft.languages)}


def _told(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _place_for(run: Import, said: Whereabouts) -> Place:
    """Return the place where another service of the same building already stands, or a new one."""
    neighbours = run.places.setdefault(plain(said.comune or ""), [])
    for place in neighbours:
        if same_place(place, said):
            return place
    place = add_place(said, source=run.source)
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


def _move(run: Import, resource: Resource, said: Whereabouts) -> bool:
    """Change the place, or find another when a second service stands there."""
    shared = select(Resource.id).where(Resource.place_id == resource.place_id).limit(2)
    if resource.place is None or len(db.session.scalars(shared).all()) > 1:
        resource.place = _place_for(run, said)
        return True
    return change_place(resource.place, said)
