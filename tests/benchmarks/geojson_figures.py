"""`geojson`: what the map fetches, ten thousand places whole and a hundred thousand by view."""

import gzip
import json
import sqlite3
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from tests.benchmarks.figures import Figure, in_turn
from tests.benchmarks.figures import cpu_of as cpu
from tests.benchmarks.near_figures import crowded
from tests.maps.crowd import lived_in_crowd_of

GOAL_MB, GOAL_CPU = 0.2, 0.15
WHOLE = "/maps/resources.geojson"
OURS = "?columns=1"
ITALY, TOWN = "?zoom=6", "?zoom=12&bbox=14.1,40.8,14.4,40.95"


def run(options: dict[str, str]) -> list[Figure]:
    """Measure both; `--places=10000 --many=100000` say how many there are."""
    places, many = int(options.get("places", "10000")), int(options.get("many", "100000"))
    with (
        TemporaryDirectory() as folder,
        crowded(Path(folder), places, put=lived_in_crowd_of) as app,
    ):
        figures = whole(app, Path(folder) / "nucleus.db", places)
    with TemporaryDirectory() as folder, crowded(Path(folder), many) as app:
        return [*figures, *by_view(app, many)]


def whole(app: Flask, file: Path, places: int) -> list[Figure]:
    """Measure everything in one file, beside sqlite3 and json alone."""
    size, for_others = len(fetched(app, WHOLE + OURS)), len(fetched(app, WHOLE))
    ours, bare = in_turn(
        lambda: cpu(lambda: fetched(app, WHOLE + OURS)), lambda: cpu(lambda: raw(file)), rounds=9
    )
    theirs = min(cpu(lambda: fetched(app, WHOLE)) for _ in range(5))
    return [
        Figure(
            figure="geojson.bytes",
            unit="MB over the wire",
            ours=size / 1e6,
            goal=f"<= {GOAL_MB:g}",
            reached=size / 1e6 <= GOAL_MB,
            note=f"{places} places in columns, as our own script reads them; as GeoJSON for others "
            f"{for_others / 1e6:.3f} MB",
        ),
        Figure(
            figure="geojson.cpu",
            unit="CPU-s",
            ours=ours,
            goal=f"<= {GOAL_CPU:g}",
            reached=ours <= GOAL_CPU,
            yardstick=bare,
            yardstick_name="sqlite3, json and gzip alone, with the same columns",
            note=f"{places} places, open or closed now, with their dates; as GeoJSON {theirs:.3f}",
        ),
    ]


def by_view(app: Flask, many: int) -> list[Figure]:
    """Measure one view of many places: all Italy, and one town."""
    figures = []
    for name, view in (("italy", ITALY), ("town", TOWN)):
        size = len(fetched(app, WHOLE + view))
        rounds = [cpu(lambda view=view: fetched(app, WHOLE + view)) for _ in range(9)]  # type: ignore[misc]
        spent = statistics.median(rounds)
        figures.append(
            Figure(
                figure=f"geojson.{name}",
                unit="CPU-s",
                ours=spent,
                goal=f"<= {GOAL_CPU:g}, {GOAL_MB:g} MB",
                reached=spent <= GOAL_CPU and size / 1e6 <= GOAL_MB,
                note=f"one view of {many} places, {size / 1e3:.0f} kB",
            )
        )
    return figures


def fetched(app: Flask, path: str) -> bytes:
    """Return what goes over the wire."""
    answer = app.test_client().get(path, headers={"Accept-Encoding": "gzip"})
    if answer.status_code != 200:
        raise RuntimeError(f"{path} said {answer.status_code}")
    return answer.get_data()


def raw(file: Path) -> bytes:
    """Return the same columns with nothing but the standard library."""
    asked = "SELECT r.id, name, category_id, hours, lat, lon FROM resource r JOIN place p"
    with sqlite3.connect(file) as database:
        rows = database.execute(f"{asked} ON p.id = r.place_id").fetchall()
    return gzip.compress(json.dumps(rows).encode(), compresslevel=5)
