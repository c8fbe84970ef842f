"""Writes what a file tells of places: nothing lost, nothing doubled, no newer word overwritten."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, new_place
from nucleus.resources.drafts import Draft, ImportReport, Outcome, Remark
from nucleus.resources.importing.arriving import Arrivals, Newcomer
from nucleus.resources.importing.buildings import Buildings
from nucleus.resources.importing.meeting import Meeting, as_told, known_better
from nucleus.resources.importing.queries import Known, told_before, uids_of_ours
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.queries import categories, is_shared, known_from, resources_by_uid
from nucleus.resources.reach import EVERYTHING, Reach
from nucleus.resources.revisions import where_facts
from nucleus.resources.services import (
    Occasion,
    edit_resource,
    ensure_categories,
    move_resource,
)
from nucleus.resources.terms import OTHER

CONFIDENTIAL = re.compile(
    r"cas[ae] rifugio|cas[ae] protett[ae]|indirizzo segreto|rifugio per donne|frauenhaus"
    r"|wom[ae]ns? (refuge|shelter)|wom[ae]n s (refuge|shelter)|refuge\b|turvakoti"
    r"|domestic violence shelter|mujeres maltratadas|donne maltrattate"
)
"""Words of places whose address must not be known; such rows wait for a coordinator."""


@dataclass
class Import:
    """One chunk of a file: what is known before it, and the report that grows.

    What a person `decided` is not held back. `known` says what the source told before, `ours`
    which places of a trusted copy are here already.
    """

    source: str
    report: ImportReport
    arrivals: Arrivals
    decided: bool = False
    reach: Reach = EVERYTHING
    known: dict[str, Known] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)
    kinds: list[tuple[str, Term]] = field(default_factory=list)
    meant: dict[str, Term | None] = field(default_factory=dict)
    buildings: Buildings = field(default_factory=Buildings)

    def is_new(self, draft: Draft) -> bool:
        """Say whether a row speaks of a place nobody here knows; true once for each."""
        names = {draft.foreign_uid(self.source), draft.uid or ""}
        if self.known.keys() & names or self.ours & names:
            return False
        self.ours |= names - {""}
        return True


@dataclass(frozen=True)
class Told:
    """A row, its kind of help found: the columns it fills and what its source says with it."""

    draft: Draft
    facts: dict[str, Any]
    words: dict[str, Any]


def import_resources(
    drafts: Iterable[Draft],
    *,
    source: str,
    report: ImportReport,
    decided: bool = False,
    reach: Reach = EVERYTHING,
) -> None:
    """Take a chunk of rows in; the caller commits, so that a long file holds nobody up.

    Args:
        drafts: the rows, understood.
        source: whose list it is.
        report: says what became of each row; it grows.
        decided: whether a person looked at each of them and said yes.
        reach: what whoever takes them in looks after; rows about other places are held back.
    """
    chunk = list(drafts)
    run = _begin(chunk, source, report)
    run.decided, run.reach = decided, reach
    known = []
    for draft in chunk:
        if not decided and (reason := reason_to_hold_back(draft)):
            report.refuse(Remark(draft.row, "", reason, Outcome.HELD_BACK))
        elif run.is_new(draft):
            _create(run, _told(run, draft))
        else:
            known.append(_told(run, draft))
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
        names = {plain(word) for word in (*term.labels.values(), *term.synonyms, term.code)}
        found.extend((name, term) for name in names)
    return sorted(found, key=lambda pair: -len(pair[0]))


def kind_named(words: str) -> Term:
    """Return the kind of help a source means; what nobody knows is *other*."""
    kinds = _named_kinds()
    return _meant(words, kinds) or next(term for _name, term in kinds if term.code == OTHER)


def _meant(words: str, kinds: list[tuple[str, Term]]) -> Term | None:
    """Return the kind whose longest name stands in the source's words."""
    said = f" {plain(words)} "
    named = (term for name, term in kinds if f" {name} " in said and term.code != OTHER)
    return next(named, None)


def reason_to_hold_back(draft: Draft) -> str | None:
    """Return why a person must look at a row before anything of it is written, if so."""
    said = f"{draft.facts['name']} {draft.facts.get('what') or ''} {draft.category}"
    if CONFIDENTIAL.search(plain(said)):
        return str(_("This looks like a place whose address must stay secret. Look at it first."))
    return None


def _told(run: Import, draft: Draft) -> Told:
    facts = {**draft.facts, "category_id": _kind(run, draft).id}
    return Told(draft, facts, as_told(draft, facts))


def _kind(run: Import, draft: Draft) -> Term:
    """Return the category whose longest word the source's words contain, else *other*."""
    if draft.category not in run.meant:
        run.meant[draft.category] = _meant(draft.category, run.kinds)
    if term := run.meant[draft.category]:
        return term
    if draft.category:
        words = _("We know no kind of help called “%(words)s”.", words=draft.category)
        run.report.remarks.append(Remark(draft.row, "category", words))
    return next(term for _name, term in run.kinds if term.code == OTHER)


def _create(run: Import, told: Told) -> None:
    number = told.facts["category_id"]
    category = next(term for _name, term in run.kinds if term.id == number)
    building = run.buildings.found_or_new(told.draft.where, uid=told.draft.place_uid)
    run.arrivals.add(Newcomer(told.draft, told.facts, told.words, category, building))
    run.report.count(Outcome.CREATED)


def _meet(run: Import, rows: list[Told]) -> None:
    """Look at rows about places that are here; only those that say something new are read."""
    news = [told for told in rows if not _is_as_before(run, told)]
    known = known_from(run.source, {told.draft.foreign_uid(run.source) for told in news})
    ours = resources_by_uid({told.draft.uid for told in news if told.draft.uid})
    for told in news:
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
    if not run.decided and (kept := known_better(meeting, news, draft.told_on)):
        run.report.refuse(_conflict(draft, kept))
        return
    was_at = _move(run, resource, draft.where) if "where" in news else None
    changes = {name: row.facts[name] for name in news if name in row.facts}
    if meeting.known:
        meeting.known.told = {**meeting.told, **told}
    occasion = Occasion(why=run.source)
    languages = draft.languages or None
    edit_resource(resource, changes, languages=languages, was_at=was_at, occasion=occasion)
    run.report.count(Outcome.UPDATED)


def _conflict(draft: Draft, kept: list[str]) -> Remark:
    words = _(
        "The file says something else, but this was confirmed here since. It was not changed."
    )
    return Remark(draft.row, ", ".join(kept), words, Outcome.HELD_BACK)


def _move(run: Import, resource: Resource, said: Whereabouts) -> dict[str, Any] | None:
    """Change the place, or find another when a second service stands there."""
    if resource.place is not None and not is_shared(resource.place):
        return move_resource(resource, said)
    was = where_facts(resource.place)
    resource.place = _place_for(run, said)
    return was


def _place_for(run: Import, said: Whereabouts) -> Place:
    """Return the place where another service of the same building stands, or a new one."""
    if there := run.buildings.find(said):
        return db.session.scalars(select(Place).where(Place.uid == there.uid)).one()
    return new_place(said, source=run.source)
