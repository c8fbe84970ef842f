"""The board 'jobs': periodic work, done by one ticker in each process that sends.

A job is a sweep over rows that are due. Losing a tick, or running a job in two processes at
once, therefore loses nothing and does nothing twice.
"""

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from nucleus.ground import database, journal, once, replay

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """One sweep: its name, how often it runs, the verb. The verb gets a transaction.

    A job that waits for other machines runs `apart`: on a thread of its own, so that it never
    keeps the others waiting, and without a transaction, since none may be open meanwhile.
    One with a `look` is asked first, reading only, whether there is anything to do: on SQLite
    even a transaction that changes nothing would keep every writer waiting.
    """

    name: str
    every_seconds: float
    do: Callable[[], object]
    apart: bool = False
    look: Callable[[], bool] | None = None

    def is_called_for(self) -> bool:
        """Say whether there may be something to do."""
        if self.look is None:
            return True
        with database.reading():
            return self.look()


def init_app(app: Flask) -> None:
    """Hang up the board with the ground's own jobs."""
    app.extensions["nucleus.jobs"] = []
    pin(app, Job("chain_journal", 5, journal.chain_entries))
    pin(app, Job("forget_submissions", 3600, once.forget_old_submissions))
    pin(app, Job("forget_api_calls", 3600, replay.forget_old_calls))


def pin(app: Flask, job: Job) -> None:
    """Pin a job."""
    app.extensions["nucleus.jobs"].append(job)


def run(job: Job) -> bool:
    """Run one job in a transaction of its own; say whether it went well."""
    try:
        if job.is_called_for():
            with nullcontext() if job.apart else database.transaction():
                job.do()
    except SQLAlchemyError as cause:
        log.warning("job_failed", job=job.name, error=type(cause).__name__)
        return False
    except Exception:
        log.exception("job_failed", job=job.name)
        return False
    return True


def run_all(app: Flask) -> None:
    """Run every job that waits for no other machine once, in the order of the floors."""
    with app.app_context():
        for job in app.extensions["nucleus.jobs"]:
            if not job.apart:
                run(job)


class Ticker(threading.Thread):
    """Runs each job when its time has come, until it is told to stop."""

    def __init__(self, app: Flask, *, apart: bool = False) -> None:
        """Take the jobs that are pinned to the app, or those of them that run apart."""
        super().__init__(name="nucleus-ticker-apart" if apart else "nucleus-ticker", daemon=True)
        self.app = app
        self.apart = apart
        self.stopping = threading.Event()

    def run(self) -> None:
        """Sweep until stopped."""
        mine = [job for job in self.app.extensions["nucleus.jobs"] if job.apart == self.apart]
        due = dict.fromkeys(mine, 0.0)
        while due:
            job = min(due, key=lambda each: due[each])
            if self.stopping.wait(max(0.0, due[job] - time.monotonic())):
                return
            with self.app.app_context():
                run(job)
            due[job] = time.monotonic() + job.every_seconds

    def stop(self) -> None:
        """Stop after the job at hand."""
        self.stopping.set()
        self.join(timeout=10)
