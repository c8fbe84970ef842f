"""How old the last backup is: noted when one was written to its end, told by `nucleus check`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from nucleus.ground import journal
from nucleus.ground.backup.making import Counted
from nucleus.ground.boards.checks import Finding, Level
from nucleus.ground.clock import now
from nucleus.ground.database import UTCDateTime, db, transaction
from nucleus.ground.models import LogEntry
from nucleus.ground.settings import Settings

WORD = "ground.back_up"
TOO_OLD = timedelta(days=3)
"""Backups are for every night; two that fail in a row want a look."""


def note_backup(counted: Counted, *, sealed: bool) -> None:
    """Note that a backup stands there whole."""
    with transaction():
        journal.write(WORD, None, rows=counted.rows, files=counted.files, sealed=sealed)


def last_backup() -> datetime | None:
    """Return when the last backup was written to its end."""
    noted = select(func.max(LogEntry.at, type_=UTCDateTime())).where(LogEntry.word == WORD)
    return db.session.scalar(noted)


def check_backup(settings: Settings) -> Iterator[Finding]:
    """Is there a backup, and is it young enough? Only asked for where backups are made at all."""
    last, wanted = last_backup(), settings.backup_key is not None
    if last is None:
        said = "No backup was ever made of this house."
        remedy = "Run `nucleus backup FILE` every night, and carry it away from this machine."
        yield Finding("backup", Level.LOOK if wanted else Level.WELL, said, remedy)
        return
    age = now() - last
    said = f"The last backup was made {_ago(age)} ({last:%Y-%m-%d %H:%M} UTC)."
    old = wanted and age > TOO_OLD
    remedy = "See why the nightly `nucleus backup` does not reach its end." if old else ""
    yield Finding("backup", Level.LOOK if old else Level.WELL, said, remedy)


def _ago(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours} hours ago" if hours < 48 else f"{hours // 24} days ago"
