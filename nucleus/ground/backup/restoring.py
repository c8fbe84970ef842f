"""Puts a backup into an empty house: looked through whole before anything is written."""

import base64
import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from flask import Flask, current_app
from sqlalchemy import Connection, Integer, delete, func, insert, inspect, select

from nucleus.ground import journal
from nucleus.ground.backup.making import FOLDERS, Counted
from nucleus.ground.backup.rows import Shape, clause_of, from_values
from nucleus.ground.crypto import ring
from nucleus.ground.database import MIGRATIONS, db, transaction
from nucleus.ground.keepers import OPEN, SEALED, BadBackup, Opener
from nucleus.ground.settings import Settings
from nucleus.ground.versions import upgrade_tables

CHUNK = 500
OF_EVERY_HOUSE = frozenset({"term", "competence", "heartbeat", "geocode_clock"})
"""Tables that a new house fills by itself."""


class NotEmpty(Exception):
    """Somebody lives in this house already; nothing was touched."""


class OtherKeys(Exception):
    """The key ring of this house can't open what is sealed in the backup."""


@dataclass(frozen=True)
class Looked:
    """What a backup says of itself."""

    made_at: str
    revisions: list[str]
    keys: list[str]


def look(file: Path, private_key: bytes | None) -> Looked:
    """Read a backup to its end; raise `BadBackup` when it is not whole."""
    lines = _lines(file, private_key)
    first: Any = next(lines, {})
    if first.get("nucleus") != 1:
        raise BadBackup("This is no backup that this version can read.")
    last: Any = None
    counted = Counted()
    for last in lines:
        counted.rows += isinstance(last, list)
        counted.files += isinstance(last, dict) and "file" in last
    if not isinstance(last, dict) or not last.get("end"):
        raise BadBackup("The file is cut off.")
    if (last["rows"], last["files"]) != (counted.rows, counted.files):
        raise BadBackup("The file is not whole: lines are missing.")
    return Looked(first["made_at"], first["revisions"], first["keys"])


def restore(app: Flask, file: Path, private_key: bytes | None) -> Counted:
    """Fill an empty house from a backup and bring its tables to this version.

    Raises:
        BadBackup: the file is no backup, is for another key, or is not whole.
        NotEmpty: this house has rows or files already.
        OtherKeys: the key ring here is not the one whose words are in it.
    """
    looked = look(file, private_key)
    with app.app_context():
        if missing := set(looked.keys) - {name for name, _key in ring().keys}:
            raise OtherKeys(", ".join(sorted(missing)))
        refuse_if_lived_in()
        _lay_tables(app, looked.revisions)
        with transaction():
            counted = _fill(_lines(file, private_key))
            journal.write("ground.restore_backup", None, rows=counted.rows, files=counted.files)
    upgrade_tables(app)
    return counted


def refuse_if_lived_in() -> None:
    """Raise `NotEmpty` when anything is here that a new house does not have by itself."""
    db.session.rollback()
    there = set(inspect(db.session.connection()).get_table_names())
    for name in sorted(there & db.metadata.tables.keys() - OF_EVERY_HOUSE):
        rows = db.metadata.tables[name]
        if db.session.scalar(select(func.count()).select_from(rows)):
            raise NotEmpty(name)
    if any(path.is_file() for folder in _folders() for path in folder.rglob("*")):
        raise NotEmpty("files")
    db.session.rollback()
    db.session.remove()


def _lay_tables(app: Flask, revisions: list[str]) -> None:
    """Make the tables as they were when the backup was made."""
    from flask_migrate import Migrate, upgrade

    known = {path.stem.split("_")[0] for path in MIGRATIONS.glob("versions/*.py")}
    if not revisions or not set(revisions) <= known:
        raise BadBackup("It was made by another version of Nucleus: install that one first.")
    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True)
    for revision in revisions:
        upgrade(revision=revision)


def _fill(lines: Iterator[Any]) -> Counted:
    """Write every row and every file; when it stumbles, neither is left."""
    with _any_order() as connection:
        for name in OF_EVERY_HOUSE & db.metadata.tables.keys():
            connection.execute(delete(db.metadata.tables[name]))
        filling = _Filling(connection)
        try:
            next(lines)
            for line in lines:
                filling.take(line)
        except BaseException:
            filling.take_back_files()
            raise
    return filling.counted


class _Filling:
    """Takes one line of a backup after the other; rows are written in chunks."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.counted = connection, Counted()
        self.name, self.shape = "", cast(Shape, [])
        self.rows: list[dict[str, Any]] = []
        self.written: list[Path] = []

    def take(self, line: Any) -> None:
        """Keep a row until its chunk is full; any other line ends the chunk."""
        if isinstance(line, list):
            self.rows.append(from_values(line, self.shape))
            if len(self.rows) < CHUNK:
                return
        self._write()
        if isinstance(line, dict) and "table" in line:
            self.name, self.shape = line["table"], line["columns"]
        elif isinstance(line, dict) and "file" in line:
            self.written.append(_keep_file(line))
            self.counted.files += 1

    def take_back_files(self) -> None:
        """Leave no file of a backup that could not be restored."""
        for path in self.written:
            path.unlink(missing_ok=True)

    def _write(self) -> None:
        if self.rows:
            self.connection.execute(insert(clause_of(self.name, self.shape)), self.rows)
            self.counted.rows += len(self.rows)
            self.rows = []


@contextmanager
def _any_order() -> Iterator[Connection]:
    """Let rows name others that come later; all must be there at the end."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield connection
        return
    links = inspect(connection)
    named = [
        (table, link["name"])
        for table in links.get_table_names()
        for link in links.get_foreign_keys(table)
    ]
    for table, link in named:
        _alter(connection, table, f"{link}", "DEFERRABLE INITIALLY DEFERRED")
    yield connection
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table, link in named:
        _alter(connection, table, f"{link}", "NOT DEFERRABLE")
    _count_on(connection)


def _alter(connection: Connection, table: str, link: str, how: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote
    connection.exec_driver_sql(f"ALTER TABLE {quoted(table)} ALTER CONSTRAINT {quoted(link)} {how}")


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL give the next rows numbers that no row has yet."""
    for rows in db.metadata.sorted_tables:
        key = rows.autoincrement_column
        if key is None or not isinstance(key.type, Integer):
            continue
        counter = func.pg_get_serial_sequence(rows.name, key.name)
        highest = select(func.max(key)).scalar_subquery()
        connection.execute(select(func.setval(counter, highest)))


def _keep_file(line: dict[str, str]) -> Path:
    """Write a file where it lay; a name that leads elsewhere is refused."""
    settings: Settings = current_app.extensions["nucleus.settings"]
    path = (settings.data / line["file"]).resolve()
    if not any(path.is_relative_to(folder.resolve()) for folder in _folders()):
        raise BadBackup("It names a file that does not belong to the house.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(base64.b64decode(line["bytes"]))
    return path


def _folders() -> list[Path]:
    settings: Settings = current_app.extensions["nucleus.settings"]
    return [settings.data / name for name in current_app.extensions[FOLDERS]]


def _lines(path: Path, private_key: bytes | None) -> Iterator[Any]:
    """Give a backup's lines as they were written."""
    with path.open("rb") as file:
        packed = gzip.GzipFile(fileobj=_opened(file, private_key), mode="rb")
        try:
            for line in io.BufferedReader(cast(Any, packed)):
                yield json.loads(line)
        except (OSError, EOFError, json.JSONDecodeError) as cause:
            raise BadBackup("The file is cut off, or was changed.") from cause


def _opened(file: BinaryIO, private_key: bytes | None) -> BinaryIO:
    first = file.readline(64)
    if first == OPEN:
        return file
    if first != SEALED:
        raise BadBackup("This is no backup of Nucleus.")
    if private_key is None:
        raise BadBackup("It is sealed: name the file with the keepers' key (--key).")
    return cast(BinaryIO, io.BufferedReader(Opener(file, private_key)))
