"""`near`: the twenty nearest of a hundred thousand places, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import psutil
from flask import Flask
from sqlalchemy import func, select, text

from maps.earth.geometry import Point
from maps.finding.question import Eyes, Filters, distance
from maps.finding.search import Hit, nearest
from nucleus.app import create_app
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.resources.models import Resource
from tests.benchmarks.figures import Figure, cpu_of
from tests.conftest import settings_for
from tests.maps.crowd import BANDS, crowd_of
from tests.postgres import empty_database, running

GOALS_MS = {"sqlite": 1.5, "postgresql": 2.0}
FASTER = 20
EVERYONE = Eyes()


def run(options: dict[str, str]) -> list[Figure]:
    """Measure both databases; `--places=100000 --questions=200` say how much."""
    places, questions = int(options.get("places", "100000")), int(options.get("questions", "200"))
    with TemporaryDirectory() as folder, crowded(Path(folder), places) as app:
        figures = [measured(app, "sqlite", places, questions)]
    with (
        TemporaryDirectory(prefix="nucleus-pg-") as folder,
        running(Path(folder, "data")) as server,
        empty_database(server) as url,
        TemporaryDirectory() as data,
        crowded(Path(data), places, url) as app,
    ):
        figures.append(measured(app, "postgresql", places, questions))
    return figures


@contextmanager
def crowded(
    folder: Path, places: int, url: str = "", *, put: Callable[[int], None] = crowd_of
) -> Iterator[Flask]:
    """Lend a house with so many places in it."""
    app = create_app(settings_for(folder, url))
    with app.app_context():
        db.create_all()
        put(places)
        db.session.commit()
        db.session.execute(text("ANALYZE"))
        db.session.commit()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def measured(app: Flask, database: str, places: int, questions: int) -> Figure:
    """Measure the rings beside a scan of everything, from points where people live."""
    draw, at = Random(3), now()
    points = [
        Point(draw.gauss(lat, 0.3), draw.gauss(lon, 0.3))
        for lat, lon in (draw.choice(BANDS) for _ in range(questions))
    ]
    with app.app_context():
        cpu = cpu_with_server(database)
        same = all({hit.id for hit in by_rings(p, at)} == set(by_scan(p)) for p in points[:5])
        ours = cpu(lambda: [by_rings(point, at) for point in points]) / questions * 1000
        scanned = cpu(lambda: [by_scan(point) for point in points[:5]]) / 5 * 1000
    goal = GOALS_MS[database]
    return Figure(
        figure=f"near.{database}",
        unit="ms CPU a question (20 nearest)",
        ours=ours,
        goal=f"<= {goal:g}, {FASTER}x less than a full scan",
        reached=same and ours <= goal and scanned >= FASTER * ours,
        yardstick=scanned,
        yardstick_name="the same question by a full scan and sort",
        note=f"{places} places, {scanned / ours:.0f}x less, the same twenty found: {same}; "
        "the database's CPU is in it",
    )


def cpu_with_server(database: str) -> Callable[[Callable[[], object]], float]:
    """Return how CPU seconds are taken: on PostgreSQL those of our server process are added."""
    if database == "sqlite":
        return cpu_of
    pid = db.session.scalar(select(func.pg_backend_pid()))
    server = psutil.Process(pid)

    def both(work: Callable[[], object]) -> float:
        before = server.cpu_times()
        ours = cpu_of(work)
        after = server.cpu_times()
        return ours + after.user + after.system - before.user - before.system

    return both


def by_rings(point: Point, at: datetime) -> list[Hit]:
    """Ask as the product asks."""
    return nearest(Filters(near=point), EVERYONE, now=at, limit=20)


def by_scan(point: Point) -> list[int]:
    """Ask as one would without an index."""
    km = distance(point, Place.lat + 0, Place.lon + 0)
    asked = select(Resource.id).join(Place, Place.id == Resource.place_id).order_by(km, Resource.id)
    return list(db.session.scalars(asked.limit(20)))
