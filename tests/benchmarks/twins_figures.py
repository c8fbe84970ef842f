"""`twins`: which of a hundred thousand entries may be one place, beside comparing all with all."""

from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select, update

from nucleus.ground.database import db
from nucleus.resources.models import Resource
from nucleus.resources.twins.finding import Pair, facts_of
from nucleus.resources.twins.jobs import find_twins
from nucleus.resources.twins.likeness import Entry, entry_of, likeness
from nucleus.resources.twins.models import TwinPair
from tests.benchmarks.figures import Figure, cpu_of
from tests.benchmarks.near_figures import crowded

GOAL_SECONDS, GOAL_AGAIN = 60, 0.5
EVERY = 100
SAMPLE = 1_500
ENDLESS = 1_000_000


def run(options: dict[str, str]) -> list[Figure]:
    """Measure the first look and the next one; `--entries=100000` says how many."""
    entries = int(options.get("entries", "100000"))
    with TemporaryDirectory() as folder, crowded(Path(folder), entries) as app, app.app_context():
        planted = plant()
        first = cpu_of(lambda: find_twins(ENDLESS))
        again = cpu_of(lambda: find_twins(ENDLESS))
        found = {(row.low_id, row.high_id) for row in db.session.scalars(select(TwinPair))}
        all_pairs = all_with_all(entries)
    missed = len(planted - found)
    return [
        Figure(
            figure="twins.first",
            unit="CPU-s for all entries",
            ours=first,
            goal=f"<= {GOAL_SECONDS}, every planted pair found",
            reached=first <= GOAL_SECONDS and not missed,
            yardstick=all_pairs,
            yardstick_name=f"all with all, from {SAMPLE} entries",
            note=f"{entries} entries, {len(planted)} planted, {missed} missed, {len(found)} found",
        ),
        Figure(
            figure="twins.again",
            unit="CPU-s when nothing changed",
            ours=again,
            goal=f"<= {GOAL_AGAIN}",
            reached=again <= GOAL_AGAIN,
        ),
    ]


def plant() -> set[Pair]:
    """Give every hundredth entry the door and nearly the name of the one before it."""
    columns = (Resource.id, Resource.name, Resource.place_id, Resource.category_id)
    rows = db.session.execute(select(*columns).order_by(Resource.id)).all()
    planted = set()
    for one, other in list(pairwise(rows))[::EVERY]:
        same = {"place_id": one.place_id, "category_id": one.category_id}
        change = {"name": one.name.replace("r", "rr", 1), **same}
        db.session.execute(update(Resource).where(Resource.id == other.id).values(change))
        planted.add((one.id, other.id))
    db.session.commit()
    return planted


def all_with_all(entries: int) -> float:
    """Return what comparing every entry with every other would take, from a sample."""
    ids = db.session.scalars(select(Resource.id).limit(SAMPLE)).all()
    sample = [entry_of(dict(row._mapping)) for row in db.session.execute(facts_of(ids))]
    spent = cpu_of(lambda: compare_all(sample))
    pairs = len(sample) * (len(sample) - 1) / 2
    return spent / pairs * entries * (entries - 1) / 2


def compare_all(sample: Sequence[Entry]) -> int:
    """Compare all with all; return how many are alike."""
    return sum(likeness(one, other) is not None for one, other in combinations(sample, 2))
