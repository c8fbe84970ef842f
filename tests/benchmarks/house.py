"""A small house in a data directory of its own, made as an operator makes it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import select

from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.ground.environment import read_settings
from nucleus.messages.services import Draft, post_to_contact
from nucleus.people.models import SENDING, ContactPoint
from tests.benchmarks.processes import HERE, Command
from tests.cast import Cast, invite
from tests.demo.sinks import Sinks

PYTHON = sys.executable
WORDS = {"subject": "Prova", "body": "Una prova del postino.", "short": "Una prova."}


@dataclass(frozen=True)
class SmallHouse:
    """The cast in a migrated SQLite file, with sinks that take its letters."""

    folder: Path
    environ: Mapping[str, str]
    sinks: Sinks
    app: Flask
    cast: Cast

    @property
    def command(self) -> Command:
        """Return how the real server is started on this house."""
        words = (PYTHON, "-m", "nucleus", "serve", "--port", "{port}")
        return Command(words, self.environ, self.folder / "serve.log")

    @property
    def bare_command(self) -> Command:
        """Return how the yardstick is started, on the same web server."""
        words = (PYTHON, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "4")
        where = ("--bind", f"{HERE}:{{port}}", "tests.benchmarks.bare:make_app()")
        environ = {"BARE_FILE": str(self.folder / "bare.db")}
        return Command((*words, *where), environ, self.folder / "bare.log")

    def post_one_letter_a_channel(self) -> int:
        """Leave one letter for Carla on each channel she has; return how many."""
        with self.cast.stage():
            hers = select(ContactPoint.id).where(
                ContactPoint.person_id == self.cast.carla, ContactPoint.channel.in_(SENDING)
            )
            points = db.session.scalars(hers).all()
            for point in points:
                post_to_contact(Draft(kind="note", texts={"it": WORDS, "en": WORDS}), point)
            return len(points)


@contextmanager
def small_house() -> Iterator[SmallHouse]:
    """Make a house by `nucleus init` and `nucleus upgrade`, invite the cast, and clear it away."""
    with TemporaryDirectory(prefix="nucleus-bench-") as name, Sinks() as sinks:
        folder = Path(name)
        environ = {
            "NUCLEUS_DATA": str(folder),
            "NUCLEUS_MAIL_URL": f"smtp://{HERE}:{sinks.smtp_port}?security=none",
            "NUCLEUS_MAIL_FROM": "nucleo@example.org",
            "NUCLEUS_NTFY_URL": sinks.ntfy_url,
        }
        for verb in ("init", "upgrade"):
            command = (PYTHON, "-m", "nucleus", verb)
            subprocess.run(command, env=os.environ | environ, check=True, capture_output=True)
        app = create_app(read_settings(environ))
        yield SmallHouse(folder, environ, sinks, app, invite(app))
        with app.app_context():
            db.engine.dispose()
