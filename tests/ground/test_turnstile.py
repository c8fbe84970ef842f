"""Who writes on SQLite waits in line: nobody is passed by for ever, and no turn gets lost."""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from nucleus.ground.database import db, reading, transaction
from nucleus.ground.turnstile import Turnstile
from nucleus.people.models import Person

LONG = 30.0
CROWD = 8


class Watched(Turnstile):
    """Says when somebody has joined the queue, so that a test need not sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.joined = threading.Semaphore(0)
        self._waiting = _Telling(self.joined)


class _Telling(deque[threading.Lock]):
    def __init__(self, joined: threading.Semaphore) -> None:
        super().__init__()
        self.joined = joined

    def append(self, one: threading.Lock) -> None:
        super().append(one)
        self.joined.release()


def started(do: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    return thread


def gate_of(app: Flask) -> Turnstile:
    """Return the gate of a house; the connection goes back to the pool."""
    with app.app_context(), db.engine.connect() as connection:
        gate = connection.connection.driver_connection.gate  # type: ignore[union-attr]
        assert isinstance(gate, Turnstile)
        return gate


def test_whoever_has_waited_longest_is_next() -> None:
    gate, order = Watched(), list[int]()

    def pass_through(number: int) -> None:
        assert gate.enter(LONG)
        order.append(number)
        gate.leave()

    assert gate.enter(LONG)
    threads = []
    for number in range(CROWD):
        threads.append(started(lambda mine=number: pass_through(mine)))  # type: ignore[misc]
        assert gate.joined.acquire(timeout=LONG)
    gate.leave()
    for each in threads:
        each.join(LONG)
    assert order == list(range(CROWD))


def test_whoever_comes_back_at_once_does_not_pass_those_who_wait() -> None:
    gate, order = Watched(), list[str]()

    def pass_through() -> None:
        assert gate.enter(LONG)
        order.append("waited")
        gate.leave()

    assert gate.enter(LONG)
    other = started(pass_through)
    assert gate.joined.acquire(timeout=LONG)
    gate.leave()
    assert gate.enter(LONG)
    order.append("came back")
    other.join(LONG)
    assert order == ["waited", "came back"]


def test_whoever_gives_up_leaves_the_line_whole() -> None:
    gate = Turnstile()
    assert gate.enter(LONG)
    assert not gate.enter(0.001)
    gate.leave()
    assert gate.enter(0.001)


def test_a_change_waits_for_the_one_before_and_a_reader_for_nobody(app: Flask) -> None:
    gate = gate_of(app)
    assert gate.enter(LONG)  # somebody writes
    done = threading.Event()

    def write() -> None:
        with app.app_context(), transaction():
            db.session.add(Person(name="Vito"))
        done.set()

    writer = started(write)
    with app.app_context(), reading():
        assert db.session.query(Person).count() == 0
    assert not done.is_set()
    gate.leave()
    writer.join(LONG)
    assert done.is_set()


@pytest.mark.parametrize("how", ["commit", "rollback", "fault", "nothing"])
def test_a_turn_ends_with_the_change_however_it_ends(app: Flask, how: str) -> None:
    gate = gate_of(app)
    with app.app_context():
        db.session.add(Person(name=None if how == "fault" else "Vito"))
        if how == "fault":
            with pytest.raises(Exception, match="NOT NULL"):
                db.session.commit()
            db.session.rollback()
        elif how != "nothing":
            db.session.flush()
            assert not gate.enter(0.001)
            getattr(db.session, how)()
        db.session.remove()
    assert gate.enter(0.001)
    gate.leave()


def test_a_turn_that_the_file_refuses_is_passed_on(app: Flask, tmp_path: Path) -> None:
    gate = gate_of(app)
    with app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=1")
        with closing(sqlite3.connect(tmp_path / "nucleus.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # another process
            with pytest.raises(OperationalError, match="locked"):
                db.session.execute(text("DELETE FROM person"))
            db.session.remove()
        assert gate.enter(0.001)
        gate.leave()


def test_a_full_crowd_of_writers_loses_nobody(app: Flask) -> None:
    def write(number: int) -> None:
        with app.app_context():
            for turn in range(CROWD):
                with transaction():
                    db.session.add(Person(name=f"{number}.{turn}"))

    threads = [started(lambda mine=number: write(mine)) for number in range(CROWD)]  # type: ignore[misc]
    for each in threads:
        each.join(LONG)
    with app.app_context(), reading():
        assert db.session.query(Person).count() == CROWD * CROWD
