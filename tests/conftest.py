"""What all tests share: the whole house on an empty database, of both kinds."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient

from nucleus.app import create_app
from nucleus.ground.crypto import read_ring
from nucleus.ground.database import db
from nucleus.ground.settings import MailSettings, NtfySettings, Settings
from nucleus.people.models import Person, Role
from nucleus.people.services import grant_role
from tests.cast import Cast
from tests.haste import (
    bring_cast,
    copied_database,
    describe_when_asked,
    hurry,
    keep_compiled_rules,
    lay_tables,
)
from tests.postgres import Server, empty_database, running

ROOT = Path(__file__).resolve().parent.parent
LONG_WALKS = {"browser": 0, "benchmarks": 1, "demo": 1, "security": 2, "architecture": 2}
"""Folders of long promises, and which worker begins with them; what it does not end is stolen."""
MEMORY, MOST_IN_MEMORY = Path("/dev/shm"), 2_000_000_000  # noqa: S108 each file in it has an owner
RING = "test:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="


def pytest_configure(config: pytest.Config) -> None:
    """Make the translations ready first, since what people read is part of what is promised."""
    keep_compiled_rules()
    describe_when_asked()
    # An example that took long says that the machine was busy, not that the promise is broken.
    hypothesis.settings.register_profile("unhurried", deadline=None)
    hypothesis.settings.load_profile("unhurried")
    if not hasattr(config, "workerinput"):
        subprocess.run([sys.executable, str(ROOT / ".ci" / "messages.py")], check=True)


def pytest_xdist_auto_num_workers() -> int:
    """Take one worker more than there are cores: promises wait for processes and for browsers."""
    lent = hasattr(os, "sched_getaffinity")  # else it is a Mac
    return (len(os.sched_getaffinity(0)) if lent else os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the long walks in all workers, so that at the end none waits for another.

    Each worker is dealt a run of the list as long as the others', and steals when it has done it.
    """
    workers: int = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    hands: list[list[pytest.Item]] = [[] for _ in range(workers)]
    short: list[pytest.Item] = []
    for item in items:
        first = LONG_WALKS.get(item.path.parent.name)
        (short if first is None else hands[first % workers]).append(item)
    left = len(items)
    for number, hand in enumerate(hands):
        missing = max(0, left // (workers - number) - len(hand))
        hand += short[:missing]
        del short[:missing]
        left -= len(hand)
    items[:] = [*chain(*hands), *short]


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays until the end: libraries, and the promises."""
    gc.collect()
    gc.freeze()


def settings_for(data: Path, database_url: str = "") -> Settings:
    """Return settings of a house on an empty database in its own directory."""
    return Settings(
        data=data,
        database_url=database_url or f"sqlite:///{data / 'nucleus.db'}",
        ring=read_ring(RING),
        mail=MailSettings("127.0.0.1", 9, "none", "nucleo@example.org"),
        ntfy=NtfySettings("http://127.0.0.1:9"),
        testing=True,
    )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server of this test process, or a loud skip (a failure in CI).

    It keeps away from pytest's own folder: every pytest that starts closes that folder to other
    users, and under root the server is another user, whose next look at its files is its last.
    """
    with (
        TemporaryDirectory(prefix="nucleus-pg-", dir=in_memory()) as folder,
        running(Path(folder, "data")) as server,
    ):
        yield server


def in_memory() -> Path | None:
    """Return a folder in memory with room for everything, or `None`: a container's is often small.

    A database made and dropped for one promise took half a second on a disk, and a tenth of the
    processor's time here.
    """
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MOST_IN_MEMORY
    return MEMORY if roomy else None


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def both_databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'nucleus.db'}"
        return
    lend = copied_database if "app_on_both" in request.fixturenames else empty_database
    with lend(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The whole house on an empty SQLite file."""
    yield from opened(create_app(settings_for(tmp_path)))


@pytest.fixture
def app_on_both(tmp_path: Path, both_databases: str) -> Iterator[Flask]:
    """The whole house, once on each database."""
    yield from opened(create_app(settings_for(tmp_path, both_databases)))


def opened(app: Flask) -> Iterator[Flask]:
    """Make the tables, lend the app, and let go of the database."""
    app.config["WTF_CSRF_ENABLED"] = False
    hurry(app)
    lay_tables(app)
    yield app
    let_go(app)


def let_go(app: Flask) -> None:
    """Close what a house holds open of its database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor."""
    return app.test_client()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The few people who appear in all promises, on SQLite."""
    return bring_cast(app)


@pytest.fixture
def ada(cast: Cast) -> FlaskClient:
    """Carla, who now administers her association too."""
    with cast.stage():
        carla = db.session.get_one(Person, cast.carla)
        grant_role(carla, Role.ADMINISTRATOR, organisation=cast.organisation)
    return cast.signed_in(cast.carla)


@pytest.fixture
def cast_on_both(app_on_both: Flask) -> Cast:
    """The same people, once on each database."""
    return bring_cast(app_on_both)
