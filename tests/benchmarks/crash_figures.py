"""`crash`: processes killed at random moments while alerts are raised, sent, answered, closed."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from alerts.sender.engine import CHUNK
from alerts.sender.pacing import LEASE
from nucleus.ground.database import transaction
from nucleus.messages.services import post_message
from nucleus.people.models import Channel
from tests.benchmarks.crowd import CrowdedHouse, bring, enrol, open_house
from tests.benchmarks.databases import Databases
from tests.benchmarks.figures import Figure
from tests.benchmarks.killing import raising
from tests.benchmarks.ordeal import Ordeal, Plan, Toll
from tests.benchmarks.sinking import Sink, sinking
from tests.messages.helpers import draft, to

THREADS = 8
"""In each process: so the bound is tight, and many kills fit into few deliveries."""

RESUMED_WITHIN = 1.0
ORPHANS = 40
BETWEEN_ROUNDS = 2.5
"""Seconds: the second worker's rounds must not fall on the end of the lease by luck."""


def run(options: dict[str, str]) -> list[Figure]:
    """Kill `--kills=20` times over `--deliveries=600`; more of both for a night's run."""
    deliveries, kills = int(options.get("deliveries", "600")), int(options.get("kills", "20"))
    seed, alerts = int(options.get("seed", "1")), max(2, deliveries // 4000)
    plan = Plan(people=deliveries // alerts // 2, alerts=alerts, kills=kills, seed=seed,
                patience=float(options.get("patience", 240 + 3 * kills)))  # fmt: skip
    figures: list[Figure] = []
    with Databases(options) as databases, TemporaryDirectory() as name, sinking(Path(name)) as sink:
        for kind in databases.wanted:
            with databases.empty(kind) as url:
                toll = suffered(url, sink, plan, lease=options.get("lease", ""))
            with databases.empty(kind) as url:
                late = resumed(url, sink)
            figures += [lost(kind, toll), repeated(kind, toll), kept_whole(kind, toll)]
            figures.append(taken_over(kind, late))
    return figures


def suffered(url: str, sink: Sink, plan: Plan, *, lease: str = "") -> Toll:
    """Run the ordeal on an empty database."""
    sink.forget()
    with open_house(url, sink, sender_threads=str(THREADS)) as house:
        enrol(house, bring(house, plan.people, Channel.EMAIL, Channel.NTFY, each=True))
        with raising(house.environ, house.folder / "log", lease=lease) as family:
            return Ordeal(house, sink, family, plan).run()


def resumed(url: str, sink: Sink) -> float:
    """Kill a worker in the middle; return how long after its last lease all had gone out."""
    sink.forget()
    with open_house(url, sink, sender_threads=str(THREADS)) as house:
        crowd = bring(house, ORPHANS, Channel.EMAIL)
        with raising(house.environ, house.folder / "log") as family:
            sink.be_late(1.0)
            post(house, crowd)
            family.raise_one("first")
            sink.wait_for(THREADS, 30)
            family.kill("first")
            killed = time.monotonic()
            sink.be_late(0)
            time.sleep(BETWEEN_ROUNDS)
            family.raise_one("second")
            if not sink.wait_for(ORPHANS, LEASE.total_seconds() + 30):
                raise RuntimeError("what a dead worker held was not taken over")
            return time.monotonic() - killed - LEASE.total_seconds()


def post(house: CrowdedHouse, crowd: list[int]) -> None:
    """Leave a message for everybody."""
    with house.app.app_context(), transaction():
        post_message(draft(), to(*crowd))


def lost(kind: str, toll: Toll) -> Figure:
    """Return how many people were not reached, or not told the end."""
    whole = toll.lost == toll.failed == toll.unfinished == 0
    return Figure(
        figure=f"crash.{kind}",
        unit="people lost",
        ours=toll.lost,
        goal="0; no row failed or unfinished",
        reached=whole,
        note=f"{toll.kills} kills over {toll.deliveries} deliveries in {toll.seconds:.0f} s; "
        f"{toll.failed} failed, {toll.unfinished} unfinished",
    )


def repeated(kind: str, toll: Toll) -> Figure:
    """Return the repeats a kill, and whether each says so."""
    bound, each = THREADS + CHUNK, toll.repeats / max(1, toll.kills)
    return Figure(
        figure=f"crash.{kind}.repeats",
        unit="repeats a kill",
        ours=each,
        goal=f"<= {bound} (in flight + one chunk), all marked, <= 3 copies",
        reached=each <= bound and not toll.silent_repeats and not toll.too_many_copies,
        note=f"{toll.repeats} repeats, {toll.silent_repeats} unmarked, "
        f"{toll.too_many_copies} letters with more than 3 copies",
    )


def kept_whole(kind: str, toll: Toll) -> Figure:
    """Return how many presses were acknowledged and lost, or left half a thing behind."""
    return Figure(
        figure=f"crash.{kind}.presses",
        unit="presses half done or forgotten",
        ours=toll.halves + toll.forgotten,
        goal="0",
        reached=not toll.halves and not toll.forgotten,
        note="raising, answering, closing over HTTP while the web process is killed",
    )


def taken_over(kind: str, late: float) -> Figure:
    """Return how long after the lease the work of a dead worker was done by another."""
    return Figure(
        figure=f"crash.{kind}.resumed",
        unit="s after the lease",
        ours=late,
        goal=f"<= {RESUMED_WITHIN:g}",
        reached=late <= RESUMED_WITHIN,
        note=f"lease {LEASE.total_seconds():.0f} s from the kill, {ORPHANS} letters of a worker "
        "killed with a full crew",
    )
