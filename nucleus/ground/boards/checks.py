"""The board 'checks': what `nucleus check` looks at, in words an operator can act on."""

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from nucleus.ground import i18n, journal
from nucleus.ground.clock import now
from nucleus.ground.database import UTCDateTime, db, reading
from nucleus.ground.seals import newest_seal
from nucleus.ground.settings import RING_FILE, Settings
from nucleus.ground.versions import NotUpgraded, require_upgraded

LITTLE_SPACE = 500 * 1024 * 1024
NO_SPACE = 50 * 1024 * 1024
DRIFT = timedelta(seconds=5)


class Level(IntEnum):
    """How bad it is; the worst one is the exit code."""

    WELL = 0
    LOOK = 1
    BROKEN = 2


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, in a sentence, and what to do now."""

    what: str
    level: Level
    said: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the same for a program."""
        return asdict(self) | {"level": self.level.name.lower()}


Check = Callable[[Settings], Iterable[Finding]]


def init_app(app: Flask) -> None:
    """Hang up the board with the ground's own checks."""
    own = [check_tables, check_clock, check_files, check_languages, check_journal]
    app.extensions["nucleus.checks"] = own


def pin(app: Flask, check: Check) -> None:
    """Pin a room's check; it may read the database, and may wait for other machines."""
    app.extensions["nucleus.checks"].append(check)


def run(app: Flask) -> list[Finding]:
    """Make every check; one that stumbles is itself a finding."""
    settings: Settings = app.extensions["nucleus.settings"]
    with app.app_context():
        return [one for check in app.extensions["nucleus.checks"] for one in _made(check, settings)]


def _made(check: Check, settings: Settings) -> list[Finding]:
    try:
        with reading():
            return list(check(settings))
    except SQLAlchemyError as cause:
        said = f"The database did not answer ({type(cause).__name__})."
        return [Finding(check.__name__, Level.BROKEN, said, "See whether it runs.")]
    except Exception as cause:
        said = f"This could not be looked at ({type(cause).__name__})."
        return [Finding(check.__name__, Level.LOOK, said, "Please report it.")]


def check_tables(_settings: Settings) -> Iterator[Finding]:
    """Does the database have the tables of this version?"""
    try:
        require_upgraded()
    except NotUpgraded as cause:
        yield Finding("tables", Level.BROKEN, str(cause))
        return
    yield Finding("tables", Level.WELL, "The database has the tables of this version.")


def check_clock(settings: Settings) -> Iterator[Finding]:
    """Is it as late here as at the database, and later than when this was built?"""
    built = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if now() < built - timedelta(days=1):
        yield Finding(
            "clock",
            Level.BROKEN,
            f"The clock of this machine says {now():%Y-%m-%d %H:%M}: that is in the past.",
            "Set the clock (timedatectl set-ntp true).",
        )
        return
    drift = timedelta(0) if settings.on_sqlite else abs(_database_time() - now())
    if drift > DRIFT:
        said = f"The clocks of this machine and of the database are {drift.seconds} s apart."
        yield Finding("clock", Level.LOOK, said, "Let both follow a time server.")
        return
    yield Finding("clock", Level.WELL, "The clock is right.")


def _database_time() -> datetime:
    return db.session.scalars(select(func.now(type_=UTCDateTime()))).one()


def check_files(settings: Settings) -> Iterator[Finding]:
    """Is there space, and is the key ring readable by nobody else?"""
    free = shutil.disk_usage(settings.data).free
    level = Level.BROKEN if free < NO_SPACE else Level.LOOK if free < LITTLE_SPACE else Level.WELL
    said = f"{free // (1024 * 1024)} MB are free at {settings.data}."
    yield Finding("disk", level, said, "" if level is Level.WELL else "Make room.")
    ring = settings.data / RING_FILE
    if ring.exists() and stat.S_IMODE(ring.stat().st_mode) & 0o077 and os.name == "posix":
        said = f"The key ring {ring} can be read by others on this machine."
        yield Finding("keys", Level.LOOK, said, f"Run: chmod 600 {ring}")
        return
    yield Finding("keys", Level.WELL, f"The key ring has {len(settings.ring.keys)} key(s).")


def check_languages(settings: Settings) -> Iterator[Finding]:
    """Is every language of the settings one the pages exist in?"""
    without = [code for code in settings.languages if code not in i18n.written()]
    if without:
        said = f"There are no words in {', '.join(without)}: such pages fall back."
        yield Finding("languages", Level.LOOK, said, "Take them out of NUCLEUS_LANGUAGES.")
        return
    yield Finding("languages", Level.WELL, f"All words exist: {', '.join(settings.languages)}.")


def check_journal(_settings: Settings) -> Iterator[Finding]:
    """Does every entry of the journal still say what it said when it was chained?"""
    broken = journal.first_break()
    if broken is not None:
        said = f"The journal was altered at entry {broken}, or an entry before it is gone."
        remedy = "Compare it with the last backup, and find out who can write to the database."
        yield Finding("journal", Level.BROKEN, said, remedy)
        return
    said = f"The journal is whole: {journal.head()[0]} entries"
    if seal := newest_seal():
        said += f", of which the first {seal.link} were closed and deleted by {seal.at:%Y-%m-%d}"
    yield Finding("journal", Level.WELL, f"{said}.")
