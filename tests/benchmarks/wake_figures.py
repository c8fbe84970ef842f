"""`wake`: how soon a worker has claimed what another process has just committed."""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from nucleus.ground.database import db, reading, transaction
from nucleus.messages.models import Delivery
from nucleus.messages.services import post_message
from nucleus.people.models import Channel
from tests.benchmarks.crowd import CrowdedHouse, bring, open_house
from tests.benchmarks.databases import POSTGRES, SQLITE, Databases
from tests.benchmarks.figures import Figure
from tests.benchmarks.sinking import sinking
from tests.benchmarks.telling import warm_up, workers
from tests.messages.helpers import draft, to

GOALS = {SQLITE: 100.0, POSTGRES: 30.0}
"""Milliseconds at the 99th percentile."""

PATIENCE = 10.0
LOOK_EVERY = 0.001
APART = 0.137
"""Seconds between two messages: not a multiple of anything the sender waits for."""


def run(options: dict[str, str]) -> list[Figure]:
    """Post `--messages=200`, one after another, to a worker that has nothing else to do."""
    messages = int(options.get("messages", "200"))
    figures = []
    with Databases(options) as databases, TemporaryDirectory() as name, sinking(Path(name)) as sink:
        for kind in databases.wanted:
            with (
                databases.empty(kind) as url,
                open_house(url, sink) as house,
                workers(house) as working,
            ):
                crowd = bring(house, messages, Channel.EMAIL)
                warm_up(house, sink, crowd[:2], len(working))
                figures.append(woken(kind, house, crowd[2:]))
    return figures


def woken(kind: str, house: CrowdedHouse, crowd: Sequence[int]) -> Figure:
    """Measure each message from its commit until its row is no longer queued."""
    waits = sorted(claimed_after(house, person) for person in crowd)
    p50, p99 = statistics.median(waits), waits[int(len(waits) * 0.99) - 1]
    return Figure(
        figure=f"wake.{kind}",
        unit="ms from commit to claim, p99",
        ours=p99,
        goal=f"<= {GOALS[kind]:g}",
        reached=p99 <= GOALS[kind],
        note=f"p50 {p50:.1f} ms, {len(waits)} messages from another process",
    )


def claimed_after(house: CrowdedHouse, person: int) -> float:
    """Return milliseconds from the commit of a message until a worker has taken it up."""
    time.sleep(APART)
    with house.app.app_context():
        with transaction():
            post_message(draft(), to(person))
        started = time.perf_counter()
        claimed = select(Delivery.claim).where(Delivery.person_id == person)
        while time.perf_counter() < started + PATIENCE:
            with reading():
                if db.session.scalar(claimed):
                    return (time.perf_counter() - started) * 1000
            time.sleep(LOOK_EVERY)
    raise TimeoutError("nobody claimed the message")
