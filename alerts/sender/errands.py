"""Threads for what waits on other machines: one errand a key at a time, never in a request."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger()


class Errands:
    """The threads of one process, and which keys they are busy with.

    One key has one thread at most, so that a slow machine keeps nobody else waiting.
    """

    def __init__(
        self, app: Flask, name: str, run: Callable[[int], object], *, threads: int
    ) -> None:
        """Start no thread before there is something to do."""
        self.app, self.name, self.run, self.threads = app, name, run, threads
        self.busy: set[int] = set()
        self.door = threading.Lock()
        self.pool: ThreadPoolExecutor | None = None

    def go(self, key: int) -> None:
        """Run the errand of a key, unless somebody is on the way there already."""
        with self.door:
            if key in self.busy:
                return
            self.busy.add(key)
            self.pool = self.pool or ThreadPoolExecutor(self.threads, f"nucleus-{self.name}")
        self.pool.submit(self._run, key)

    def _run(self, key: int) -> None:
        try:
            with self.app.app_context():
                self.run(key)
        except SQLAlchemyError as cause:
            log.warning("errand_stopped", errand=self.name, key=key, error=type(cause).__name__)
        except Exception:
            log.exception("errand_stopped", errand=self.name, key=key)
        finally:
            with self.door:
                self.busy.discard(key)
