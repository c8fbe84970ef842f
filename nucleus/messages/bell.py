"""The bell of the post office: rung when a commit has left something to send.

In this process an Event is set after the commit; on PostgreSQL other processes hear the
NOTIFY that travels with the transaction. On SQLite they see the file change.
"""

import threading

from flask import Flask, current_app
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from nucleus.ground.database import db

CHANNEL = "nucleus_outbox"
_RINGS = "nucleus.rings"


def init_app(app: Flask) -> None:
    """Hang up the bell of this process."""
    app.extensions["nucleus.bell"] = threading.Event()


def bell_of(app: Flask) -> threading.Event:
    """Return the Event that is set when there is something to send."""
    found: threading.Event = app.extensions["nucleus.bell"]
    return found


def wake() -> None:
    """Ring once the open transaction is committed; a rollback rings nobody."""
    session = db.session()
    if session.info.get(_RINGS):
        return
    session.info[_RINGS] = True
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {CHANNEL}"))


@event.listens_for(db.session, "after_commit")
def _ring(session: Session) -> None:
    if session.info.pop(_RINGS, False):
        bell_of(current_app._get_current_object()).set()  # type: ignore[attr-defined]


@event.listens_for(db.session, "after_rollback")
def _hush(session: Session) -> None:
    session.info.pop(_RINGS, None)
