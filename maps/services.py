"""Verbs of maps: taking in lists that others keep."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import or_, update

from maps.formats.osm_words import ATTRIBUTION, SOURCE
from maps.formats.rows.cells import Reading
from maps.formats.tables import Unreadable, refuse_unusable
from maps.lists.chunks import LEASE, Pace, Stand, Told, remarks_of, take_chunk
from maps.lists.owing import as_line
from maps.lists.staging import Files, note_doubles, reading_of, stage
from maps.models import ImportRun, ImportSource, new_uid
from maps.queries import source_named
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import breathe, db, reading, transaction
from nucleus.ground.lifecycle import move
from nucleus.resources.categories import ensure_categories
from nucleus.resources.drafts import ImportReport
from nucleus.resources.twins.jobs import find_twins

QUICK = 2 * 1024 * 1024
"""Bytes of a file that is read while its sender waits; a longer one is read by the job."""


@dataclass(frozen=True)
class Terms:
    """What was said about a source: what we owe it, where its places may lie, how far we trust."""

    attribution: str | None = None
    abroad: bool = False
    trusted: bool = False


def import_resources(
    path: Path,
    *,
    source: str | None = None,
    sheet: str | None = None,
    actor: int | None = None,
    terms: Terms | None = None,
) -> ImportReport:
    """Take in a file of places; a second run over the same file changes nothing.

    Commits in chunks, in transactions of its own: call it from a command or a job, not from a
    request.

    Args:
        path: the file.
        source: the name of whoever keeps the list; the file's own name unless given. Rows are
            found again by it.
        sheet: which one of a workbook; it is remembered of the source.
        actor: the person who does it, for the journal.
        terms: what is to be remembered of the source.

    Raises:
        Unreadable: nothing in the file can be used, and nothing was changed.
    """
    run = _new_run(source or path.name.split(".")[0], path.name, actor)
    run.at_terminal = actor is None
    with transaction():
        ensure_categories()
    try:
        _stage_sheet(run, path, sheet)
        with transaction():
            how = _begin(run, terms, sheet=sheet)
            run_id, uid, book = run.id, run.uid, run.workbook
    except Unreadable:
        Files(run.uid).forget()
        raise
    told = Told(ImportReport(ignored_columns=how.ignored, workbook=book))
    work_on(run_id, told=told)
    told.report.remarks_file = remarks_of(uid)
    return told.report


def _stage_sheet(run: ImportRun, path: Path, sheet: str | None) -> None:
    """Write the rows of a sheet down: the one that was named and no other, or the usual one."""
    with reading():
        run.sheet = sheet or _remembered_sheet(run.source)
        stage(run, path)
    if sheet and run.sheet != sheet:
        raise _no_such_sheet(run, sheet)


def _remembered_sheet(source: str) -> str | None:
    known = source_named(source)
    return known.sheet if known else None


def _no_such_sheet(run: ImportRun, name: str) -> Unreadable:
    if not run.workbook:
        return Unreadable(_("This file is no workbook: there is no sheet to choose."))
    names = ", ".join(run.workbook["sheets"])
    words = _("No visible sheet is called “%(name)s”. There is: %(names)s.", name=name, names=names)
    return Unreadable(words)


def _begin(run: ImportRun, terms: Terms | None, *, sheet: str | None) -> Reading:
    """Add a run that nobody needs to look through first."""
    known = remember_terms(run, terms)
    known.sheet = sheet or known.sheet
    how = reading_of(run)
    refuse_unusable(how.headings, how.mapping)
    for state in ("mapping", "running"):
        move(run, state)
    db.session.add(run)
    db.session.flush()
    return how


def _new_run(source: str, file_name: str, actor: int | None) -> ImportRun:
    """Return a run that waits, and is in no transaction yet."""
    run = ImportRun(source=source, file_name=file_name, by_id=actor, uid=new_uid())
    run.begun_at = run.changed_at = now()
    run.state = "waiting"
    return run


def add_import(upload: IO[bytes], *, file_name: str, source: str, actor: int) -> ImportRun:
    """Keep a file that somebody sent; a short one is read at once."""
    run = _new_run(source, file_name, actor)
    run.headings, run.counts, run.foreseen = [], {}, {}
    run.sheet, run.workbook = _remembered_sheet(source), {}
    path = Files(run.uid).upload
    with path.open("wb") as file:
        shutil.copyfileobj(upload, file, 1024 * 1024)
    if path.stat().st_size <= QUICK:
        read_upload(run)
    db.session.add(run)
    db.session.flush()
    journal.write("maps.add_import", f"import:{run.id}", actor=actor)
    return run


def read_upload(run: ImportRun) -> None:
    """Write the rows of an uploaded file down, or say why nothing in it can be used."""
    try:
        stage(run, Files(run.uid).upload)
    except Unreadable as cause:
        run.reason = str(cause)
        move(run, "refused")
        Files(run.uid).forget()
    else:
        move(run, "mapping")


def remember_terms(run: ImportRun, terms: Terms | None) -> ImportSource:
    """Remember what was said about a source; nothing said leaves what is known."""
    source = db.session.get(ImportSource, run.source)
    if source is None:
        source = ImportSource(name=run.source, changed_at=now(), mapping={})
        db.session.add(source)
        terms = terms or Terms()
    if terms:
        source.attribution = as_line(terms.attribution) or source.attribution
        source.abroad, source.trusted, source.changed_at = terms.abroad, terms.trusted, now()
    if run.kind == "osm" or run.source == SOURCE:
        source.attribution = source.attribution or ATTRIBUTION
    return source


def map_import(run: ImportRun, mapping: Mapping[str, str], *, terms: Terms) -> None:
    """Remember which column is what, and look through the file without taking it in."""
    source = remember_terms(run, terms)
    source.mapping, source.sheet = dict(mapping), run.sheet or source.sheet
    if run.state in {"checking", "checked"}:
        move(run, "mapping")
    move(run, "checking")
    _begin_again(run)
    run.foreseen = {}


def read_import(run: ImportRun, sheet: str) -> None:
    """Read another sheet of a workbook that was sent; its columns are then asked about.

    A short file is read at once, a longer one by the job. Raises Unreadable, and leaves what
    was read before, when the sheet can't be used.
    """
    upload, before = Files(run.uid).upload, run.sheet
    run.sheet = sheet
    if run.state == "checked":
        move(run, "mapping")
    if upload.stat().st_size > QUICK:
        move(run, "waiting")
    else:
        try:
            stage(run, upload)
        except Unreadable:
            run.sheet = before
            raise
    _begin_again(run)
    run.foreseen = {}


def start_import(run: ImportRun, *, actor: int) -> None:
    """Begin to take in what was looked through, or go on where it was stopped.

    From here on it changes what this person looks after, whoever sent the file.
    """
    if run.state == "checked":
        _begin_again(run)
    run.by_id = actor
    move(run, "running")
    journal.write("maps.start_import", f"import:{run.id}", actor=actor)


def stop_import(run: ImportRun, *, actor: int | None) -> None:
    """Stop after the chunk at hand; what was taken in stays, and a look is forgotten."""
    if run.state == "checking":
        move(run, "mapping")
        _begin_again(run)
        run.foreseen = {}
    else:
        move(run, "stopped")
    journal.write("maps.stop_import", f"import:{run.id}", actor=actor)


def _begin_again(run: ImportRun) -> None:
    run.line = run.offset = run.remarks = 0
    run.changed_at = now()


def work_on(run_id: int, *, told: Told | None = None, seconds: float | None = None) -> bool:
    """Do what a run waits for, until it is done or the time is up; one worker at a time.

    Returns whether this call was the worker.
    """
    if not _claim(run_id):
        return False
    end = time.monotonic() + seconds if seconds is not None else None
    pace = Pace()
    try:
        while _step(run_id, told, pace) and (end is None or time.monotonic() < end):
            if pace.more:
                breathe()
    finally:
        _release(run_id)
    return True


def _claim(run_id: int) -> bool:
    free = or_(ImportRun.claimed_until.is_(None), ImportRun.claimed_until < now())
    claim = update(ImportRun).where(ImportRun.id == run_id, free)
    with transaction():
        done = db.session.execute(claim.values(claimed_until=now() + LEASE))
        return bool(done.rowcount)  # type: ignore[attr-defined]


def _release(run_id: int) -> None:
    with transaction():
        run = db.session.get_one(ImportRun, run_id)
        run.claimed_until = None


def _step(run_id: int, told: Told | None, pace: Pace) -> bool:
    """Do one thing for a run; say whether there is more to do."""
    with reading():
        run = db.session.get_one(ImportRun, run_id)
        state, stand, how = run.state, Stand.of(run), reading_of(run)
        db.session.expunge(run)
    if state == "waiting":
        _read(run)
        return False
    if state not in {"checking", "running"}:
        return False
    if stand.is_orphaned:
        return _leave(run_id, state)
    if stand.line == 0:
        note_doubles(run, how)
        find_twins()  # what came in a minute ago must be met too
    report = take_chunk(stand, how, pace, dry=state == "checking")
    if report is None:
        _end(run_id, state)
        return False
    if told:
        told.add(report)
    return True


def _read(run: ImportRun) -> None:
    """Read a long upload; only what came of it is a transaction, so that alerts get in."""
    with reading():
        read_upload(run)
    with transaction():
        db.session.merge(run)


def _leave(run_id: int, state: str) -> bool:
    """Stop a run whose starter left the house; whoever goes on does so with rights of their own."""
    with transaction():
        stop_import(db.session.get_one(ImportRun, run_id), actor=None)
    return False


def _end(run_id: int, state: str) -> None:
    """Close a run, or its dry run."""
    with transaction():
        run = db.session.get_one(ImportRun, run_id)
        if state == "checking":
            move(run, "checked")
            return
        move(run, "done")
        journal.write("maps.import_resources", actor=run.by_id, counts=run.counts)
        Files(run.uid).forget()
