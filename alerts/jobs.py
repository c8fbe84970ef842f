"""The sweep over alerts: waves that are due, alerts nobody follows, time that has passed."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.exc import OperationalError

from alerts import asking, closing
from alerts.models import Alert
from alerts.seating import hold
from alerts.telling import ORIGIN
from nucleus.ground import jobs
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Message

EVERY_SECONDS = 5
UNCLAIMED = timedelta(minutes=3)
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Pin the sweep."""
    jobs.pin(app, jobs.Job("sweep_alerts", EVERY_SECONDS, sweep))


def sweep() -> None:
    """Do what is due; each alert is looked at again once it is held, so two sweeps do it once."""
    for due, verb in ((wave_is_due, ask), (is_unclaimed, tell_again), (is_past, end)):
        for alert_id in db.session.scalars(select(Alert.id).where(Alert.state == "open", due())):
            _do_one(alert_id, due, verb)


def wave_is_due() -> ColumnElement[bool]:
    """More people are to be asked by now."""
    return Alert.next_wave_at <= now()


def is_unclaimed() -> ColumnElement[bool]:
    """Nobody has followed it for three minutes, and the coordinators were told once."""
    return (
        Alert.coordinator_id.is_(None)
        & (Alert.opened_at <= now() - UNCLAIMED)
        & ~_was_told("coordinators_again")
    )


def is_past() -> ColumnElement[bool]:
    """Its time has passed; for one person somebody must have been warned instead."""
    return (Alert.expires_at <= now()) & or_(Alert.scale == "area", ~_was_told("unattended"))


def ask(alert: Alert) -> None:
    """Ask the next wave."""
    asking.ask_people(alert)


def tell_again(alert: Alert) -> None:
    """Tell the coordinators again that nobody follows it."""
    closing.tell_again_who_follows(alert)


def end(alert: Alert) -> None:
    """Close what is for many; what is for one person stays open, and a coordinator hears of it."""
    if alert.scale == "area":
        closing.close_alert(alert, "expired")
    else:
        closing.warn_unattended(alert)


def _do_one(
    alert_id: int, due: Callable[[], ColumnElement[bool]], verb: Callable[[Alert], None]
) -> None:
    """One alert that can't be swept must not keep the others from it."""
    try:
        with db.session.begin_nested():
            alert = hold(alert_id)
            still = select(Alert.id).where(Alert.id == alert_id, Alert.state == "open", due())
            if db.session.scalar(still) is not None:
                verb(alert)
    except OperationalError:
        raise
    except Exception:
        log.exception("alert_not_swept", alert=alert_id, verb=verb.__name__)


def _was_told(kind: str) -> ColumnElement[bool]:
    return exists().where(
        Message.origin == ORIGIN, Message.origin_id == Alert.id, Message.kind == kind
    )
