"""Hypothesis searches the real alert machine for a breach of what we promise."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event

from nucleus.ground.database import db
from tests.alerts.machine.deeds import AlertMachine
from tests.alerts.machine.house import people_for
from tests.cast import Cast

FULL = os.environ.get("NUCLEUS_HYPOTHESIS") == "full"
EXAMPLES = {"sqlite": 400 if FULL else 20, "postgresql": 150 if FULL else 10}
STEPS = 60 if FULL else 30


def hurry(cast: Cast) -> str:
    """Write without waiting for the disk; return which database it is."""
    with cast.app.app_context():
        engine = db.engine

        @event.listens_for(engine, "connect")
        def settle(connection: object, _record: object) -> None:
            name = engine.dialect.name
            line = "PRAGMA synchronous=OFF" if name == "sqlite" else "SET synchronous_commit = off"
            connection.execute(line)  # type: ignore[attr-defined]
            if name == "postgresql":
                connection.commit()  # type: ignore[attr-defined]

        db.session.remove()
        engine.dispose()
        return engine.dialect.name


def test_no_order_of_answers_crashes_and_sweeps_breaks_a_promise(cast_on_both: Cast) -> None:
    kind = hurry(cast_on_both)

    ended: list[int] = []

    class OnThisHouse(AlertMachine):
        cast = cast_on_both
        people = people_for(cast_on_both)

        def teardown(self) -> None:
            super().teardown()  # asserts what must hold at every end
            ended.append(self.alert_id)

    run_state_machine_as_test(
        OnThisHouse,
        settings=settings(
            max_examples=EXAMPLES[kind],
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=not FULL,  # the same walks each time; the full profile looks for new ones
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert sum(alert > 0 for alert in ended) >= EXAMPLES[kind] // 2, "hardly a walk raised an alert"
