"""What must be remembered is remembered, whatever became of the request."""

from pathlib import Path

import pytest
from flask import Flask, flash
from sqlalchemy import select, text

from nucleus.app import create_app
from nucleus.ground.database import db, reading, remember_refusal, write_apart
from nucleus.ground.web import anyone, may
from nucleus.people.models import ContactPoint, Person
from tests.conftest import settings_for
from tests.postgres import Server, empty_database

FULL = 2


def names(app: Flask) -> list[str]:
    with app.app_context():
        found = list(db.session.scalars(select(Person.name).order_by(Person.id)))
        db.session.rollback()
    return found


@may(anyone)
def keep() -> tuple[str, int]:
    db.session.add(Person(name="kept"))
    flash("Saved")
    return "ok", 200


@may(anyone)
def wrong_code() -> tuple[str, int]:
    db.session.add(Person(name="half a change"))
    remember_refusal(Person(name="wrong code"))
    return "not this one", 422


@may(anyone)
def open_plan() -> str:
    db.session.scalar(select(Person))
    write_apart([Person(name="plan opened")])
    return "plan"


@may(anyone)
def break_at_commit() -> str:
    flash("Saved")
    db.session.add(Person(name="lost"))
    db.session.add(
        ContactPoint(person_id=None, channel="email", sealed_address=b"", fingerprint="")
    )
    return "saved"


@pytest.fixture
def doors(app_on_both: Flask) -> Flask:
    app_on_both.add_url_rule("/keep", "keep", keep, methods=["GET", "POST"])
    app_on_both.add_url_rule("/wrong", "wrong", wrong_code, methods=["POST"])
    app_on_both.add_url_rule("/plan", "plan", open_plan)
    app_on_both.add_url_rule("/break", "break", break_at_commit, methods=["POST"])
    return app_on_both


def test_a_changing_request_that_succeeds_is_kept(doors: Flask) -> None:
    doors.test_client().post("/keep")
    assert names(doors) == ["kept"]


def test_a_get_changes_nothing(doors: Flask) -> None:
    doors.test_client().get("/keep")
    assert names(doors) == []


def test_a_refusal_leaves_only_its_record(doors: Flask) -> None:
    doors.test_client().post("/wrong")
    assert names(doors) == ["wrong code"]


def test_a_disclosure_on_a_get_is_remembered(doors: Flask) -> None:
    assert doors.test_client().get("/plan").data == b"plan"
    assert names(doors) == ["plan opened"]


def test_a_commit_that_fails_is_a_500_leaves_nothing_and_does_not_say_saved(doors: Flask) -> None:
    doors.testing = False
    client = doors.test_client()
    assert client.post("/break").status_code == 500
    assert names(doors) == []
    with client.session_transaction() as session:
        assert "_flashes" not in session


def test_a_form_sent_twice_has_one_result(doors: Flask) -> None:
    client = doors.test_client()
    first = client.post("/keep", data={"once": "k1"})
    second = client.post("/keep", data={"once": "k1"})
    assert (first.status_code, second.status_code) == (200, 303)
    assert names(doors) == ["kept"]


def test_what_was_kept_on_sqlite_survives_a_power_cut(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))  # no promise's house: those do not wait for the disk
    with app.app_context(), reading():
        synchronous = db.session.scalar(text("PRAGMA synchronous"))
        journal = db.session.scalar(text("PRAGMA journal_mode"))
        db.engine.dispose()
    assert (synchronous, journal) == (FULL, "wal")


@pytest.mark.postgres
def test_postgresql_lets_go_of_a_change_nobody_goes_on_with(
    postgres_server: Server, tmp_path: Path
) -> None:
    with empty_database(postgres_server) as url:
        app = create_app(settings_for(tmp_path, url))
        with app.app_context():
            with reading():
                patience = db.session.scalar(text("SHOW idle_in_transaction_session_timeout"))
            db.engine.dispose()
    assert patience == "1min"
