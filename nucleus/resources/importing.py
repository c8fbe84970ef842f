"""Writes what a file tells of places: nothing lost, nothing doubled, no newer word overwritten."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from flask_babel import gettext as _

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.places.services import Whereabouts
from nucleus.resources.buildings import Buildings
from nucleus.resources.drafts import (
    Draft,
    ImportReport,
    Outcome,
    Remark,
    Seen,
    foreign_uid,
    is_of_words,
)
from nucleus.resources.meeting import Meeting, as_told, known_better
from nucleus.resources.models import ForeignId, Resource, new_uid
from nucleus.resources.queries import categories, is_shared, known_from, resources_by_uid
from nucleus.resources.reach import EVERYTHING, Reach
from nucleus.resources.revisions import where_facts
from nucleus.resources.services import (
    Occasion,
    edit_resource,
    ensure_categories,
    move_resource,
    new_resource,
    trust,
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
    """One run over a file: what is known before it, and the report that grows.

    What a person `decided` is not held back.
    """

    source: str
    report: ImportReport
    decided: bool = False
    reach: Reach = EVERYTHING
    known: dict[str, ForeignId] = field(default_factory=dict)
    ours: dict[str, Resource] = field(default_factory=dict)
    kinds: list[tuple[str, Term]] = field(default_factory=list)
    buildings: Buildings = field(default_factory=Buildings)

    def term(self, number: int) -> Term:
        """Return a category that was read at the beginning."""
        return next(term for _name, term in self.kinds if term.id == number)


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
    for draft in chunk:
        if not decided and (reason := reason_to_hold_back(draft)):
            report.refuse(Remark(draft.row, "", reason, Outcome.HELD_BACK))
        else:
            _take(run, draft)
    db.session.flush()


def _begin(chunk: list[Draft], source: str, report: ImportReport) -> Import:
    """Read what the chunk may meet, and no more: a long list must not read itself again."""
    ensure_categories()
    ids = {draft.foreign_uid(source) for draft in chunk}
    run = Import(source, report, known=known_from(source, ids))
    run.ours = resources_by_uid({draft.uid for draft in chunk if draft.uid})
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


def _take(run: Import, draft: Draft) -> None:
    term = _kind(run, draft)
    facts = {**draft.facts, "category_id": term.id}
    known = run.known.get(draft.foreign_uid(run.source))
    resource = known.resource if known else run.ours.get(draft.uid or "")
    if resource is None:
        _create(run, draft, facts)
        run.report.count(Outcome.CREATED)
    elif not run.reach.holds_place(resource):
        words = _("Another association looks after this place. Suggest the change on its page.")
        run.report.refuse(Remark(draft.row, "", str(words), Outcome.HELD_BACK))
    else:
        _renew(run, draft, Meeting(resource, known), facts)


def _kind(run: Import, draft: Draft) -> Term:
    """Return the category whose longest word the source's words contain, else *other*."""
    if term := _meant(draft.category, run.kinds):
        return term
    if draft.category:
        words = _("We know no kind of help called “%(words)s”.", words=draft.category)
        run.report.remarks.append(Remark(draft.row, "category", words))
    return next(term for _name, term in run.kinds if term.code == OTHER)


def _create(run: Import, draft: Draft, facts: dict[str, Any]) -> None:
    uid = draft.foreign_uid(run.source)
    told = as_told(draft, facts)
    known = ForeignId(source=run.source, key=draft.key, uid=uid, told=told)
    looked = datetime.combine(draft.told_on, time(12), UTC) if draft.told_on else now()
    resource = new_resource(
        {**facts, "uid": draft.uid or _name_for_all(draft, uid)},
        languages=draft.languages,
        seen=Seen(looked),
        category=run.term(facts["category_id"]),
        place=run.buildings.place_for(draft.where, source=run.source, uid=draft.place_uid),
    )
    resource.sources = _origins(draft) or [known]
    if draft.fresh:
        trust(resource, draft.fresh)
    db.session.add(resource)
    run.known[uid] = known


def _name_for_all(draft: Draft, uid: str) -> str:
    """Return the name under which the world knows a place; a secret address is not in it."""
    return new_uid() if draft.where.hidden and is_of_words(draft.key) else uid


def _origins(draft: Draft) -> list[ForeignId]:
    """Return who told the source itself: what a trusted copy says, we owe to the first teller."""
    return [
        ForeignId(source=source, key=key, uid=foreign_uid(source, key), told={})
        for source, key in draft.origins
    ]


def _renew(run: Import, draft: Draft, meeting: Meeting, facts: dict[str, Any]) -> None:
    """Take over what the source says differently from last time, unless somebody knew better."""
    told, resource = as_told(draft, facts), meeting.resource
    news = {name for name, value in told.items() if meeting.last_told(name) != value}
    if not news:
        run.report.count(Outcome.UNCHANGED)
        return
    if not run.decided and (kept := known_better(meeting, news, draft.told_on)):
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
    resource.place = run.buildings.place_for(said, source=run.source)
    return was
