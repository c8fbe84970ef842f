"""Empty databases for a benchmark: SQLite files, and a PostgreSQL server started when wanted."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import pytest

from tests.postgres import Server, empty_database, running

SQLITE, POSTGRES = "sqlite", "postgres"


class Databases:
    """Lends empty databases of the kinds asked for with `--database=sqlite,postgres`."""

    def __init__(self, options: dict[str, str]) -> None:
        """Say which kinds are wanted; by default both."""
        self.wanted = options.get("database", f"{SQLITE},{POSTGRES}").split(",")
        self._stack = ExitStack()
        self._server: Server | None = None

    def __enter__(self) -> Self:
        """Start the server, if PostgreSQL is wanted; say loudly when there is none."""
        self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="nucleus-db-")))
        if POSTGRES in self.wanted:
            try:
                server = running(self._folder / "pg" / "data", durable=True)
                (self._folder / "pg").mkdir()
                self._folder.chmod(0o755)
                self._server = self._stack.enter_context(server)
            except pytest.skip.Exception as cause:
                print(f"SKIPPED on PostgreSQL: {cause}", file=sys.stderr)
                self.wanted = [kind for kind in self.wanted if kind != POSTGRES]
        return self

    def __exit__(self, *fault: object) -> None:
        """Stop the server and clear everything away."""
        self._stack.close()

    @contextmanager
    def empty(self, kind: str) -> Iterator[str]:
        """Lend the address of an empty database."""
        if kind == POSTGRES and self._server is not None:
            with empty_database(self._server) as url:
                yield url
            return
        with TemporaryDirectory(dir=self._folder) as folder:
            yield f"sqlite:///{folder}/nucleus.db"
