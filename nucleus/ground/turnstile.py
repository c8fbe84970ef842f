"""One after the other, in the order of coming: the queue of those who want to write on SQLite.

SQLite lets one write at a time and has no queue: whoever finds the file taken looks again after a
while, at last every tenth of a second, and whoever comes at the right moment goes first. With
fifty answers a second somebody waited for 2.5 s (measured). Between the threads of one process
this gate keeps the order; between processes SQLite goes on as it is.
"""

import sqlite3
import threading
from collections import deque


class Turnstile:
    """A lock that is handed on to whoever has waited longest; it belongs to no thread."""

    def __init__(self) -> None:
        """Start free, with nobody waiting."""
        self._door = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    def enter(self, patience: float) -> bool:
        """Wait for one's turn, at most so many seconds; say whether it came."""
        with self._door:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        return mine.acquire(timeout=patience) or not self._give_up(mine)

    def leave(self) -> None:
        """Let the next one in."""
        with self._door:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def _give_up(self, mine: threading.Lock) -> bool:
        """Leave the queue; say no when the turn came in the very moment of leaving."""
        with self._door:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return True
            return False


class WritesInTurn(sqlite3.Connection):
    """A connection whose changes wait at a gate of their process before they ask the file.

    Who waits too long goes on to the file and hears from it, as before, that it is locked.
    """

    gate: Turnstile | None = None
    patience = 0.0
    _inside = False

    def wait_for_turn(self) -> None:
        """Wait until the file is ours alone, as far as this process goes."""
        if self.gate is not None and not self._inside:
            self._inside = self.gate.enter(self.patience)

    def pass_on(self) -> None:
        """Let the next one write."""
        if self._inside and self.gate is not None:
            self._inside = False
            self.gate.leave()

    def commit(self) -> None:
        """Keep the change, and let the next one write; what can't be kept is still ours."""
        super().commit()
        self.pass_on()

    def rollback(self) -> None:
        """Undo the change, and let the next one write whatever happens."""
        try:
            super().rollback()
        finally:
            self.pass_on()

    def close(self) -> None:
        """Hang up, and let the next one write."""
        try:
            super().close()
        finally:
            self.pass_on()
