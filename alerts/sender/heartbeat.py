"""Signs of life of whatever runs: noted in memory by who works, written down by the ticker.

The loop that sends only notes that it went round. Writing is a job of its own with its own short
transaction, so that a full disk or a locked database may cost the sign, but never the sending.
"""

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.boards import jobs
from nucleus.ground.clock import now
from nucleus.ground.database import Model, UTCDateTime, db

SENDER, TICKER = "sender", "ticker"
WRITE_EVERY_SECONDS = 10
FORGET_AFTER = timedelta(days=1)
ALIVE = timedelta(seconds=3 * WRITE_EVERY_SECONDS)


class Heartbeat(Model):
    """When one part of one process last showed that it works, and what it had to say."""

    __tablename__ = "heartbeat"
    name: Mapped[str] = mapped_column(primary_key=True)
    process: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)


@dataclass(frozen=True)
class Sign:
    """One sign of life that is not written down yet."""

    at: datetime
    facts: Mapping[str, Any]


def init_app(app: Flask) -> None:
    """Make room for the signs, and pin the job that writes them down."""
    app.extensions["nucleus.signs"] = {}
    jobs.pin(app, jobs.Job("write_signs", WRITE_EVERY_SECONDS, write_signs))


def beat(name: str, **facts: Any) -> None:
    """Note that this part of this process works; it touches no disk and can't fail.

    Args:
        name: of the part, such as `sender`.
        **facts: ids, numbers and states. Never an address or a name.
    """
    _signs()[name] = Sign(now(), facts)


def write_signs() -> None:
    """Write down the signs noted here since the last time, and the ticker's own.

    Processes that are gone are forgotten after a day, so that the table stays a few lines long.
    """
    beat(TICKER)
    for name, sign in list(_signs().items()):
        facts = dict(sign.facts)
        db.session.merge(Heartbeat(name=name, process=own_process(), at=sign.at, facts=facts))
    db.session.execute(delete(Heartbeat).where(Heartbeat.at < now() - FORGET_AFTER))


def last_beat(name: str) -> datetime | None:
    """Return when that part last worked in any process, or `None` if never (or not for a day)."""
    newest = func.max(Heartbeat.at, type_=UTCDateTime())
    return db.session.scalar(select(newest).where(Heartbeat.name == name))


def others_alive(name: str) -> int:
    """Return in how many other processes that part gave a sign within the last half minute."""
    others = select(func.count()).where(
        Heartbeat.name == name, Heartbeat.process != own_process(), Heartbeat.at > now() - ALIVE
    )
    return db.session.scalar(others) or 0


def signs() -> Sequence[Heartbeat]:
    """Return the last sign of every part of every process of the last day, the youngest first."""
    return db.session.scalars(select(Heartbeat).order_by(Heartbeat.at.desc())).all()


def own_process() -> str:
    """Return the name of this process among all that share the database."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _signs() -> dict[str, Sign]:
    found: dict[str, Sign] = current_app.extensions["nucleus.signs"]
    return found
