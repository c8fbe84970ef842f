"""The figure `import`: a real list of places taken in, row by row, and none lost."""

import csv
import sqlite3
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from maps.services import import_resources
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.resources.drafts import ImportReport
from tests.benchmarks.figures import Figure, cpu_of, in_turn
from tests.benchmarks.round_trip import round_trip
from tests.conftest import settings_for

REAL = Path(__file__).parents[3] / "shared" / "data" / "sanimapp.csv"
GOAL = 100.0
"""Rows a second: a list of ten thousand places is in within two minutes."""


def run(options: dict[str, str]) -> list[Figure]:
    """Measure the real list, or the file that `--file` names; say so loudly when there is none."""
    path = Path(options.get("file", REAL))
    if not path.exists():
        print(f"SKIPPED import: {path.name} is not there, so nothing was measured", file=sys.stderr)
        return []
    reports: list[ImportReport] = []
    rounds = int(options.get("rounds", "3"))
    ours, raw = in_turn(lambda: taken_in(path, reports), lambda: loaded_raw(path), rounds=rounds)
    rows = len(told(path))
    there = [one for one in (path, path.with_name("helsinki.osm.pbf")) if one.exists()]
    return [speed(rows, ours, raw), accounted(rows, reports), round_trip(there)]


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
