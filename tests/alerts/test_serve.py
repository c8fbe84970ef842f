"""`nucleus serve` and `nucleus worker` as an operator starts them: real processes, real wires."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from nucleus.app import create_app
from nucleus.ground.database import db, transaction
from nucleus.ground.environment import read_settings
from nucleus.ground.versions import upgrade_tables
from nucleus.messages.services import post_message
from nucleus.people.models import Channel
from nucleus.people.services import add_contact_point, add_person
from tests.conftest import RING
from tests.demo.sinks import Sinks
from tests.messages.helpers import draft, to

PATIENCE = 60.0


@pytest.fixture
def sinks() -> Iterator[Sinks]:
    """Return a mail and an ntfy server."""
    with Sinks() as both:
        yield both


@pytest.fixture
def environment(tmp_path: Path, both_databases: str, sinks: Sinks) -> dict[str, str]:
    """Return the settings of an operator, once for each database; nothing is made yet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUCLEUS_")}
    return kept | {
        "NUCLEUS_DATA": str(tmp_path),
        "NUCLEUS_DATABASE_URL": both_databases,
        "NUCLEUS_MAIL_URL": f"smtp://127.0.0.1:{sinks.smtp_port}?security=none",
        "NUCLEUS_MAIL_FROM": "nucleo@example.org",
        "NUCLEUS_NTFY_URL": sinks.ntfy_url,
    }


def nucleus(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    line = [sys.executable, "-m", "nucleus", *words]
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=False)


@contextmanager
def running(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command beside us, and end it as a service manager would."""
    process = subprocess.Popen([sys.executable, "-m", "nucleus", *words], env=environment)
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def answers(port: int) -> bool:
    """Wait until the site says that it is alive."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health/live") as page:
                return bool(page.read() == b"ok")
        except OSError:
            time.sleep(0.05)
    return False


def post_to_a_member(environment: dict[str, str]) -> None:
    """Leave a message in the outbox from this process, as another machine might."""
    app = create_app(read_settings(environment))
    with app.app_context():
        with transaction():
            person = add_person("Vito Vitale")
            add_contact_point(person, Channel.EMAIL, address="vito@example.org", verified=True)
            add_contact_point(person, Channel.NTFY, address="vito-topic", verified=True)
            post_message(draft(), to(person.id))
        db.engine.dispose()


def make_ready(environment: dict[str, str]) -> None:
    """Do what `nucleus init` and `nucleus upgrade` do, which have a promise of their own."""
    environment["NUCLEUS_KEYS"] = RING
    app = create_app(read_settings(environment))
    upgrade_tables(app)
    with app.app_context():
        db.engine.dispose()


def test_the_site_says_what_to_do_until_it_is_made_ready_and_then_serves_and_sends(
    environment: dict[str, str], sinks: Sinks
) -> None:
    assert "nucleus init" in nucleus(environment, "serve").stderr
    nucleus(environment, "init")
    refused = nucleus(environment, "serve")
    assert (refused.returncode, "run `nucleus upgrade` first" in refused.stderr) == (1, True)
    assert nucleus(environment, "upgrade").returncode == 0
    port = free_port()
    with running(environment, "serve", "--port", str(port), "--with-sender"):
        assert answers(port)
        post_to_a_member(environment)
        assert sinks.wait_for(lambda: len(sinks.received()) == 2, PATIENCE)


def test_a_worker_alone_sends_what_others_post(environment: dict[str, str], sinks: Sinks) -> None:
    make_ready(environment)
    post_to_a_member(environment)
    with running(environment, "worker"):
        assert sinks.wait_for(lambda: len(sinks.received()) == 2, PATIENCE)


@pytest.mark.parametrize("both_databases", ["sqlite"], indirect=True)
def test_more_web_processes_need_postgresql(environment: dict[str, str]) -> None:
    make_ready(environment)
    refused = nucleus(environment, "serve", "--workers", "3")
    assert (refused.returncode, "PostgreSQL" in refused.stderr) == (2, True)
