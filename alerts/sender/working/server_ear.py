"""The ear that hears PostgreSQL; a door of its own, since on SQLite nobody needs its driver."""

import threading

import psycopg
import structlog

from nucleus.ground.database import SIGNS_OF_LIFE
from nucleus.messages.bell import CHANNEL

log = structlog.get_logger()
LISTEN_AGAIN_AFTER = 1.0


class ServerEar:
    """Hears NOTIFY in a thread of its own, which rings the bell of this process."""

    def __init__(self, bell: threading.Event, url: str) -> None:
        """Begin to listen."""
        self.bell, self.url = bell, url
        self.closing = threading.Event()
        self.listening = threading.Event()
        self.thread = threading.Thread(target=self._run, name="nucleus-ear", daemon=True)
        self.thread.start()

    def wait(self, seconds: float) -> None:
        """Wait for the bell."""
        self.bell.wait(seconds)
        self.bell.clear()

    def close(self) -> None:
        """Stop listening and end the thread."""
        self.closing.set()
        self.thread.join(timeout=10)

    def _run(self) -> None:
        while not self.closing.is_set():
            try:
                self._listen()
            except (psycopg.Error, OSError) as cause:
                self.listening.clear()
                log.warning("ear_lost_its_server", error=type(cause).__name__)
                self.closing.wait(LISTEN_AGAIN_AFTER)

    def _listen(self) -> None:
        with psycopg.connect(self.url, autocommit=True, **SIGNS_OF_LIFE) as line:
            line.execute(f"LISTEN {CHANNEL}")
            self.listening.set()
            self.bell.set()  # what was posted while nobody listened
            while not self.closing.is_set():
                for _heard in line.notifies(timeout=0.5):
                    self.bell.set()
