"""Writes what a file tells of places: nothing lost, nothing doubled, no newer word overwritten."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.places.italy import in_italy
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, new_place
from nucleus.resources.categories import ensure_categories
from nucleus.resources.drafts import Draft, ImportReport, Outcome, Remark
from nucleus.resources.importing.arriving import Arrivals, Newcomer
from nucleus.resources.importing.buildings import Buildings
from nucleus.resources.importing.holding import Asks, doubts_about
from nucleus.resources.importing.meeting import Meeting, as_told, known_better
from nucleus.resources.importing.queries import Known, told_before, uids_of_ours
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.queries import categories, is_shared, known_from, resources_by_uid
from nucleus.resources.reach import EVERYTHING, Reach
from nucleus.resources.revisions import where_facts
from nucleus.resources.services import (
    Occasion,
    edit_resource,
    move_resource,
)
from nucleus.resources.terms import OTHER


@dataclass
class Import:
    """One chunk of a file: what is known before it, and the report that grows.

    `known` says what the source told before, `ours`
    which places of a trusted copy are here already.
    """

    source: str
    report: ImportReport
    arrivals: Arrivals
    asks: Asks = Asks.ALL
    reach: Reach = EVERYTHING
    known: dict[str, Known] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)
    kinds: list[tuple[str, Term]] = field(default_factory=list)
    meant: dict[str, Term] = field(default_factory=dict)
    buildings: Buildings = field(default_factory=Buildings)

    def is_placed_anew(self, told: "Told") -> bool:
        """Say whether a row tells a place of Italy that its source did not tell before."""
        point = told.draft.where.point
        if point is None or not in_italy(*point):
            return False  # of towns abroad nobody here knows where they are
        known = self.known.get(told.draft.foreign_uid(self.source))
        return known is None or known.told.get("where") != told.words.get("where")

    def is_new(self, draft: Draft) -> bool:
        """Say whether a row speaks of a place nobody here knows."""
        return draft.foreign_uid(self.source) not in self.known and draft.uid not in self.ours


@dataclass(frozen=True)
class Told:
    """A row, its kind of help found: the columns it fills and what its source says with it."""

    draft: Draft
    kind: Term
    facts: dict[str, Any]
    words: dict[str, Any]


def import_resources(
    drafts: Iterable[Draft],
    *,
    source: str,
    report: ImportReport,
    asks: Asks = Asks.ALL,
    reach: Reach = EVERYTHING,
) -> None:
    """Take a chunk of rows in; the caller commits, so that a long file holds nobody up.

    Args:
        drafts: the rows, understood.
        source: whose list it is.
        report: says what became of each row; it grows.
        asks: what a person is asked first; nothing when somebody looked at each of them already.
        reach: what whoever takes them in looks after; rows about other places are held back.
    """
    chunk = list(drafts)
    run = _begin(chunk, source, report)
    run.asks, run.reach = asks, reach
    rows = [_told(run, draft) for draft in chunk]
    news = [told for told in rows if not _is_as_before(run, told)]
    known = [told for told in _not_held_back(run, news) if not _is_taken_as_new(run, told)]
    run.arrivals.write()
    _meet(run, known)
    db.session.flush()


def _begin(chunk: list[Draft], source: str, report: ImportReport) -> Import:
    """Read what the chunk may meet, and no more: a long list must not read itself again."""
    ensure_categories()
    ids = {draft.foreign_uid(source) for draft in chunk}
    run = Import(source, report, Arrivals(source), known=told_before(source, ids))
    run.ours = uids_of_ours({draft.uid for draft in chunk if draft.uid})
    run.kinds = _named_kinds()
    run.buildings = Buildings.around(chunk)
    return run


def _named_kinds() -> list[tuple[str, Term]]:
    """Return every kind of help by all its names, the longest names first."""
    found: list[tuple[str, Term]] = []
    for term in categories():
        names = {_plainly(word) for word in (*term.labels.values(), *term.synonyms, term.code)}
        found.extend((name, term) for name in names)
    return sorted(found, key=lambda pair: -len(pair[0]))


@lru_cache(maxsize=8192)
def _plainly(name: str) -> str:
    """Return the plain name of a kind; a busy machine takes few rows at a time and asks often."""
    return plain(name)


def kind_named(words: str) -> Term:
    """Return the kind of help a source means; what nobody knows is *other*."""
    kinds = _named_kinds()
    return _meant(words, kinds) or next(term for _name, term in kinds if term.code == OTHER)


def _meant(words: str, kinds: list[tuple[str, Term]]) -> Term | None:
    """Return the kind whose longest name stands in the source's words."""
    said = f" {plain(words)} "
    named = (term for name, term in kinds if f" {name} " in said and term.code != OTHER)
    return next(named, None)


def _told(run: Import, draft: Draft) -> Told:
    kind = _kind(run, draft.category)
    facts = {**draft.facts, "category_id": kind.id}
    return Told(draft, kind, facts, as_told(draft, facts))


def _not_held_back(run: Import, rows: list[Told]) -> list[Told]:
    """Hold back what a person must look at first; return the others."""
    if run.asks is Asks.NOTHING:
        return rows
    drafts = [told.draft for told in rows]
    placed = [run.is_placed_anew(told) for told in rows]
    new = [run.asks is Asks.ALL and run.is_new(draft) for draft in drafts]
    doubts = doubts_about(drafts, source=run.source, placed=placed, new=new)
    taken = []
    for told, doubt in zip(rows, doubts, strict=True):
        if doubt.reason:
            column, words = doubt.reason
            run.report.refuse(Remark(told.draft.row, column, words, Outcome.HELD_BACK))
        else:
            taken.append(told)
    return taken


def _is_taken_as_new(run: Import, told: Told) -> bool:
    """Take in a row about a place nobody knows; the second one of the same place is not new."""
    draft = told.draft
    if not run.is_new(draft):
        return False
    building = run.buildings.found_or_new(draft.where, uid=draft.place_uid)
    run.arrivals.add(Newcomer(draft, told.facts, told.words, told.kind, building))
    run.known[draft.foreign_uid(run.source)] = Known(told.words, None, *draft.where.words[1:3])
    if draft.uid:
        run.ours.add(draft.uid)
    _note_kind(run, told)
    run.report.count(Outcome.CREATED)
    return True


def _note_kind(run: Import, told: Told) -> None:
    """Name a kind of help we do not know; the place is taken in as another one."""
    said = told.draft.category
    if said and told.kind.code == OTHER and _meant(said, run.kinds) is None:
        words = _("We know no kind of help called “%(words)s”.", words=said)
        run.report.remarks.append(Remark(told.draft.row, "category", words))


def _kind(run: Import, said: str) -> Term:
    """Return the category whose longest word the source's words contain, else *other*."""
    if said not in run.meant:
        other = next(term for _name, term in run.kinds if term.code == OTHER)
        run.meant[said] = _meant(said, run.kinds) or other
    return run.meant[said]


def _meet(run: Import, rows: list[Told]) -> None:
    """Look at rows about places that are here, and that say something new."""
    known = known_from(run.source, {told.draft.foreign_uid(run.source) for told in rows})
    ours = resources_by_uid({told.draft.uid for told in rows if told.draft.uid})
    for told in rows:
        meeting = _meeting(told.draft, known.get(told.draft.foreign_uid(run.source)), ours)
        if run.reach.holds_place(meeting.resource):
            _renew(run, told, meeting)
        else:
            words = _("Another association looks after this place. Suggest the change on its page.")
            run.report.refuse(Remark(told.draft.row, "", str(words), Outcome.HELD_BACK))


def _is_as_before(run: Import, told: Told) -> bool:
    """Count a row that says what it said last time, of a place we may change, as unchanged."""
    known = run.known.get(told.draft.foreign_uid(run.source))
    if known is None or not known.says(told.words) or not known.is_within(run.reach):
        return False
    run.report.count(Outcome.UNCHANGED)
    return True


def _meeting(draft: Draft, known: ForeignId | None, ours: dict[str, Resource]) -> Meeting:
    return Meeting(known.resource if known else ours[draft.uid or ""], known)


def _renew(run: Import, row: Told, meeting: Meeting) -> None:
    """Take over what the source says differently from last time, unless somebody knew better."""
    draft, told, resource = row.draft, row.words, meeting.resource
    news = {name for name, value in told.items() if meeting.last_told(name) != value}
    if not news:
        run.report.count(Outcome.UNCHANGED)
        return
    if run.asks is not Asks.NOTHING and (doubt := _doubt(meeting, news, draft)):
        run.report.refuse(doubt)
        return
    _note_kind(run, row)
    was_at = _move(run, resource, draft.where) if "where" in news else None
    changes = {name: row.facts[name] for name in news if name in row.facts}
    if meeting.known:
        meeting.known.told = {**meeting.told, **told}
    if not changes and was_at is None and "languages" not in news:
        run.report.count(Outcome.UNCHANGED)
        return
    occasion = Occasion(why=run.source)
    languages = draft.languages or None
    edit_resource(resource, changes, languages=languages, was_at=was_at, occasion=occasion)
    run.report.count(Outcome.UPDATED)


def _doubt(meeting: Meeting, news: set[str], draft: Draft) -> Remark | None:
    """Return why a change waits for a person: another place, it seems, or somebody knew better."""
    was = meeting.known.key if meeting.known else draft.key
    if "name" in news and draft.key.isdecimal() and len(was) != len(draft.key):
        words = _("This list knew another place as number %(key)s. Is it the same?", key=was)
        return Remark(draft.row, "id", words, Outcome.HELD_BACK)
    kept = known_better(meeting, news, draft.told_on)
    return _conflict(draft, kept) if kept else None


def _conflict(draft: Draft, kept: list[str]) -> Remark:
    words = _(
        "The file says something else, but this was confirmed here since. It was not changed."
    )
    return Remark(draft.row, ", ".join(kept), words, Outcome.HELD_BACK)


def _move(run: Import, resource: Resource, said: Whereabouts) -> dict[str, Any] | None:
    """Change the place, or find another when a second service stands there."""
    if resource.place is not None and not is_shared(resource.place):
        return move_resource(resource, said)
    there = run.buildings.find(said)
    if there and resource.place and there.uid == resource.place.uid:
        return None  # two desks of one building are drawn some metres apart
    was = where_facts(resource.place)
    resource.place = _place_for(run, said)
    return was


def _place_for(run: Import, said: Whereabouts) -> Place:
    """Return the place where another service of the same building stands, or a new one."""
    if there := run.buildings.find(said):
        return db.session.scalars(select(Place).where(Place.uid == there.uid)).one()
    return new_place(said, source=run.source)
