"""`machines`: an alert raised over HTTP while one of the machines that send is cut off, and back.

Web, two workers, PostgreSQL and the provider stand each in a network namespace of its own. Where
namespaces are not allowed they are separate processes, and this is said aloud.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from alerts.models import Recipient
from alerts.sender.engine import CHUNK
from alerts.sender.pacing import LEASE
from nucleus.ground.database import db, reading, transaction
from nucleus.messages.models import Delivery, Message
from nucleus.messages.services import post_message
from nucleus.people.models import Channel
from tests.benchmarks.crowd import bring, enrol
from tests.benchmarks.far_house import FarHouse, far_house, wait_until
from tests.benchmarks.figures import Figure
from tests.benchmarks.lan import Machines, NotAllowed, apart, together
from tests.benchmarks.ordeal import delivery_of, silent_repeats
from tests.messages.helpers import draft, to

THREADS = 8
"""In each worker: so the bound is tight."""

LATE = 0.2
BACK_AT_WORK_WITHIN, FREED_WITHIN = 20.0, 60.0


@dataclass
class Outcome:
    """What came of it; all numbers count people or letters."""

    called: int = 0
    lost: int = 0
    unfinished: int = 0
    repeats: int = 0
    silent_repeats: int = 0
    seconds: float = 0.0
    back_after: float = 0.0
    freed_after: float = 0.0


def run(options: dict[str, str]) -> list[Figure]:
    """Tell `--people=400` while one worker is away for `--away=40` seconds, past its lease."""
    people = int(options.get("people", "400"))
    away = float(options.get("away", LEASE.total_seconds() + 10))
    try:
        with apart() as machines:
            return measured(machines, people, away)
    except NotAllowed as cause:
        print(f"NO NETWORK NAMESPACES HERE ({cause}): one machine plays them all", file=sys.stderr)
    with together() as machines:
        return measured(machines, people, away)


def measured(machines: Machines, people: int, away: float) -> list[Figure]:
    """Build the house, tell everybody, and say what came of it."""
    with far_house(machines, threads=THREADS) as far:
        enrol(far.house, crowd := bring(far.house, people, Channel.EMAIL, Channel.NTFY))
        far.open()
        outcome = cut_off_in_the_middle(far, people, away)
        outcome.back_after = back_at_work(far, crowd[:2])
        outcome.freed_after = freed(far, crowd[:20])
    note = f"{outcome.called} people, {machines.how}; worker two cut off for {away:g} s in the "
    note += f"middle, all told after {outcome.seconds:.0f} s"
    return [nobody_lost(outcome, note), few_repeats(outcome), resumed(outcome), let_go(outcome)]


def cut_off_in_the_middle(far: FarHouse, people: int, away: float) -> Outcome:
    """Raise an alert, cut worker two off when a quarter is told, bring it back past its lease."""
    far.sink.be_late(LATE)
    started = time.monotonic()
    alert = far.raise_alert()
    wait_until(lambda: far.sink.letters() >= people // 4)
    far.machines.cut_off(far.two)
    cut = time.monotonic()
    called = called_in(far, alert)
    wait_until(lambda: far.sink.letters() >= len(called))
    seconds = time.monotonic() - started
    time.sleep(max(0.0, cut + away - time.monotonic()))
    far.machines.bring_back(far.two)
    wait_until(lambda: not far.unfinished())
    time.sleep(2.0)  # what the machine that is back still had in hand may come a second time
    return counted(far, called, seconds)


def called_in(far: FarHouse, alert: int) -> dict[str, int]:
    """Return which call is whose: delivery → person, the first step of each."""
    rows = select(Delivery.id, Delivery.person_id).join(Message)
    rows = rows.where(Message.kind == "call", Message.origin_id == alert, Delivery.step == 1)
    asked = select(Recipient.person_id).where(
        Recipient.alert_id == alert, Recipient.called_wave > 0
    )
    with far.house.app.app_context(), reading():
        found = {str(number): person for number, person in db.session.execute(rows)}
        assert set(found.values()) == set(db.session.scalars(asked))
    return found


def counted(far: FarHouse, called: dict[str, int], seconds: float) -> Outcome:
    """Compare whom the rows say we called with what has arrived."""
    copies = far.sink.copies()
    arrived = Counter(delivery_of(copy.name) for copy in copies)
    return Outcome(
        called=len(called),
        lost=len(called.keys() - arrived.keys()),
        unfinished=far.unfinished(),
        repeats=arrived.total() - len(arrived),
        silent_repeats=silent_repeats(copies),
        seconds=seconds,
    )


def back_at_work(far: FarHouse, few: list[int]) -> float:
    """Let the machine that was away send alone; return how long it takes to tell two people."""
    far.one.end()
    far.sink.be_late(0)
    far.sink.forget()
    with far.house.app.app_context(), transaction():
        post_message(draft(kind="note"), to(*few), step_seconds=3600)
    return wait_until(lambda: far.sink.letters() >= len(few))


def freed(far: FarHouse, few: list[int]) -> float:
    """Let a machine die with rows locked; return how long the other takes to tell these people."""
    far.two.end()
    far.sink.forget()
    with far.house.app.app_context(), transaction():
        post_message(draft(kind="note"), to(*few), step_seconds=3600)
    far.start(far.two, "tests.benchmarks.holder")
    wait_until(lambda: f"holding {len(few)}" in far.said(far.two))
    far.machines.cut_off(far.two)
    far.start(far.one, "nucleus", "worker")
    return wait_until(lambda: far.sink.letters() >= len(few))


def nobody_lost(outcome: Outcome, note: str) -> Figure:
    """Return how many were called and never told."""
    return Figure(
        figure="machines",
        unit="people lost",
        ours=outcome.lost,
        goal="0; no row unfinished",
        reached=outcome.called > 0 == outcome.lost == outcome.unfinished,
        note=note,
    )


def few_repeats(outcome: Outcome) -> Figure:
    """Return how many letters came twice, and whether each says so."""
    bound = THREADS + CHUNK
    return Figure(
        figure="machines.repeats",
        unit="repeats",
        ours=outcome.repeats,
        goal=f"<= {bound} (in flight + one chunk), all marked",
        reached=outcome.repeats <= bound and not outcome.silent_repeats,
        note=f"{outcome.silent_repeats} unmarked",
    )


def resumed(outcome: Outcome) -> Figure:
    """Return how soon the machine that was away sends again."""
    return Figure(
        figure="machines.resumed",
        unit="s",
        ours=outcome.back_after,
        goal=f"<= {BACK_AT_WORK_WITHIN:g}",
        reached=outcome.back_after <= BACK_AT_WORK_WITHIN,
        note="the machine that was cut off tells two people, alone and without a restart",
    )


def let_go(outcome: Outcome) -> Figure:
    """Return how soon others may touch what a dead machine had locked."""
    return Figure(
        figure="machines.locks",
        unit="s",
        ours=outcome.freed_after,
        goal=f"<= {FREED_WITHIN:g}",
        reached=outcome.freed_after <= FREED_WITHIN,
        note="letters that a machine had locked in an open change when it was cut off, sent by "
        "the other, its start included",
    )
