"""Verbs of maps: taking in a file of places."""

import csv
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from maps.formats.csv import Row, Table, read_table
from maps.formats.resource_rows import understand
from nucleus.ground import clock, journal
from nucleus.ground.database import transaction
from nucleus.ground.web import settings
from nucleus.resources.drafts import Draft, ImportReport, Outcome, Remark
from nucleus.resources.importing import import_resources as take_in

CHUNK = 200
"""Rows a transaction: on SQLite the others wait no longer than a fraction of a second."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def import_resources(
    path: Path, *, source: str | None = None, actor: int | None = None
) -> ImportReport:
    """Take in a CSV file of places; a second run over the same file changes nothing.

    Commits in chunks, in transactions of its own: call it from a command or a job, not from a
    request.

    Args:
        path: the file.
        source: the name of whoever keeps the list; the file's own name unless given. Rows are
            found again by it.
        actor: the person who does it, for the journal.

    Raises:
        Unreadable: nothing in the file can be used, and nothing was changed.
    """
    table = read_table(path)
    source = source or path.stem
    report = ImportReport(ignored_columns=table.ignored)
    drafts = _understood(table, report)
    while chunk := list(islice(drafts, CHUNK)):
        with transaction():
            take_in(chunk, source=source, report=report, actor=actor)
    with transaction():
        journal.write("maps.import_resources", actor=actor, counts=report.counts())
    return report


def _understood(table: Table, report: ImportReport) -> Iterable[Draft]:
    """Yield the rows that can be taken, and account for the others; a row said twice comes once."""
    seen: set[str] = set()
    for row in table.rows:
        draft, remarks = understand(row, table)
        if draft is None:
            report.refuse(remarks[0])
        elif draft.key in seen:
            report.count(Outcome.UNCHANGED)
        else:
            seen.add(draft.key)
            report.remarks.extend(remarks)
            yield draft


def write_remarks(path: Path, report: ImportReport) -> Path | None:
    """Write every row that needs a person into a CSV beside the data; return where, if any."""
    if not report.remarks:
        return None
    table = read_table(path)
    rows = {row.number: row for row in table.rows}
    folder = settings().data / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / f"{path.stem}-{clock.now():%Y%m%d-%H%M%S}.csv"
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "outcome", "column", "reason", *table.headings])
        for remark in report.remarks:
            writer.writerow(_line(remark, rows.get(remark.row)))
    return out


def _line(remark: Remark, row: Row | None) -> list[str]:
    told = [str(remark.row), str(remark.outcome or "taken"), remark.column, remark.words]
    return [defused(cell) for cell in (*told, *(row.raw if row else ()))]


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
