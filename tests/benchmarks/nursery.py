"""Raises workers and web processes within milliseconds, so that a thousand can be killed.

`python -m tests.benchmarks.nursery [LEASE_SECONDS]` builds the house its environment describes,
then reads words on its input: `worker`, or `web PORT`. For each it forks a child that does what
`nucleus worker` or `nucleus serve` does, and prints its number. A child does not outlive it.
"""

import ctypes
import gc
import importlib
import os
import signal
import sys
import threading
from datetime import timedelta
from typing import NoReturn

from flask import Flask

from alerts.commands import open_house
from alerts.sender import channels
from alerts.sender.connections import transport
from alerts.sender.working.worker import Sender
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.ground.environment import read_settings

HERE = "127.0.0.1"
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
KEEP_A_LEASE = ("alerts.sender.pacing", "alerts.sender.outbox", "alerts.sender.engine")
__all__ = ["channels"]


def main(lease: str = "") -> None:
    """Fork what is asked for until the input ends."""
    if lease:
        shorten(timedelta(seconds=float(lease)))
    app = create_app(read_settings())
    transport.install()
    with app.app_context():
        db.engine.dispose()  # a connection must not pass a fork
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            live(app, *line.split())
        print(child, flush=True)


def shorten(lease: timedelta) -> None:
    """Let leases run out sooner than in the product, so that a test need not wait."""
    for name in KEEP_A_LEASE:
        module = importlib.import_module(name)
        if hasattr(module, "LEASE"):
            vars(module)["LEASE"] = lease


def live(app: Flask, what: str, port: str = "0") -> NoReturn:
    """Be what was asked for until told to stop, or killed."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    if what == "web":
        open_house(app, HERE, int(port))
    else:
        work(app)
    os._exit(0)


def work(app: Flask) -> None:
    """Send until told to stop."""
    enough = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: enough.set())
    sender = Sender(app)
    sender.start()
    enough.wait()
    sender.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
