"""The whole sender: hears, sends over real wires, recovers, and ends without a trace."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from alerts.sender import heartbeat
from alerts.sender.outcomes import sent
from alerts.sender.working.server_ear import ServerEar
from alerts.sender.working.wake import ear_of
from alerts.sender.working.worker import Sender
from nucleus.app import create_app
from nucleus.ground.clock import now
from nucleus.ground.database import db, reading, transaction
from nucleus.ground.settings import MailSettings, NtfySettings
from nucleus.messages.bell import bell_of
from nucleus.messages.models import Delivery
from nucleus.messages.services import post_message
from tests.alerts.sender.outside import Told, World
from tests.alerts.sender.test_engine import crowd
from tests.cast import Cast
from tests.demo.sinks import Sinks
from tests.messages.helpers import draft, to

PATIENCE = 30.0


@contextmanager
def at_work(app: Flask, world: World | None = None) -> Iterator[Sender]:
    """Let a sender work, and make sure that no thread of it stays behind."""
    before = set(threading.enumerate())
    sender = Sender(app, send=world.send if world else None)
    sender.start()
    try:
        yield sender
    finally:
        sender.stop()
    assert not [each for each in set(threading.enumerate()) - before if "nucleus" in each.name]


class Counting:
    """Takes letters, and says when so many have come."""

    def __init__(self, number: int) -> None:
        """Wait for so many."""
        self.number, self.count, self.all_came = number, 0, threading.Event()
        self.lock = threading.Lock()

    def answer(self, _told: Told) -> object:
        """Take one."""
        with self.lock:
            self.count += 1
            if self.count >= self.number:
                self.all_came.set()
        return sent("taken")


def states(app: Flask) -> dict[str, int]:
    """Return how many rows there are in each state."""
    with app.app_context(), reading():
        rows = db.session.scalars(select(Delivery.state)).all()
    return {state: rows.count(state) for state in sorted(set(rows))}


def counting(number: int) -> tuple[World, Counting]:
    """Return a world that says when so many letters have come."""
    door = Counting(number)
    return World(door.answer), door  # type: ignore[arg-type]


def test_a_commit_wakes_the_sender_and_stopping_writes_all_down(cast_on_both: Cast) -> None:
    world, door = counting(200)
    with at_work(cast_on_both.app, world):
        with cast_on_both.stage():
            post_message(draft(), to(*crowd(200)))
        assert door.all_came.wait(PATIENCE)
    assert states(cast_on_both.app) == {"sent": 200}
    assert len({told.address for told in world.told}) == 200


def test_letters_reach_real_servers_over_both_channels(cast_on_both: Cast) -> None:
    app = cast_on_both.app
    with Sinks() as sinks:
        app.extensions["nucleus.settings"] = replace(
            app.extensions["nucleus.settings"],
            mail=MailSettings("127.0.0.1", sinks.smtp_port, "none", "nucleo@example.org"),
            ntfy=NtfySettings(sinks.ntfy_url),
        )
        with at_work(app):
            with cast_on_both.stage():
                post_message(draft(), to(cast_on_both.vito))
            assert sinks.wait_for(lambda: len(sinks.received()) == 2)
        received = {letter.channel for letter in sinks.received()}
    assert received == {"email", "ntfy"}
    assert states(app) == {"sent": 2}


def test_a_sender_leaves_a_sign_of_life(cast: Cast) -> None:
    world, door = counting(1)
    with at_work(cast.app, world):
        with cast.stage():
            post_message(draft(), to(cast.outsider))
        assert door.all_came.wait(PATIENCE)
    with cast.stage():
        heartbeat.write_signs()
    with cast.stage():
        beat = heartbeat.last_beat(heartbeat.SENDER)
    assert beat is not None
    assert now() - beat < timedelta(minutes=1)


def test_a_database_that_stumbles_is_asked_again(cast: Cast) -> None:
    world, door = counting(1)
    trouble = [3]

    def stumble(*_seen: object) -> None:
        if threading.current_thread().name == "nucleus-sender" and trouble[0]:
            trouble[0] -= 1
            raise OperationalError("no", {}, Exception("away"))

    with cast.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", stumble)
    with at_work(cast.app, world):
        with cast.stage():
            post_message(draft(), to(cast.outsider))
        assert door.all_came.wait(PATIENCE)
    assert trouble == [0]
    assert states(cast.app) == {"sent": 1}


def test_what_another_process_posts_is_heard(cast_on_both: Cast) -> None:
    app, heard = cast_on_both.app, threading.Event()
    ear = ear_of(app)
    if isinstance(ear, ServerEar):
        assert ear.listening.wait(PATIENCE)
    bell_of(app).clear()

    def listen() -> None:
        ear.wait(10 * PATIENCE)
        heard.set()

    threading.Thread(target=listen, daemon=True).start()
    other = create_app(app.extensions["nucleus.settings"])
    with other.app_context():
        with transaction():
            post_message(draft(), to(cast_on_both.vito))
        db.engine.dispose()
    assert heard.wait(PATIENCE)
    ear.close()
