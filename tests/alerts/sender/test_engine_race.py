"""Two engines on one outbox send every row once."""

import threading
from collections import Counter

from flask import Flask
from sqlalchemy import select

from alerts.sender.engine import run_until_idle
from nucleus.ground.database import db, reading
from nucleus.messages.models import Delivery
from nucleus.messages.services import post_message
from tests.alerts.sender.outside import World
from tests.alerts.sender.test_engine import crowd
from tests.cast import Cast
from tests.messages.helpers import draft, to


def test_two_engines_at_once_send_nothing_twice_and_forget_nothing(cast_on_both: Cast) -> None:
    world, counts = World(), []
    with cast_on_both.stage():
        post_message(draft(), to(*crowd(300)))

    def work() -> None:
        counts.append(run_until_idle(cast_on_both.app, send=world.send))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(told.address for told in world.told) == Counter(
        f"c{n}@example.org" for n in range(300)
    )
    assert sum(counts) == 300
    assert states(cast_on_both.app) == {("sent", 1, 1)}


def states(app: Flask) -> set[tuple[str, int, int]]:
    """Return the different (state, claim, copies) of all rows."""
    with app.app_context(), reading():
        found = select(Delivery.state, Delivery.claim, Delivery.copies).distinct()
        return {(row.state, row.claim, row.copies) for row in db.session.execute(found)}
