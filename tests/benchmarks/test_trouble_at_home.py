"""The database restarts, the disk is full, a machine falls silent: nobody is lost for it."""

import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from alerts.models import Alert
from alerts.sender.engine import CHUNK
from nucleus.ground.database import db, reading, transaction
from nucleus.messages.models import Delivery
from nucleus.messages.services import post_message
from nucleus.people.models import Channel
from tests.benchmarks.crowd import CrowdedHouse, bring, open_house
from tests.benchmarks.killing import WEB, Family, raising
from tests.benchmarks.ordeal import FACTS, silent_repeats
from tests.benchmarks.page_figures import signed_in_cookie
from tests.benchmarks.processes import HERE
from tests.benchmarks.sinking import Sink, sinking
from tests.demo.visitor import Refused, Visitor
from tests.messages.helpers import draft, to
from tests.postgres import Server, crash_and_restart, empty_database

THREADS = 8
PATIENCE = 60.0
NOTHING = 1
"""Bytes: what a process may write to a file when the disk is full."""


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    """A provider in a process of its own."""
    with sinking(tmp_path) as running:
        yield running


@contextmanager
def at_work(url: str, sink: Sink, *names: str) -> Iterator[tuple[CrowdedHouse, Family]]:
    """Open a house with these processes at work; a lease is short here."""
    with (
        open_house(url, sink, sender_threads=str(THREADS)) as house,
        raising(house.environ, house.folder / "log", lease="2") as family,
    ):
        for name in names:
            family.raise_one(name)
        yield house, family


def post(house: CrowdedHouse, people: Sequence[int]) -> None:
    """Leave a message for these people."""
    with house.app.app_context(), transaction():
        post_message(draft(), to(*people), step_seconds=3600)


def states(house: CrowdedHouse) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    with house.app.app_context(), reading():
        return dict(Counter(db.session.scalars(select(Delivery.state))))


def wait_until(true: Callable[[], bool]) -> None:
    """Look until it is true.

    Raises:
        TimeoutError: it never was.
    """
    until = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > until:
            raise TimeoutError("it did not come true")
        time.sleep(0.05)


def assert_all_told_once(house: CrowdedHouse, sink: Sink, people: int, *, spare: int) -> None:
    """Everybody has a letter and its row says so; repeats are few, and own up."""
    assert sink.wait_for(people, PATIENCE)
    wait_until(lambda: states(house) == {"sent": people})
    copies = sink.copies()
    assert len(copies) - people <= spare
    assert silent_repeats(copies) == 0


def test_postgresql_restarted_in_the_middle_of_an_alert_costs_nobody_their_call(
    postgres_server: Server, sink: Sink
) -> None:
    sink.be_late(0.05)
    with empty_database(postgres_server) as url, at_work(url, sink, "one", "two") as (house, _):
        post(house, bring(house, 200, Channel.EMAIL, Channel.NTFY))
        assert sink.wait_for(40, PATIENCE)
        with house.app.app_context():
            db.engine.dispose()
        crash_and_restart(postgres_server)
        assert_all_told_once(house, sink, 200, spare=2 * (THREADS + CHUNK))
        assert "turn_failed" in (house.folder / "log").read_text()


def test_a_full_disk_makes_nothing_half_and_all_goes_out_once_there_is_room(
    tmp_path: Path, sink: Sink
) -> None:
    with at_work(f"sqlite:///{tmp_path}/n.db", sink, WEB) as (house, family):
        family.wait_for_pages()
        people = bring(house, 30, Channel.EMAIL, Channel.NTFY)
        fill_disk_of(family.alive[WEB], full=True)
        post(house, people)
        wait_until(lambda: "turn_failed" in (house.folder / "log").read_text())
        desk = coordinator(house, family)
        with pytest.raises(Refused, match="answered 50"):
            desk.send("/alerts/alert/draft", **FACTS)
        assert (sink.letters(), states(house), alerts(house)) == (0, {"queued": 30}, 0)
        fill_disk_of(family.alive[WEB], full=False)
        desk.go("/alerts/alert/draft")
        desk.send("/alerts/alert/draft", **FACTS)
        assert alerts(house) == 1
        assert_all_told_once(house, sink, 30, spare=0)


def test_a_machine_that_falls_silent_and_comes_back_costs_nobody_their_call(
    both_databases: str, sink: Sink
) -> None:
    sink.be_late(0.05)
    with at_work(both_databases, sink, "one", "two") as (house, family):
        post(house, bring(house, 200, Channel.EMAIL, Channel.NTFY))
        assert sink.wait_for(40, PATIENCE)
        os.kill(family.alive["one"], signal.SIGSTOP)
        assert sink.wait_for(200, PATIENCE)
        os.kill(family.alive["one"], signal.SIGCONT)
        assert_all_told_once(house, sink, 200, spare=THREADS + CHUNK)


def coordinator(house: CrowdedHouse, family: Family) -> Visitor:
    """Return Carla's browser on the page where an alert is drafted."""
    desk = Visitor(family.url)
    name, _, value = signed_in_cookie(house.cast).partition("=")
    desk.session.cookies.set(name, value, domain=HERE, path="/")
    desk.go("/alerts/alert/draft")
    return desk


def fill_disk_of(process: int, *, full: bool) -> None:
    """Let a process write nothing to any file any more, or again what it likes."""
    limit = NOTHING if full else resource.RLIM_INFINITY
    resource.prlimit(process, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


def alerts(house: CrowdedHouse) -> int:
    """Return how many alerts there are."""
    with house.app.app_context(), reading():
        return db.session.scalar(select(func.count()).select_from(Alert)) or 0
