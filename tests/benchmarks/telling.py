"""Real workers that tell a crowd, watched from here: how long, at what CPU."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil
from sqlalchemy import func, select

from nucleus.ground.database import db, reading, transaction
from nucleus.messages.models import Delivery
from nucleus.messages.services import post_message
from tests.benchmarks.crowd import CrowdedHouse
from tests.benchmarks.processes import cpu
from tests.benchmarks.sinking import Sink
from tests.messages.helpers import draft, to

PATIENCE = 180.0
WARM_UP_PATIENCE = 60.0


@dataclass(frozen=True)
class Told:
    """What telling a crowd took: seconds, CPU of the workers, when each letter came."""

    people: int
    seconds: float
    cpu: float
    arrivals: Sequence[float]
    lost: int
    repeats: int

    def after(self, share: float) -> float:
        """Return the seconds until this share of the people had been handed over."""
        return self.arrivals[max(0, int(len(self.arrivals) * share) - 1)]


@contextmanager
def workers(house: CrowdedHouse, number: int = 1) -> Iterator[list[psutil.Process]]:
    """Start real workers and wait until each has said that it is at work."""
    words = [sys.executable, "-m", "nucleus", "worker"]
    environ = os.environ | dict(house.environ)
    opened = [
        subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(number)
    ]
    try:
        for each in opened:
            assert each.stdout is not None
            each.stdout.readline()
        yield [psutil.Process(each.pid) for each in opened]
    finally:
        for each in opened:
            each.terminate()
        for each in opened:
            each.communicate(timeout=60)


def tell(
    house: CrowdedHouse, sink: Sink, crowd: Sequence[int], working: list[psutil.Process],
    *, latency: float = 0.0, **more: Any,
) -> Told:  # fmt: skip
    """Post one message to a crowd and watch it arrive; the workers have sent before."""
    warm_up(house, sink, crowd[:2], len(working))
    sink.be_late(latency)
    sink.forget()
    before = sum(map(cpu, working))
    with house.app.app_context(), transaction():
        post_message(draft(**more), to(*crowd), step_seconds=3600)
    started = time.time()
    sink.wait_for(len(crowd), PATIENCE)
    settled(house)
    spent = sum(map(cpu, working)) - before
    copies = sink.copies()
    first = {copy.name: copy.at for copy in reversed(copies)}
    arrivals = sorted(at - started + latency for at in first.values())
    return Told(
        people=len(crowd), seconds=arrivals[-1] if arrivals else PATIENCE, cpu=spent,
        arrivals=arrivals, lost=len(crowd) - len(first), repeats=len(copies) - len(first),
    )  # fmt: skip


def warm_up(house: CrowdedHouse, sink: Sink, few: Sequence[int], number: int) -> None:
    """Let the workers load apprise, which each does once, two seconds after its start."""
    sink.be_late(0)
    sink.forget()
    with house.app.app_context(), transaction():
        post_message(draft(kind="probe"), to(*few), step_seconds=3600)
    sink.wait_for(len(few), WARM_UP_PATIENCE)
    settled(house)
    time.sleep(3.0 if number > 1 else 0.5)


def settled(house: CrowdedHouse) -> None:
    """Wait until nothing is on its way any more."""
    going = select(func.count()).select_from(Delivery).where(Delivery.state == "leased")
    until = time.monotonic() + PATIENCE
    with house.app.app_context():
        while time.monotonic() < until:
            with reading():
                if not db.session.scalar(going):
                    return
            time.sleep(0.05)
