"""The commands that keep the house running: `nucleus serve` and `nucleus worker`."""

import gc
import signal
import sys
import threading
from typing import Any

import click
import structlog
from flask import Flask
from flask.cli import ScriptInfo
from gunicorn.app.base import BaseApplication

from alerts.sender.working.worker import Sender
from nucleus.ground.database import db, reading
from nucleus.ground.serving.door import hang_door
from nucleus.ground.serving.memory import share_memory
from nucleus.ground.serving.shift import Shift
from nucleus.ground.settings import Settings
from nucleus.ground.versions import NotUpgraded, require_upgraded

WEB_THREADS = 16
SECONDS_TO_FINISH = 25
TAKE_TURNS = 0.0005
"""Seconds after which a busy thread lets another have the interpreter.

A page asks the database a dozen times, and after each answer it waits in line behind every thread
that is sending. With Python's five milliseconds that alone made it 100 to 200 ms late.
"""

log = structlog.get_logger()


class Site(BaseApplication):  # type: ignore[misc]
    """Web workers on PostgreSQL, each with a sender beside its pages if asked for."""

    def __init__(self, app: Flask, options: dict[str, Any], *, sends: bool) -> None:
        """Take the app that was already built: workers are forked from it and share its memory."""
        self.house, self.options, self.sends = app, options, sends
        self.sender: Sender | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set our options; no thread is started before the fork."""
        for name, value in self.options.items():
            self.cfg.set(name, value)
        self.cfg.set("post_worker_init", self.open_shift)
        self.cfg.set("worker_exit", self.end_shift)

    def load(self) -> Flask:
        """Return the WSGI application, laid still before the fork.

        The collector writes into whatever it looks at, and a page that is written to is no
        longer shared with the worker: without this the same house takes 27 MB more.
        """
        lay_still()
        return self.house

    def open_shift(self, _worker: object) -> None:
        """Start the sender in a fresh worker."""
        if self.sends:
            self.sender = Sender(self.house)
            self.sender.start()

    def end_shift(self, _arbiter: object, _worker: object) -> None:
        """Let the sender finish what is on its way."""
        if self.sender is not None:
            self.sender.stop()


def open_house(app: Flask, host: str, port: int) -> None:
    """Serve pages and send messages from this one process until it is told to stop."""
    pages = hang_door(app, host=host, port=port, threads=WEB_THREADS)
    lay_still()
    sender = Sender(app)
    sender.start()
    signal.signal(signal.SIGTERM, end_of_shift)
    try:
        pages.run()
    finally:
        sender.stop()


def end_of_shift(_number: int, _frame: object) -> None:
    """Leave the loop of the pages: those that are being drawn are finished."""
    raise SystemExit(0)


def lay_still() -> None:
    """Spare the collector what was loaded and stays: looking through it stops everybody.

    It took 120 to 180 ms each time, in which no page was answered and no letter left.
    """
    gc.collect()
    gc.freeze()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes (PostgreSQL only).")
@click.option("--with-sender", is_flag=True, help="Send from here too; on SQLite always so.")
@click.pass_context
def serve(
    context: click.Context, /, host: str, port: int, *, workers: int | None, with_sender: bool
) -> None:
    """Open the site. On SQLite one process does everything: pages, sending, sweeping."""
    share_memory()
    app = ready_app(context)
    on_sqlite = settings_of(app).on_sqlite
    sys.setswitchinterval(TAKE_TURNS)
    if on_sqlite and (workers or 1) > 1:
        raise click.UsageError(
            "On SQLite one process does everything, so --workers can only be 1. "
            "For more, set NUCLEUS_DATABASE_URL to a PostgreSQL database."
        )
    if on_sqlite:
        open_house(app, host, port)
    else:
        Site(app, options_for(host, port, workers or 1), sends=with_sender).run()


def options_for(host: str, port: int, workers: int) -> dict[str, Any]:
    """Return the web server's options; it writes no access log, because links are secrets."""
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "worker_class": Shift,
        "threads": WEB_THREADS,
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": SECONDS_TO_FINISH,
        "control_socket_disable": True,
        "proc_name": "nucleus",
    }


@click.command()
@click.pass_context
def worker(context: click.Context) -> None:
    """Send messages until told to stop; any number of workers may share a PostgreSQL database."""
    share_memory()
    app = ready_app(context)
    lay_still()
    enough = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: enough.set())
    sender = Sender(app)
    sender.start()
    click.echo("The sender is at work.")
    enough.wait()
    sender.stop()
    click.echo("The sender has finished.")


def ready_app(context: click.Context) -> Flask:
    """Return the app when its database has today's tables; end with a sentence otherwise."""
    app = context.ensure_object(ScriptInfo).load_app()
    with app.app_context():
        try:
            with reading():
                require_upgraded()
        except NotUpgraded as cause:
            raise click.ClickException(str(cause)) from cause
        finally:
            db.engine.dispose()  # a connection must not pass a fork
    return app


def settings_of(app: Flask) -> Settings:
    """Return the settings of a house that is not open yet."""
    found: Settings = app.extensions["nucleus.settings"]
    return found


def init_app(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(serve)
    app.cli.add_command(worker)
