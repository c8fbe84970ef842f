"""How the sender hears that there is something to send, within a twentieth of a second.

Commits of this process ring the bell themselves. Other processes are heard by NOTIFY on
PostgreSQL; on SQLite the file's `data_version` is looked at every 50 ms, on a connection of
its own and outside any transaction, because a connection does not see its own commits there.
"""

import sqlite3
import threading
import time
from typing import Protocol

from flask import Flask
from sqlalchemy import make_url

from nucleus.ground.settings import Settings
from nucleus.messages.bell import bell_of

LOOK_EVERY = 0.05


class Ear(Protocol):
    """Waits for the bell, and for what other processes leave to send."""

    def wait(self, seconds: float) -> None:
        """Return when there may be something to do, at the latest after so many seconds."""

    def close(self) -> None:
        """Stop listening."""


def ear_of(app: Flask) -> Ear:
    """Return the ear that fits the database of the house; made in the thread that will wait."""
    settings: Settings = app.extensions["nucleus.settings"]
    address = make_url(settings.database_url)
    if settings.on_sqlite:
        return FileEar(bell_of(app), str(address.database))
    from alerts.sender.working.server_ear import ServerEar

    return ServerEar(
        bell_of(app), address.set(drivername="postgresql").render_as_string(hide_password=False)
    )


class FileEar:
    """Sees another process's commit by the version of the SQLite file."""

    def __init__(self, bell: threading.Event, file: str) -> None:
        """Open a connection of its own."""
        self.bell = bell
        self.line = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self.version = self._look()

    def wait(self, seconds: float) -> None:
        """Wait for the bell or another version."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            rung = self.bell.wait(min(LOOK_EVERY, left))
            if rung or self._is_new():
                break
        self.bell.clear()

    def close(self) -> None:
        """Close the connection."""
        self.line.close()

    def _is_new(self) -> bool:
        try:
            before, self.version = self.version, self._look()
        except sqlite3.Error:  # the turn that follows meets the same trouble, and speaks of it
            return True
        return before != self.version

    def _look(self) -> int:
        # All rows must be fetched: a half-read answer would hold on to the file as it was.
        ((version,),) = self.line.execute("PRAGMA data_version").fetchall()
        return int(version)
