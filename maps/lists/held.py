"""Rows that wait for a person: kept as they came, looked at one by one, taken or skipped.

What was decided about a row holds for the same row in every later file of its source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from sqlalchemy import func, select

from maps.formats.rows.cells import Cells, Reading
from maps.formats.rows.understanding import key_as_it_came, understand
from maps.formats.tables import WORDS, Row
from maps.models import ImportRow, ImportRun
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.places.italy import Doubt, doubt_about, read_degrees
from nucleus.resources.drafts import Draft, ImportReport, Outcome, Remark
from nucleus.resources.importing.holding import looks_secret
from nucleus.resources.models import Resource
from nucleus.resources.queries import known_from

MOST_HELD = 2_000
"""Rows a person can be asked to look at one by one; the others stand in the file of remarks."""

WAITING = (Outcome.HELD_BACK, Outcome.FAILED)


def mark_of(row: Row) -> str:
    """Return what tells a row again, whatever its number."""
    return blake2b("\n".join(row.raw).encode("utf-8", "replace"), digest_size=16).hexdigest()


def forget_decided(source: str, rows: Mapping[int, Row], report: ImportReport) -> None:
    """Count rows a person decided about in an earlier file as nothing new."""
    waiting = {one.row: one for one in report.remarks if one.outcome in WAITING}
    marks = {mark_of(rows[number]): number for number in waiting if number in rows}
    decided = select(ImportRow.mark).where(
        ImportRow.source == source, ImportRow.mark.in_(marks), ImportRow.state != "waiting"
    )
    for mark in set(db.session.scalars(decided)) if marks else ():
        remark = waiting[marks[mark]]
        report.remarks.remove(remark)
        outcome = str(remark.outcome)
        setattr(report, outcome, getattr(report, outcome) - 1)
        report.count(Outcome.UNCHANGED)


def keep_held(run: ImportRun, rows: Mapping[int, Row], report: ImportReport) -> None:
    """Keep the rows of a chunk that wait for a person, as they came."""
    kept = counted(run.id).get("waiting", 0) if report.remarks else 0
    for remark in sorted(report.remarks, key=lambda one: one.row):
        if remark.outcome in WAITING and remark.row in rows and kept < MOST_HELD:
            kept += 1
            db.session.add(_held(run, rows[remark.row], remark))


def _held(run: ImportRun, row: Row, remark: Remark) -> ImportRow:
    return ImportRow(
        run_id=run.id,
        source=run.source,
        number=remark.row,
        heading=remark.column,
        reason=remark.words,
        raw=list(row.raw),
        mark=mark_of(row),
        changed_at=now(),
    )


def counted(run_id: int) -> dict[str, int]:
    """Return how many rows of a run wait, were taken, were skipped."""
    states = select(ImportRow.state, func.count()).where(ImportRow.run_id == run_id)
    return {
        state: int(count) for state, count in db.session.execute(states.group_by(ImportRow.state))
    }


def waiting_rows(run_id: int, *, after: int = 0, limit: int = 50) -> Sequence[ImportRow]:
    """Return rows of a run that wait, in the order of the file."""
    waiting = select(ImportRow).where(ImportRow.run_id == run_id, ImportRow.state == "waiting")
    ordered = waiting.where(ImportRow.id > after).order_by(ImportRow.id)
    return db.session.scalars(ordered.limit(limit)).all()


def next_row(row: ImportRow) -> ImportRow | None:
    """Return the row to look at after this one; past the end the first that still waits."""
    found = waiting_rows(row.run_id, after=row.id, limit=1) or waiting_rows(row.run_id, limit=1)
    return next(iter(found), None)


@dataclass(frozen=True)
class Look:
    """A row as it came, and what would become of it with some cells written differently."""

    draft: Draft | None
    remarks: tuple[Remark, ...]
    resource: Resource | None


def said_in(row: ImportRow, how: Reading) -> dict[str, str]:
    """Return the cells of a row under our words, as they came."""
    cells = Cells(Row(row.number, tuple(row.raw)), how)
    return {word: " ".join(cells.raw(word).split()) for word in how.mapping}


def proposed(row: ImportRow, how: Reading) -> dict[str, str]:
    """Return the cells as they were probably meant: only where the mistake tells its remedy.

    A place that may be a refuge is proposed as hidden: nobody has to think of it.
    """
    said = _with_point(said_in(row, how))
    draft = look_at(row, how, said).draft
    return {**said, "hidden": "1"} if draft and must_hide(draft) else said


def _with_point(said: dict[str, str]) -> dict[str, str]:
    lat, lon = read_degrees(said.get("lat", "")), read_degrees(said.get("lon", ""))
    if lat is None or lon is None:
        return said
    doubt = doubt_about(lat, lon)
    if doubt is Doubt.SWAPPED:
        return {**said, "lat": said["lon"], "lon": said["lat"]}
    return {**said, "lat": "", "lon": ""} if doubt is Doubt.ZERO else said


def look_at(row: ImportRow, how: Reading, said: Mapping[str, str]) -> Look:
    """Understand a row with its cells as a person wrote them; nothing is changed."""
    extra = tuple(word for word in WORDS if word in said and word not in how.mapping)
    mapping = {**how.mapping, **{word: len(how.headings) + at for at, word in enumerate(extra)}}
    cells = [*row.raw, *[""] * (len(how.headings) - len(row.raw))][: len(how.headings)]
    cells += [""] * len(extra)
    for word, text in said.items():
        cells[mapping[word]] = text
    wider = replace(how, headings=(*how.headings, *extra), mapping=mapping)
    draft, remarks = understand(Row(row.number, tuple(cells)), wider)
    key = key_as_it_came(Row(row.number, tuple(row.raw)), how)
    if draft and said.get("id", "") == said_in(row, how).get("id", ""):
        draft = replace(draft, key=key)
    if draft:
        known = known_from(row.source, {draft.foreign_uid(row.source)})
        resource = next((one.resource for one in known.values()), None)
    return Look(draft, tuple(remarks), resource if draft else None)


def must_hide(draft: Draft) -> bool:
    """Say whether this looks like a place whose address must stay secret, and is not hidden."""
    return looks_secret(draft) and not draft.where.hidden
