"""Takes a staged list in, chunk by chunk; it may be cut off at any moment and goes on there.

Each chunk of rows is one short transaction that also says how far the run has come: after a
crash nothing is missing and nothing is counted twice. A dry run does the same and undoes it.
"""

import csv
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from flask_babel import gettext as _

from maps.formats.rows.cells import Reading
from maps.formats.rows.understanding import understand
from maps.formats.tables import Row, defused
from maps.lists.held import forget_decided, keep_held
from maps.lists.owing import note_owed
from maps.lists.staging import AGAIN, OTHERWISE, Files, lines_from
from maps.models import ImportRun
from nucleus.ground.clock import now
from nucleus.ground.database import db, transaction
from nucleus.resources.drafts import Draft, ImportReport, Outcome, Remark
from nucleus.resources.importing.taking import import_resources as take_in
from nucleus.resources.policy import reach_of_id
from nucleus.resources.reach import EVERYTHING

LEASE = timedelta(minutes=5)
"""After this long without a word the one who worked on a run is taken for dead."""

CHUNK = 400
FEWEST = 20
FIRST = 50
HELD = 0.25
"""Rows a transaction at most, at least and at first, and the seconds it should take: on SQLite
nobody else writes meanwhile, and an alert must not wait for a list."""

HEAD = ("row", "outcome", "column", "reason")


class DryRun(Exception):
    """Ends a transaction whose outcome is only looked at."""


@dataclass(frozen=True)
class Stand:
    """How far a run has come: which row, at which byte, and how long its remarks are."""

    run_id: int
    uid: str
    source: str
    actor: int | None
    at_terminal: bool
    line: int
    offset: int
    remarks: int

    @property
    def is_orphaned(self) -> bool:
        """Say whether nobody stands behind it any more: its starter left the house."""
        return self.actor is None and not self.at_terminal

    @classmethod
    def of(cls, run: ImportRun) -> "Stand":
        """Return where a run stands."""
        return cls(
            run_id=run.id,
            uid=run.uid,
            source=run.source,
            actor=run.by_id,
            at_terminal=run.at_terminal,
            line=run.line,
            offset=run.offset,
            remarks=run.remarks,
        )


@dataclass
class Chunk:
    """Rows that were read and understood, before anything is written."""

    rows: dict[int, Row]
    drafts: list[Draft]
    report: ImportReport
    lines: int
    offset: int


@dataclass
class Pace:
    """How many rows go into one transaction; a busy or slow machine takes fewer at a time."""

    rows: int = field(default_factory=lambda: min(FIRST, CHUNK))
    more: bool = True

    def took(self, seconds: float, rows: int) -> None:
        """Learn from the last transaction, and whether it found as many rows as it asked for."""
        self.more = rows == self.rows
        self.rows = min(CHUNK, max(FEWEST, int(rows * HELD / max(seconds, 0.001))))


@dataclass
class Told:
    """What a run said so far, for whoever waits for it at a terminal."""

    report: ImportReport = field(default_factory=ImportReport)
    most: int = 1_000

    def add(self, report: ImportReport) -> None:
        """Add what one chunk said; of the remarks only the first thousand."""
        self.report.add(report)
        self.report.remarks += report.remarks[: self.most - len(self.report.remarks)]


def take_chunk(
    stand: Stand, reading: Reading, pace: Pace, *, dry: bool = False
) -> ImportReport | None:
    """Take in the next rows, or look what would become of them; None when there are no more."""
    chunk = read_chunk(stand, reading, pace.rows)
    if not chunk.lines:
        return None
    begun = time.monotonic()
    with suppress(DryRun), transaction():
        _take_in(stand, chunk, reading)
        forget_decided(stand.source, chunk.rows, chunk.report)
        if dry:
            raise DryRun
        _note(stand, chunk, dry=False)
    pace.took(time.monotonic() - begun, chunk.lines)
    if dry:
        with transaction():
            _note(stand, chunk, dry=True)
    return chunk.report


def _take_in(stand: Stand, chunk: Chunk, how: Reading) -> None:
    """Take the rows in; what is said of them then names columns as their file does."""
    reach = reach_of_id(stand.actor) if stand.actor else EVERYTHING
    told = ImportReport()
    take_in(chunk.drafts, source=stand.source, report=told, reach=reach)
    note_owed(chunk.drafts)
    for remark in told.remarks:
        chunk.report.remarks.append(replace(remark, column=how.headings_of(remark.column)))
    chunk.report.add(told)


def read_chunk(stand: Stand, reading: Reading, most: int) -> Chunk:
    """Read and understand the next rows; no transaction is open meanwhile."""
    files = Files(stand.uid)
    lines = list(islice(lines_from(files.rows, stand.offset), most))
    with files.twice.open("rb") as marks:
        marks.seek(stand.line)
        doubles = marks.read(len(lines))
    chunk = Chunk({}, [], ImportReport(), len(lines), lines[-1][1] if lines else stand.offset)
    for (row, _offset), double in zip(lines, doubles, strict=True):
        chunk.rows[row.number] = row
        if double == AGAIN:
            chunk.report.count(Outcome.UNCHANGED)
        elif double == OTHERWISE:
            chunk.report.refuse(_said_otherwise(row, reading))
        else:
            _understand(row, reading, chunk)
    return chunk


def _said_otherwise(row: Row, reading: Reading) -> Remark:
    words = _(
        "An earlier row is about the same place and says something else. Is it another place? "
        "Then give it a number of its own."
    )
    return Remark(row.number, reading.heading("id"), words, Outcome.HELD_BACK)


def _understand(row: Row, reading: Reading, chunk: Chunk) -> None:
    draft, remarks = understand(row, reading)
    if draft is None:
        chunk.report.refuse(remarks[0])
    else:
        chunk.report.remarks.extend(remarks)
        chunk.drafts.append(draft)


def _note(stand: Stand, chunk: Chunk, *, dry: bool) -> None:
    """Note in the same transaction how far the run has come, and what became of its rows."""
    run = db.session.get_one(ImportRun, stand.run_id)
    if dry and (run.state, run.line) != ("checking", stand.line):
        return  # somebody stopped meanwhile, or chose other columns
    counts = Counter(run.foreseen if dry else run.counts)
    counts.update(chunk.report.counts())
    if dry:
        run.foreseen = dict(counts)
    else:
        run.counts = dict(counts)
        keep_held(run, chunk.rows, chunk.report)
    run.remarks = write_remarks(stand, run.headings, chunk, dry=dry)
    run.line, run.offset = stand.line + chunk.lines, chunk.offset
    run.changed_at = now()
    run.claimed_until = run.changed_at + LEASE


def write_remarks(stand: Stand, headings: Iterable[str], chunk: Chunk, *, dry: bool) -> int:
    """Write the rows that need a look after those of earlier chunks; return the length.

    What a chunk wrote that was never committed lies beyond the noted length and is cut off.
    """
    path = Files(stand.uid).remarks(foreseen=dry)
    if not chunk.report.remarks:
        return stand.remarks
    path.touch()
    with path.open("r+", encoding="utf-8", newline="") as file:
        file.truncate(stand.remarks)
        file.seek(stand.remarks)
        writer = csv.writer(file)
        if not stand.remarks:
            file.write("\ufeff")
            writer.writerow([*HEAD, *(defused(name) for name in headings)])
        for remark in sorted(chunk.report.remarks, key=lambda one: one.row):
            writer.writerow(_line(remark, chunk.rows.get(remark.row)))
        file.flush()
        return path.stat().st_size


def _line(remark: Remark, row: Row | None) -> list[str]:
    told = [str(remark.row), str(remark.outcome or "taken"), remark.column, remark.words]
    return [defused(cell) for cell in (*told, *(row.raw if row else ()))]


def remarks_of(uid: str) -> Path | None:
    """Return the file with every row that needs a look, if there is one."""
    path = Files(uid).remarks()
    return path if path.exists() and path.stat().st_size else None
