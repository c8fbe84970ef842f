"""The figure `import`: a real list of places taken in, row by row, and none lost."""

import csv
import sqlite3
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from maps.services import import_resources
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.resources.drafts import ImportReport
from nucleus.resources.models import Resource
from tests.benchmarks.figures import Figure, cpu_of, in_turn
from tests.benchmarks.long_list import long_list
from tests.benchmarks.round_trip import round_trip
from tests.conftest import settings_for

REAL = Path(__file__).parents[3] / "shared" / "data" / "sanimapp.csv"
HOURS_COLUMNS = ("Orari", "orari", "hours")
PAIRS = 26
"""Addresses that stand twice or more in the real list."""

LONG = 20_000
HOURS_GOAL = 150
GOAL = 100.0
"""Rows a second: a list of ten thousand places is in within two minutes."""


def run(options: dict[str, str]) -> list[Figure]:
    """Measure the real list, or the file that `--file` names; say so loudly when there is none.

    `--rows=1000000` takes in the longest list there may be, which lasts about an hour.
    """
    path = Path(options.get("file", REAL))
    if not path.exists():
        print(f"SKIPPED import: {path.name} is not there, so nothing was measured", file=sys.stderr)
        return []
    reports: list[ImportReport] = []
    rounds = int(options.get("rounds", "3"))
    ours, raw = in_turn(lambda: taken_in(path, reports), lambda: loaded_raw(path), rounds=rounds)
    rows = len(told(path))
    there = [one for one in (path, path.with_name("helsinki.osm.pbf")) if one.exists()]
    long = long_list(int(options.get("rows", LONG)))
    return [
        speed(rows, ours, raw), accounted(rows, reports), understood(reports[0]),
        joined(path), long, round_trip(there),
    ]  # fmt: skip


def speed(rows: int, ours: float, raw: float) -> Figure:
    """Return rows a CPU second beside a bare load of the same rows."""
    return Figure(
        figure="import",
        unit="rows/CPU-s",
        ours=rows / ours,
        goal=f">= {GOAL:g}",
        reached=rows / ours >= GOAL,
        yardstick=rows / raw,
        yardstick_name="csv.DictReader and one executemany into one table",
        note="ours reads hours, phones and places, joins services of one building, keeps a journal",
    )


def accounted(rows: int, reports: list[ImportReport]) -> Figure:
    """Return how many rows the reports account for, and whether the second run changed nothing."""
    first, second = reports[0], reports[1]
    kept = second.created == second.updated == 0
    unclear = len({remark.row for remark in first.remarks})
    return Figure(
        figure="import.rows",
        unit="rows",
        ours=first.rows,
        goal=f"{rows} of {rows}, second run 0 changes",
        reached=first.rows == rows and kept,
        yardstick=rows,
        yardstick_name="rows in the file",
        note=f"{first.counts()}; {unclear} rows to look at; again: {second.counts()}",
    )


def understood(first: ImportReport) -> Figure:
    """Return of how many rows the hours were understood; the others wait for a person."""
    unclear = {one.row for one in first.remarks if one.column in HOURS_COLUMNS}
    clear = first.rows - len(unclear)
    return Figure(
        figure="import.hours",
        unit="rows whose hours were understood",
        ours=clear,
        goal=f">= {HOURS_GOAL}",
        reached=clear >= HOURS_GOAL,
        yardstick=first.rows,
        yardstick_name="rows in the file",
        note=f"{len(unclear)} are kept as words, flagged, and named with row and column",
    )


def joined(path: Path) -> Figure:
    """Return how many buildings hold two services or more: one place each, no pins on pins."""
    with TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        with app.app_context():
            db.create_all()
            import_resources(path)
            shared = select(Resource.place_id).group_by(Resource.place_id)
            found = len(db.session.scalars(shared.having(func.count() > 1)).all())
            db.engine.dispose()
    return Figure(
        figure="import.joined",
        unit="places with several services",
        ours=found,
        goal=f">= {PAIRS}",
        reached=found >= PAIRS,
        note="the same address, written alike, within a hundred metres",
    )


def taken_in(path: Path, reports: list[ImportReport]) -> float:
    """Take the list into an empty house, then once more; return CPU seconds of the first run."""
    with TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        with app.app_context():
            db.create_all()
            spent = cpu_of(lambda: reports.append(import_resources(path)))
        with app.app_context():
            reports.append(import_resources(path))
            db.engine.dispose()
        return spent


def loaded_raw(path: Path) -> float:
    """Put the same cells into one table of SQLite, nothing understood; return CPU seconds."""

    def load() -> None:
        rows = told(path)
        names = list(rows[0])
        columns = ", ".join(f'"{name}" TEXT' for name in names)
        marks = ", ".join("?" for _ in names)
        connection = sqlite3.connect(":memory:")
        connection.execute(f"CREATE TABLE t ({columns})")
        connection.executemany(f"INSERT INTO t VALUES ({marks})", [list(r.values()) for r in rows])  # noqa: S608
        connection.close()

    return cpu_of(load)


def told(path: Path) -> list[dict[str, Any]]:
    """Return the rows as the standard library reads them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
