"""One web process among several on PostgreSQL: gunicorn keeps it, the door of the house serves."""

import os
from typing import Any

from flask import Flask
from gunicorn.workers.base import Worker

from nucleus.ground.serving.door import hang_door


class Shift(Worker):  # type: ignore[misc]
    """Serves at the sockets it is given until the keeper of the processes says enough.

    Gunicorn's own threads read from the wire themselves: sixteen telephones that began to say
    something and stopped would hold sixteen of them, and nobody else could answer an alert.
    """

    wsgi: Flask

    def run(self) -> None:
        """Serve."""
        sockets = [each.sock for each in self.sockets]
        door = hang_door(self.wsgi, sockets=sockets, threads=self.cfg.threads)
        door.each_turn = self.look_up
        door.run()

    def look_up(self) -> None:
        """Say that we live, and see whether we are still wanted."""
        self.notify()
        if not self.alive or self.ppid != os.getppid():
            raise SystemExit(0)

    def handle_quit(self, *_signal: Any) -> None:
        """End at once, as gently as on any other signal."""
        self.alive = False
