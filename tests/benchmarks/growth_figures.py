"""`growth`: what a person costs in CPU as the crowd grows, and a thousand at 100 ms."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from nucleus.people.models import Channel
from tests.benchmarks.crowd import CrowdedHouse, bring, open_house
from tests.benchmarks.databases import SQLITE, Databases
from tests.benchmarks.figures import Figure
from tests.benchmarks.sinking import Sink, sinking
from tests.benchmarks.telling import Told, tell, workers

SIZES = (100, 1000, 10000)
GROWTH_GOAL, THOUSAND_GOAL = 11.0, 4.0
CPU_GOALS = {Channel.EMAIL: 4.0, Channel.NTFY: 2.3}
PEERS = {Channel.EMAIL: 14.6, Channel.NTFY: 2.3}
"""ms CPU a message of the best peer measured side by side on two cores (the spec's table)."""


def run(options: dict[str, str]) -> list[Figure]:
    """Tell 100, 1,000 and 10,000 by push, and 1,000 by mail; on SQLite unless told otherwise."""
    figures: list[Figure] = []
    with (
        Databases({"database": SQLITE} | options) as databases,
        TemporaryDirectory() as name,
        sinking(Path(name)) as sink,
    ):
        for kind in databases.wanted:
            with databases.empty(kind) as url:
                figures += measured(kind, url, sink)
    return figures


def measured(kind: str, url: str, sink: Sink) -> list[Figure]:
    """Tell the crowds one after another with one worker."""
    with open_house(url, sink) as house, workers(house) as working:
        crowds = [tell(house, sink, push(house, size), working) for size in SIZES]
        mail = tell(house, sink, bring(house, 1000, Channel.EMAIL), working)
        slow = tell(house, sink, push(house, 1000), working, latency=0.1)
    return [
        *(growth(kind, small, large) for small, large in pairwise(crowds)),
        cost(kind, Channel.EMAIL, mail),
        cost(kind, Channel.NTFY, crowds[1]),
        thousand(kind, slow),
    ]


def push(house: CrowdedHouse, size: int) -> list[int]:
    """Bring people who are told by push."""
    return bring(house, size, Channel.NTFY)


def growth(kind: str, small: Told, large: Told) -> Figure:
    """Return how much more CPU ten times the people take."""
    times = large.cpu / small.cpu
    return Figure(
        figure=f"growth.{kind}.{small.people}_to_{large.people}",
        unit="times the CPU",
        ours=times,
        goal=f"<= {GROWTH_GOAL:g}",
        reached=times <= GROWTH_GOAL and not large.lost,
        note=f"{small.cpu:.2f} s, then {large.cpu:.2f} s of the worker; lost {large.lost}",
    )


def cost(kind: str, channel: Channel, told: Told) -> Figure:
    """Return the worker's CPU a message, its durable row included."""
    each = told.cpu / told.people * 1000
    return Figure(
        figure=f"growth.{kind}.{channel}",
        unit="ms CPU a message, durable",
        ours=each,
        yardstick=PEERS[channel],
        yardstick_name="best peer, measured side by side before",
        goal=f"<= {CPU_GOALS[channel]:g}",
        reached=each <= CPU_GOALS[channel] and not told.lost,
        note=f"{told.people} people, the whole worker process",
    )


def thousand(kind: str, told: Told) -> Figure:
    """Return how long a thousand people take with a provider that answers in 100 ms."""
    return Figure(
        figure=f"growth.{kind}.thousand",
        unit="s",
        ours=told.seconds,
        yardstick=19.1,
        yardstick_name="apprise-api, measured side by side before",
        goal=f"<= {THOUSAND_GOAL:g}",
        reached=told.seconds <= THOUSAND_GOAL and not told.lost,
        note="provider answers in 100 ms, default threads",
    )
