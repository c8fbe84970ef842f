"""Writes what a file tells of places: nothing lost, nothing doubled, no newer word overwritten."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from math import cos, hypot, radians
from typing import Any

from flask_babel import gettext as _
from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, or_, select

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, new_place, whereabouts_of
from nucleus.resources.drafts import Draft, ImportReport, Outcome, Remark, Seen, foreign_uid
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.queries import categories, is_shared, known_from, resources_by_uid
from nucleus.resources.revisions import kept, value_of, where_facts
from nucleus.resources.services import (
    GROUP_OF,
    Occasion,
    edit_resource,
    ensure_categories,
    move_resource,
    new_resource,
    trust,
)
from nucleus.resources.terms import OTHER

SAME_PLACE_KM = 0.1
"""Two desks of one building are drawn up to this far apart by those who list them."""

KM_A_DEGREE = 111.2
STEP = 0.002
"""Degrees; more than a hundred metres north or east, anywhere in Italy."""

CONFIDENTIAL = re.compile(
    r"cas[ae] rifugio|cas[ae] protett[ae]|indirizzo segreto|rifugio per donne|frauenhaus"
    r"|wom[ae]ns? (refuge|shelter)|wom[ae]n s (refuge|shelter)|refuge\b|turvakoti"
    r"|domestic violence shelter|mujeres maltratadas|donne maltrattate"
)
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
    places: dict[tuple[str, ...], list[Place]] = field(default_factory=dict)
    places_by_uid: dict[str, Place] = field(default_factory=dict)

    def term(self, number: int) -> Term:
        """Return a category that was read at the beginning."""
        return next(term for _name, term in self.kinds if term.id == number)


@dataclass(frozen=True)
class Meeting:
    """A place of ours that a row speaks of, and what its source told of it last time, if it did."""

    resource: Resource
    known: ForeignId | None

    @property
    def told(self) -> dict[str, Any]:
        """Return what the source told last time."""
        return self.known.told if self.known else {}

    def last_told(self, name: str) -> Any:
        """Return one fact the source told; the first time, what we know ourselves."""
        return self.told[name] if name in self.told else _value(self.resource, name)

    def was_changed(self, name: str) -> bool:
        """Say whether a fact is no longer what the source told."""
        if name not in self.told or name in {"where", "languages"}:
            return False
        return bool(value_of(self.resource, name) != self.told[name])


def import_resources(
    drafts: Iterable[Draft], *, source: str, report: ImportReport, actor: int | None = None
) -> None:
    """Take a chunk of rows in; the caller commits, so that a long file holds nobody up."""
    chunk = list(drafts)
    run = _begin(chunk, source, report, actor)
    for draft in chunk:
        if reason := reason_to_hold_back(draft):
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
    for place in db.session.scalars(select(Place).where(_may_be_met(chunk))):
        run.places.setdefault(_number_of(place.address), []).append(place)
        run.places_by_uid[place.uid] = place
    return run


def _may_be_met(chunk: list[Draft]) -> ColumnElement[bool]:
    """Return, as SQL, the places a chunk may speak of: a step away, the same words, the same name.

    Only indexed columns are asked, so that the millionth row costs what the first one did.
    """
    points = [draft.where.point for draft in chunk if draft.where.point]
    near = [
        Place.lat.between(lat - STEP, lat + STEP) & Place.lon.between(lon - STEP, lon + STEP)
        for lat, lon in dict.fromkeys(points)
    ]
    towns = {draft.where.comune for draft in chunk if draft.where.comune}
    addresses = {draft.where.address for draft in chunk if draft.where.address}
    uids = {draft.place_uid for draft in chunk if draft.place_uid}
    same_words = Place.comune.in_(towns) & Place.address.in_(addresses) & ~Place.hidden
    return or_(same_words, Place.uid.in_(uids), *near)


def _number_of(address: str | None) -> tuple[str, ...]:
    """Return the house number, which two ways of writing an address share."""
    return tuple(re.findall(r"\d+", plain(address or "")))


def reason_to_hold_back(draft: Draft) -> str | None:
    """Return why a person must look at a row before anything of it is written, if so."""
    said = f"{draft.facts['name']} {draft.facts.get('what') or ''} {draft.category}"
    if CONFIDENTIAL.search(plain(said)):
        return str(_("This looks like a place whose address must stay secret: add it by hand."))
    return None


def _take(run: Import, draft: Draft) -> None:
    term = _kind(run, draft)
    facts = {**draft.facts, "category_id": term.id}
    known = run.known.get(draft.foreign_uid(run.source))
    resource = known.resource if known else run.ours.get(draft.uid or "")
    if resource is None:
        _create(run, draft, facts)
        run.report.count(Outcome.CREATED)
    else:
        _renew(run, draft, Meeting(resource, known), facts)


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
    told = _as_told(draft, facts)
    known = ForeignId(source=run.source, key=draft.key, uid=uid, told=told)
    looked = datetime.combine(draft.told_on, time(12), UTC) if draft.told_on else now()
    resource = new_resource(
        {**facts, "uid": draft.uid or uid},
        languages=draft.languages,
        seen=Seen(looked),
        category=run.term(facts["category_id"]),
        place=_place_for(run, draft.where, draft.place_uid),
    )
    resource.sources = _origins(draft) or [known]
    if draft.fresh:
        trust(resource, draft.fresh)
    db.session.add(resource)
    run.known[uid] = known


def _origins(draft: Draft) -> list[ForeignId]:
    """Return who told the source itself: what a trusted copy says, we owe to the first teller."""
    return [
        ForeignId(source=source, key=key, uid=foreign_uid(source, key), told={})
        for source, key in draft.origins
    ]


def _renew(run: Import, draft: Draft, meeting: Meeting, facts: dict[str, Any]) -> None:
    """Take over what the source says differently from last time, unless somebody knew better."""
    told, resource = _as_told(draft, facts), meeting.resource
    news = {name for name, value in told.items() if meeting.last_told(name) != value}
    if not news:
        run.report.count(Outcome.UNCHANGED)
        return
    if kept := _known_better(meeting, news, draft.told_on):
        run.report.refuse(_conflict(draft, kept))
        return
    was_at = _move(run, resource, draft.where) if "where" in news else None
    changes = {name: facts[name] for name in news if name in facts}
    if meeting.known:
        meeting.known.told = {**meeting.told, **told}
    occasion = Occasion(why=run.source)
    languages = draft.languages or None
    edit_resource(resource, changes, languages=languages, was_at=was_at, occasion=occasion)
    run.report.count(Outcome.UPDATED)


def _value(resource: Resource, name: str) -> Any:
    if name == "where":
        return _where_told(whereabouts_of(resource.place)) if resource.place else []
    return value_of(resource, name)


def _known_better(meeting: Meeting, news: set[str], told_on: date | None) -> list[str]:
    """Return what was confirmed or changed here since the source last told it."""
    resource = meeting.resource
    confirmed = {
        row.field_group
        for row in resource.freshness
        if row.confirmed_at and row.how != "import" and not _is_newer(told_on, row.confirmed_at)
    }
    changed_here = not _is_newer(told_on, resource.changed_at)
    return sorted(
        name
        for name in news
        if _group(name) in confirmed or (changed_here and meeting.was_changed(name))
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
    told |= {"where": _where_told(draft.where), "languages": sorted(draft.languages)}
    return {name: told[name] for name in told if draft.only is None or name in draft.only}


def _where_told(said: Whereabouts) -> list[Any]:
    return [*said.words, *(said.point or ())]


def _place_for(run: Import, said: Whereabouts, uid: str | None = None) -> Place:
    """Return the place where another service of the same building already stands, or a new one."""
    if uid and uid in run.places_by_uid:
        return run.places_by_uid[uid]
    neighbours = run.places.setdefault(_number_of(said.address), [])
    for place in neighbours:
        if uid is None and same_place(place, said):
            return place
    place = new_place(said, source=run.source, uid=uid)
    neighbours.append(place)
    run.places_by_uid[place.uid] = place
    return place


def same_place(place: Place, said: Whereabouts) -> bool:
    """Tell whether both are one building: the same address, written about the same, close by."""
    if not said.address or not place.address or place.hidden or said.hidden:
        return False
    mine, theirs = plain(place.address), plain(said.address)
    if plain(place.comune or "") != plain(said.comune or ""):
        return False
    if _number_of(place.address) != _number_of(said.address):
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
