"""The demo's house: an empty database, the real site, the real sender, and the sinks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from alerts.sender.working.worker import Sender
from nucleus.app import create_app
from nucleus.ground import clock
from nucleus.ground.crypto import new_ring_line, read_ring
from nucleus.ground.database import db
from nucleus.ground.settings import MailSettings, NtfySettings, Settings
from nucleus.ground.versions import upgrade_tables
from tests.demo.door import open_door
from tests.demo.sinks import HERE, Sinks

LANGUAGES = ("it", "en")
ROME, DAY = "Europe/Rome", (8, 21)


@dataclass
class House:
    """Everything that runs: where the site is, the app behind it, what the sinks keep."""

    app: Flask
    base: str
    sinks: Sinks


class Quiet(WSGIRequestHandler):
    """Serves without a line a request: the story is told elsewhere."""

    def log_request(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def running(folder: Path, *, port: int = 0, database_url: str = "") -> Iterator[House]:
    """Run the whole house until the block ends; nothing of it outlives the block."""
    with Sinks() as sinks:
        server = _bound(port)
        app = _app(folder, sinks, base=f"http://{HERE}:{server.port}", database_url=database_url)
        server.app = app
        sender = Sender(app)
        web = threading.Thread(target=server.serve_forever, name="demo-web", daemon=True)
        sender.start()
        web.start()
        try:
            yield House(app, f"http://{HERE}:{server.port}", sinks)
        finally:
            server.shutdown()
            web.join()
            server.server_close()
            sender.stop()
            with app.app_context():
                db.engine.dispose()


def where_it_is_day() -> str:
    """Return Rome's time zone or, at night, one in which it is noon.

    At night a stand-down makes no sound and waits for the morning; the story can't wait with it.
    """
    now = clock.now()
    if DAY[0] <= clock.local(now, ROME).hour < DAY[1]:
        return ROME
    return f"Etc/GMT{now.hour - 12:+d}"  # their sign is the other way round


def _bound(port: int) -> BaseWSGIServer:
    return make_server(HERE, port, _not_yet, threaded=True, request_handler=Quiet)


def _not_yet(_environ: object, _start: object) -> list[bytes]:
    return []


def _app(folder: Path, sinks: Sinks, *, base: str, database_url: str) -> Flask:
    """Build the app on an empty database with today's tables, and open the demo's door."""
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(
        Settings(
            data=folder,
            database_url=database_url or f"sqlite:///{folder / 'nucleus.db'}",
            ring=read_ring(new_ring_line()),
            base_url=base,
            time_zone=where_it_is_day(),
            phone="+390815550110",
            languages=LANGUAGES,
            mail=MailSettings(HERE, sinks.smtp_port, "none", "nucleo@agro.example"),
            ntfy=NtfySettings(sinks.ntfy_url),
            own_hosts=(HERE,),
        )
    )
    open_door(app, sinks)
    upgrade_tables(app)
    return app
