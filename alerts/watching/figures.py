"""What this room counts for whoever watches the machine: numbers alone, never of one person."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import case, func, select

from alerts.models import Alert, Recipient
from alerts.sender.heartbeat import Heartbeat
from alerts.watching.auditing import late
from nucleus.ground.boards import metrics
from nucleus.ground.boards.metrics import Figure, Sample
from nucleus.ground.clock import now
from nucleus.ground.database import UTCDateTime, db
from nucleus.messages.models import Delivery, Message
from nucleus.messages.order import state_is

DAY = timedelta(days=1)


def init_app(app: Flask) -> None:
    """Pin the figures."""
    metrics.pin(app, figures)


def figures() -> Iterator[Figure]:
    """Give every figure, a few short reads each."""
    yield _deliveries()
    yield from _outbox()
    yield _alerts()
    yield _answers()
    yield _heartbeats()
    yield _late()


def _deliveries() -> Figure:
    """Messages grow with time, so a day of them begins after the last that is older."""
    before = select(func.coalesce(func.max(Message.id), 0)).where(Message.created_at < now() - DAY)
    lost = Delivery.undelivered_at.is_not(None) & Delivery.delivered_at.is_(None)
    outcome = case(
        (lost, "undelivered"),
        (Delivery.delivered_at.is_not(None), "delivered"),
        ((Delivery.state == "sent") & Delivery.unsure, "perhaps"),
        else_=Delivery.state,
    )
    counted = (
        select(Delivery.lane, outcome, func.count())
        .where(Delivery.message_id > before.scalar_subquery())
        .group_by(Delivery.lane, outcome)
        .order_by(Delivery.lane, outcome)
    )
    samples = _samples(counted, "channel", "outcome")
    return Figure("nucleus_deliveries_last_day", "Deliveries of messages of a day.", samples)


def _outbox() -> Iterator[Figure]:
    due = state_is(Delivery, "queued"), Delivery.due_at <= now()
    counted = select(Delivery.lane, func.count()).where(*due).group_by(Delivery.lane)
    words = "Deliveries that should be on their way."
    yield Figure("nucleus_outbox_due", words, _samples(counted, "channel"))
    waiting = select(func.count()).where(state_is(Delivery, "queued"))
    words = "Deliveries that wait, for now or for later."
    yield Figure("nucleus_outbox_waiting", words, [({}, db.session.scalar(waiting) or 0)])
    oldest = select(func.min(Delivery.due_at, type_=UTCDateTime())).where(*due)
    words = "Seconds since the oldest of them was due."
    yield Figure("nucleus_outbox_oldest_seconds", words, [({}, _age(db.session.scalar(oldest)))])


def _alerts() -> Figure:
    followed = case((Alert.coordinator_id.is_(None), "no"), else_="yes")
    drill = case((Alert.drill, "yes"), else_="no")
    counted = (
        select(Alert.state, drill, followed, func.count())
        .where(Alert.state != "closed")
        .group_by(Alert.state, drill, followed)
    )
    samples = _samples(counted, "state", "drill", "followed")
    return Figure("nucleus_alerts", "Alerts that are not closed.", samples)


def _answers() -> Figure:
    """Only of alerts of the last day: those asked in them are found by their alert."""
    lately = select(Alert.id).where(Alert.opened_at >= now() - DAY)
    counted = (
        select(Recipient.state, func.count())
        .where(Recipient.alert_id.in_(lately), Recipient.called_wave > 0)
        .group_by(Recipient.state)
    )
    words = "People asked in alerts of a day, by how they stand."
    return Figure("nucleus_people_asked_last_day", words, _samples(counted, "state"))


def _heartbeats() -> Figure:
    last = func.max(Heartbeat.at, type_=UTCDateTime())
    beats = db.session.execute(select(Heartbeat.name, last).group_by(Heartbeat.name))
    samples: list[Sample] = [({"part": name}, _age(at)) for name, at in beats]
    return Figure("nucleus_heartbeat_age_seconds", "Seconds since a part gave a sign.", samples)


def _late() -> Figure:
    samples: list[Sample] = [({"what": one.what}, one.number) for one in late()]
    return Figure("nucleus_late", "What should have happened by now, and has not.", samples)


def _samples(counted: Any, *labels: str) -> list[Sample]:
    return [
        (dict(zip(labels, map(str, words), strict=True)), number)
        for *words, number in db.session.execute(counted).all()
    ]


def _age(at: datetime | None) -> float:
    return 0.0 if at is None else max(0.0, round((now() - at).total_seconds(), 3))
