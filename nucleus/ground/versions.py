"""Does the database have the tables this version needs? Asked at every start, without Alembic.

Alembic costs 0.2 s and 20 MB to import, so its own table is compared with the file names.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from flask import Flask
from sqlalchemy import inspect, text

from nucleus.ground import signals
from nucleus.ground.database import MIGRATIONS, db, transaction

REVISION = re.compile(r"^(down_)?revision\b[^=\n]*=\s*(.+)$", re.MULTILINE)
NAME = re.compile(r"[\"']([^\"']+)[\"']")


class NotUpgraded(Exception):
    """The tables are missing or old; the text is a sentence for the operator."""


def require_upgraded() -> None:
    """Raise `NotUpgraded` unless the database stands at the newest migration."""
    newest, found = newest_revisions(), recorded_revisions()
    if found == newest:
        return
    if not found:
        raise NotUpgraded("The database has no tables yet: run `nucleus upgrade` first.")
    raise NotUpgraded("The database is of another version: run `nucleus upgrade` first.")


def upgrade_tables(app: Flask) -> None:
    """Bring the database to the newest migration, then let the rooms add what a house needs."""
    from flask_migrate import Migrate, upgrade

    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True)
    with app.app_context():
        upgrade()
        with transaction():
            signals.tables_ready.send(app)


def recorded_revisions() -> set[str]:
    """Return where the database stands; nothing when no migration was ever run."""
    if not inspect(db.session.connection()).has_table("alembic_version"):
        return set()
    return set(db.session.scalars(text("SELECT version_num FROM alembic_version")))


def newest_revisions(folder: Path = MIGRATIONS) -> set[str]:
    """Return the migrations no other one stands on."""
    return newest_of(file.read_text() for file in sorted(folder.glob("versions/*.py")))


def newest_of(sources: Iterable[str]) -> set[str]:
    """Return the newest revisions among the texts of migrations; pure."""
    own: set[str] = set()
    passed: set[str] = set()
    for source in sources:
        for is_down, value in REVISION.findall(source):
            (passed if is_down else own).update(NAME.findall(value))
    return own - passed
