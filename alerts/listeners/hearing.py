"""Hears what the journal notes and writes, in the same transaction, what listeners will be told."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from alerts.listeners.models import Listener, Telling
from alerts.models import Alert
from alerts.public import is_public
from nucleus.ground import signals
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry

RAISED, ANSWERED, FULL, CLOSED, TEST = (
    "alert.raised", "alert.answered", "alert.full", "alert.closed", "test"
)  # fmt: skip
EVENTS = {
    "alerts.open_alert": RAISED,
    "alerts.answer": ANSWERED,
    "alerts.withdraw": ANSWERED,
    "alerts.fill": FULL,
    "alerts.close_alert": CLOSED,
}
COUNTS = {"accepted", "declined"}


def init_app(app: Flask) -> None:
    """Listen to the journal."""
    signals.deed_noted.connect(hear)


def hear(entry: LogEntry) -> None:
    """Write what follows from one entry; nothing does, of an alert that is not public."""
    event = EVENTS.get(entry.word)
    if event is None or not entry.subject:
        return
    with db.session.no_autoflush:  # the deed is half done, and decides itself when it is written
        alert = db.session.get(Alert, int(entry.subject.removeprefix("alert:")))
        if alert is None or not is_public(alert):
            return
        facts = facts_of(entry, event)
        if facts is not None:
            tell(alert, event, facts)


def facts_of(entry: LogEntry, event: str) -> dict[str, Any] | None:
    """Return what of an entry is told; `None` for an answer that moved nobody."""
    if event == CLOSED:
        return {"reason": entry.facts.get("reason")}
    if event != ANSWERED:
        return {}
    said = "declined" if entry.word == "alerts.withdraw" else entry.facts.get("outcome")
    return {"answer": said} if said in COUNTS else None


def tell(alert: Alert, event: str, facts: dict[str, Any]) -> None:
    """Write a row for everybody who wants to hear of this."""
    data = {"number": alert.short_number, "drill": alert.drill, **facts}
    there = select(Listener).where(
        Listener.organisation_id == alert.organisation_id, Listener.stopped_at.is_(None)
    )
    for listener in db.session.scalars(there):
        if event in listener.events and (listener.drills or not alert.drill):
            db.session.add(row(listener, event, data))


def row(listener: Listener, event: str, data: dict[str, Any]) -> Telling:
    """Return one thing to be told, due at once."""
    moment = now()
    said = {"type": event, "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "data": data}
    return Telling(
        listener_id=listener.id, event=event, body=said, created_at=moment, due_at=moment
    )  # fmt: skip
