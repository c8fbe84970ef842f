"""Writes the house into one file while it runs: every row of one moment, then its files."""

import base64
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from flask import Flask, current_app
from sqlalchemy import Connection, Table, select

from nucleus.ground.backup.rows import clause_of, shape_of, to_line
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db, reading
from nucleus.ground.keepers import OPEN, Sealer
from nucleus.ground.settings import Settings
from nucleus.ground.versions import recorded_revisions

CHUNK = 1000
FOLDERS = "nucleus.backup.folders"


@dataclass
class Counted:
    """What went into a backup, or came out of it."""

    rows: int = 0
    files: int = 0


def init_app(app: Flask) -> None:
    """Hang up the list of folders that belong to the house."""
    app.extensions[FOLDERS] = []


def pin_folder(app: Flask, name: str) -> None:
    """Keep a folder of the data directory too; its files never change once they are written."""
    app.extensions[FOLDERS].append(name)


def back_up(file: BinaryIO, public_key: bytes | None) -> Counted:
    """Write the whole house; without a key nothing but the seals inside protects it.

    Args:
        file: open for writing.
        public_key: the keepers' key.
    """
    file_of = Sealer(file, public_key) if public_key else None
    if file_of is None:
        file.write(OPEN)
    counted = Counted()
    packed = cast(BinaryIO, file_of or file)
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, compresslevel=6) as out:
        for line in _lines(counted):
            out.write(line.encode() + b"\n")
    if file_of is not None:
        file_of.close()
    return counted


def _lines(counted: Counted) -> Iterator[str]:
    """Give the first line, every table with its rows, every file, and a last line that counts."""
    with _one_moment() as connection:
        yield json.dumps(_first_line())
        for rows in kept_tables():
            shape = shape_of(rows)
            yield json.dumps({"table": rows.name, "columns": shape})
            source = clause_of(rows.name, shape)
            for row in connection.execute(select(source)):
                counted.rows += 1
                yield to_line(row, shape)
    for name, path in _files():
        if (data := _bytes_of(path)) is not None:
            counted.files += 1
            yield json.dumps({"file": name, "bytes": base64.b64encode(data).decode()})
    yield json.dumps({"end": True, "rows": counted.rows, "files": counted.files})


def kept_tables() -> list[Table]:
    """Return the tables that are copied; rows that triggers write are written again by them."""
    return [rows for rows in db.metadata.sorted_tables if "made_again" not in rows.info]


def _first_line() -> dict[str, object]:
    return {
        "nucleus": 1,
        "made_at": now().isoformat(),
        "revisions": sorted(recorded_revisions()),
        "keys": [name for name, _key in ring().keys],
    }


@contextmanager
def _one_moment() -> Iterator[Connection]:
    """Read everything as it stood at one moment, while others go on writing."""
    db.session.rollback()
    with reading():
        options: dict[str, Any] = {"stream_results": True, "yield_per": CHUNK}
        if db.engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        yield db.session.connection(execution_options=options)


def _files() -> Iterator[tuple[str, Path]]:
    settings: Settings = current_app.extensions["nucleus.settings"]
    for folder in current_app.extensions[FOLDERS]:
        for path in sorted((settings.data / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(settings.data).as_posix(), path


def _bytes_of(path: Path) -> bytes | None:
    """Return what a file holds; one that was taken away meanwhile is no longer ours to keep."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
