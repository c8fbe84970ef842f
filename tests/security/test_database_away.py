"""A database that is locked or gone: the page says try again, and nothing is half-made."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, make_url, select, text
from werkzeug.test import TestResponse

from alerts.models import Alert, Recipient
from alerts.services import draft_alert
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery
from tests.alerts.stage import draft_of
from tests.cast import Cast, invite
from tests.conftest import opened, settings_for
from tests.postgres import Server, empty_database


def draft(cast: Cast) -> str:
    """Write an alert down as Carla, and return the address that opens it."""
    cast.app.testing = False
    with cast.stage():
        return f"/alerts/alert/{draft_alert(draft_of(cast), author=cast.carla).id}/open"


def made(cast: Cast) -> list[int]:
    """Return how many rows there are of all that opening an alert makes."""
    tables = (Alert, Recipient, Delivery, LogEntry)
    with cast.stage():
        return [db.session.scalar(select(func.count(table.id))) or 0 for table in tables]


def asks_to_try_again(answer: TestResponse) -> bool:
    """Say whether a page says so, with 112 beside it and nothing of how we are built."""
    told = answer.status_code == 503 and bool(answer.headers["Retry-After"])
    return told and 'href="tel:112"' in answer.text and "sql" not in answer.text.lower()


def test_an_alert_opened_while_the_file_is_locked_is_not_half_made(
    cast: Cast, tmp_path: Path
) -> None:
    path, carla = draft(cast), cast.signed_in(cast.carla)
    before = made(cast)
    with cast.app.app_context():
        db.session.execute(text("PRAGMA busy_timeout=1"))
        db.session.rollback()
    with closing(sqlite3.connect(tmp_path / "nucleus.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert asks_to_try_again(carla.post(path))
        assert carla.get("/alerts/alert/list").status_code == 200
    assert made(cast) == before
    assert carla.post(path).status_code == 303
    assert made(cast) > before


@pytest.fixture
def far(tmp_path: Path, postgres_server: Server) -> Iterator[Cast]:
    """The cast in a PostgreSQL database that can be closed to everybody."""
    with empty_database(postgres_server) as url:
        for app in opened(create_app(settings_for(tmp_path, url))):
            yield invite(app)


def let_connect(server: Server, cast: Cast, yes: bool) -> None:
    """Open or close the database; closing throws out whoever is in it."""
    name = make_url(cast.app.config["SQLALCHEMY_DATABASE_URI"]).database
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {str(yes).lower()}'.encode())
        if not yes:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                          " WHERE datname = %s", (name,))  # fmt: skip


@pytest.mark.postgres
def test_an_alert_opened_while_the_database_is_away_is_not_half_made(
    far: Cast, postgres_server: Server
) -> None:
    path, carla = draft(far), far.signed_in(far.carla)
    before = made(far)
    let_connect(postgres_server, far, yes=False)
    for answer in every_page(carla, path):
        assert asks_to_try_again(answer), answer.request.path
    let_connect(postgres_server, far, yes=True)
    assert made(far) == before
    assert carla.post(path).status_code == 303
    assert made(far) > before


def every_page(carla: FlaskClient, path: str) -> list[TestResponse]:
    """Try to open the alert, and a few pages that only look."""
    return [carla.post(path), carla.get("/alerts/alert/list"), carla.get("/")]
