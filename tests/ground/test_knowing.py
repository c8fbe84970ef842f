"""What a page knows of whoever is here: asked once, and never kept for the next request."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import event

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.knowing import once_a_page
from nucleus.people.models import Role, RoleGrant
from nucleus.people.policy import GUARDED, grants_of
from nucleus.roster.models import Responder
from nucleus.roster.queries import today
from tests.cast import Cast

MOST_STATEMENTS = 12


@contextmanager
def asked(app: Flask) -> Iterator[Counter[str]]:
    """Count what the database is asked meanwhile."""
    told: Counter[str] = Counter()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        told[statement] += statement.startswith("SELECT")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield told
    event.remove(engine, "before_cursor_execute", note)


def test_the_start_page_of_a_coordinator_asks_nothing_twice(cast_on_both: Cast) -> None:
    carla = cast_on_both.signed_in(cast_on_both.carla)
    carla.get("/")
    with asked(cast_on_both.app) as told:
        carla.get("/")
    assert max(told.values()) == 1
    assert sum(told.values()) <= MOST_STATEMENTS


def test_who_leaves_the_roster_is_off_it_at_once(cast_on_both: Cast) -> None:
    cast, own_time = cast_on_both, "/roster/availability/edit"
    vito = cast.signed_in(cast.vito)
    assert vito.get(own_time).status_code == 200
    with cast.stage():
        db.session.get_one(Responder, cast.vito).stopped_at = now()
    assert vito.get(own_time).status_code == 404
    with cast.stage():
        db.session.get_one(Responder, cast.vito).stopped_at = None
    assert vito.get(own_time).status_code == 200


def test_a_role_that_was_taken_away_counts_no_more(cast_on_both: Cast) -> None:
    cast = cast_on_both
    carla = cast.signed_in(cast.carla)
    assert carla.get("/roster/responder/list").status_code == 200
    with cast.stage():
        for grant in db.session.query(RoleGrant).filter_by(person_id=cast.carla):
            db.session.delete(grant)
    assert carla.get("/roster/responder/list").status_code == 404


def test_a_role_counts_until_its_last_day_and_no_longer(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        last_days = (Role.KEEPER, today()), (Role.ADMINISTRATOR, today() - timedelta(days=1))
        rows = [RoleGrant(person_id=cast.bea, role=role, until=day) for role, day in last_days]
        db.session.add_all(rows)
        assert {role for role, _ in grants_of(cast.bea)} & {*GUARDED} == {Role.KEEPER}


def test_a_change_asks_each_time_what_is_true(app: Flask) -> None:
    times = count(1)
    ask = once_a_page(lambda _number: next(times))
    with app.test_request_context("/"):
        assert (ask(1), ask(1), ask(2)) == (1, 1, 2)
    with app.test_request_context("/", method="POST"):
        assert (ask(1), ask(1)) == (3, 4)
