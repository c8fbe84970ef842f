"""The sender carries on by itself when its database goes, and ends in bounded time when told."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from alerts.sender.outcomes import Outcome, sent
from alerts.sender.working import worker
from alerts.sender.working.server_ear import ServerEar
from alerts.sender.working.wake import ear_of
from alerts.sender.working.worker import Sender
from nucleus.ground.database import db
from nucleus.messages.bell import bell_of
from nucleus.messages.services import post_message
from tests.alerts.sender.outside import Told, World
from tests.alerts.sender.test_engine import crowd
from tests.alerts.sender.test_engine_worker import PATIENCE, at_work, counting, states
from tests.cast import Cast
from tests.messages.helpers import draft, rows, to


def post(cast: Cast, *people: int) -> None:
    """Post a message that has one step."""
    with cast.stage():
        post_message(draft(), to(*people))


def fail_on(cast: Cast, words: str, *, times: int) -> list[int]:
    """Let the sender's loop meet a full disk whenever it says these words."""
    left = [times]

    def full(*seen: Any) -> None:
        if threading.current_thread().name == "nucleus-sender" and words in seen[2] and left[0]:
            left[0] -= 1
            raise OperationalError("x", {}, Exception("database or disk is full"))

    with cast.app.app_context():
        event.listen(db.engine, "before_cursor_execute", full)
    return left


@pytest.mark.parametrize(
    "words", ["lease_until = :until\n    WHERE id IN", "copies + 1", "reason ="]
)
def test_a_full_disk_at_any_step_loses_nothing_and_repeats_nothing(
    cast: Cast, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "AFTER_TROUBLE", 0.01)
    world, door = counting(60)  # more than go out before the first is written down
    people = people_of(cast, 60)
    left = fail_on(cast, words, times=4)
    with at_work(cast.app, world):
        post(cast, *people)
        assert door.all_came.wait(PATIENCE)
    assert left == [0]
    assert set(Counter(told.address for told in world.told).values()) == {1}
    assert states(cast.app) == {"sent": 60}


def people_of(cast: Cast, number: int) -> list[int]:
    """Bring so many people."""
    with cast.stage():
        return crowd(number)


@pytest.mark.postgres
def test_connections_that_are_cut_are_opened_again_by_the_same_loop(
    cast_on_both: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = cast_on_both
    if cast.app.extensions["nucleus.settings"].on_sqlite:
        pytest.skip("a file has no connections to cut")
    monkeypatch.setattr(worker, "AFTER_TROUBLE", 0.01)
    people = people_of(cast, 60)
    world, door = counting(60)
    with at_work(cast.app, world):
        for first in range(0, 60, 10):
            cut_all(cast)
            again(lambda: post(cast, *people[first : first + 10]))  # noqa: B023
        assert door.all_came.wait(PATIENCE)
        loops = [each for each in threading.enumerate() if each.name == "nucleus-sender"]
        assert len(loops) == 1
    assert states(cast.app) == {"sent": 60}
    assert len({told.address for told in world.told}) == 60


def cut_all(cast: Cast) -> None:
    """Cut every connection to this database but our own."""
    url = cast.app.extensions["nucleus.settings"].database_url
    apart = create_engine(url, isolation_level="AUTOCOMMIT")
    with apart.connect() as line:
        line.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    apart.dispose()


def again(do: Callable[[], None]) -> None:
    """Do it once more when the connection was cut under it, as a browser would."""
    try:
        do()
    except OperationalError:
        do()


@pytest.mark.postgres
def test_an_ear_whose_line_is_cut_listens_again(cast_on_both: Cast) -> None:
    cast = cast_on_both
    ear = ear_of(cast.app)
    if not isinstance(ear, ServerEar):
        ear.close()
        pytest.skip("SQLite is looked at, not listened to")
    assert ear.listening.wait(PATIENCE)
    before = ear.thread
    bell_of(cast.app).clear()
    cut_all(cast)
    assert bell_of(cast.app).wait(PATIENCE)  # rung once it listens again
    assert ear.listening.wait(PATIENCE)
    bell_of(cast.app).clear()
    again(lambda: post(cast, cast.vito))
    assert bell_of(cast.app).wait(PATIENCE)
    assert ear.thread is before
    ear.close()


class Hanging:
    """Takes a letter and never answers, until it is let go."""

    def __init__(self) -> None:
        """Hold."""
        self.taken, self.may_go = threading.Semaphore(0), threading.Event()

    def answer(self, _told: Told) -> Outcome:
        """Hang."""
        self.taken.release()
        self.may_go.wait(PATIENCE)
        return sent("taken")


def test_the_end_of_a_shift_waits_for_what_comes_back_in_time(cast: Cast) -> None:
    door = Hanging()
    sender = Sender(cast.app, send=World(door.answer).send)
    sender.start()
    post(cast, cast.luca)
    assert door.taken.acquire(timeout=PATIENCE)
    ending = threading.Thread(target=sender.stop)
    ending.start()
    door.may_go.set()
    ending.join(PATIENCE)
    assert not ending.is_alive()
    assert states(cast.app)["sent"] >= 1


def test_the_end_of_a_shift_waits_for_nobody_who_hangs_and_gives_back_the_rest(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FINISH_WITHIN", 0.1)
    people = people_of(cast, 60)
    door = Hanging()
    sender = Sender(cast.app, send=World(door.answer).send)
    sender.start()
    post(cast, *people)
    for _ in range(32):  # a host nobody knows yet gets a quarter of the threads
        assert door.taken.acquire(timeout=PATIENCE)
    sender.stop()
    assert not sender.loop.is_alive()
    with cast.stage():
        found = Counter((row.state, row.copies, row.unsure) for row in rows())
    assert found == {("sent", 1, True): 32, ("queued", 0, False): 28}
    door.may_go.set()
    for thread in sender.hands.threads:
        thread.join(PATIENCE)


def test_a_database_that_is_away_when_the_shift_ends_holds_up_nobody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FINISH_WITHIN", 0.1)
    monkeypatch.setattr(worker, "AFTER_TROUBLE", 0.01)
    door = Hanging()
    sender = Sender(cast.app, send=World(door.answer).send)
    sender.start()
    post(cast, cast.outsider)
    assert door.taken.acquire(timeout=PATIENCE)
    fail_on(cast, "", times=10**9)
    sender.stop()
    assert not sender.loop.is_alive()
    door.may_go.set()
    assert states(cast.app) == {"leased": 1}
