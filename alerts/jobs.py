"""The sweep over alerts: whatever is due by now is done, one alert at a time.

Each row is looked at again once its alert is held, so that two sweeps at once do it once, and
a lost tick loses nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.exc import OperationalError

from alerts import drills
from alerts.answering.confidences import forget_confidences
from alerts.asking import closing, crowd, following, waves
from alerts.cap.models import CapDocument
from alerts.caring import after, looking_after
from alerts.caring.forgetting import alerts_to_forget, forget_alerts
from alerts.choosing import rungs
from alerts.choosing.seating import hold
from alerts.inbound.replying import forget_inbound
from alerts.models import Alert, Approval, Drill, Recipient
from alerts.providers import connecting
from alerts.telling.posting import ORIGIN
from alerts.watching.models import WallLink
from nucleus.ground.boards import forgetting, jobs
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Message

EVERY_SECONDS = 5
EVERY_MINUTES = 300
AN_HOUR = 3600
log = structlog.get_logger()


@dataclass(frozen=True)
class Chore:
    """What may be due for an alert (or a row under it), and the verb that does it."""

    due: Callable[[], ColumnElement[bool]]
    do: Callable[[Any], object]
    row: type[Alert | Recipient | Approval] = Alert


def init_app(app: Flask) -> None:
    """Pin the sweep, the question of the day after, the drills."""
    jobs.pin(app, jobs.Job("sweep_alerts", EVERY_SECONDS, sweep))
    jobs.pin(app, jobs.Job("ask_who_went", EVERY_MINUTES, after.ask_who_went))
    jobs.pin(app, jobs.Job("run_drills", EVERY_MINUTES, drills.run_drills))
    jobs.pin(app, jobs.Job("forget_inbound", AN_HOUR, forget_inbound))
    jobs.pin(app, jobs.Job("forget_confidences", AN_HOUR, forget_confidences))
    look = jobs.Job("forget_alerts", AN_HOUR, forget_alerts, look=lambda: bool(alerts_to_forget()))
    jobs.pin(app, look)
    forgetting.pin(
        app,
        forgetting.Rule(Drill, lambda old: Drill.posted_at < old),
        forgetting.Rule(WallLink, lambda old: WallLink.expires_at < old),
        forgetting.Rule(Approval, lambda old: Approval.asked_at < old, 3 * forgetting.YEAR),
        forgetting.Rule(CapDocument, lambda old: CapDocument.taken_at < old),
    )
    connecting.init_app(app)


def sweep() -> None:
    """Do what is due for every open alert."""
    for chore in CHORES:
        for row_id, alert_id in db.session.execute(_found(chore)).all():
            _do_one(chore, row_id, alert_id)


def wave_is_due() -> ColumnElement[bool]:
    """More people are to be asked by now."""
    return Alert.next_wave_at <= now()


def is_unclaimed() -> ColumnElement[bool]:
    """Nobody follows it, and whoever was told last had their time."""
    return Alert.coordinator_id.is_(None) & (Alert.rung_at <= now())


def is_silent() -> ColumnElement[bool]:
    """Its coordinator gave no sign for a while; whether that matters is looked at then."""
    quiet = func.coalesce(Alert.seen_at, Alert.opened_at) <= now() - rungs.QUIET_AT_RISK
    return Alert.coordinator_id.is_not(None) & ~Alert.drill & quiet


def is_past() -> ColumnElement[bool]:
    """Its time has passed; for one person somebody must have been warned instead."""
    return (Alert.expires_at <= now()) & or_(Alert.scale == "area", ~_was_told("unattended"))


def yes_is_missing() -> ColumnElement[bool]:
    """A second yes was asked for, and whoever was told had their time."""
    return (Approval.state == "waiting") & (Approval.rung_at <= now())


def is_not_heard_of() -> ColumnElement[bool]:
    """Somebody who is on the way, or there, should have been heard of by now."""
    return Recipient.care_at <= now()


def end(alert: Alert) -> None:
    """Close what is for many; what is for one person stays open, and a coordinator hears of it."""
    if alert.scale == "area":
        closing.close_alert(alert, "expired")
    else:
        following.warn_unattended(alert)


CHORES = (
    Chore(is_not_heard_of, looking_after.advance, Recipient),
    Chore(wave_is_due, waves.ask_people),
    Chore(yes_is_missing, crowd.remind_approvers, Approval),
    Chore(is_past, end),
    Chore(is_unclaimed, following.climb),
    Chore(is_silent, following.check_on),
)


def _found(chore: Chore) -> Any:
    """Select (row, alert) of what is due; rows under an alert are due only while it is open."""
    alert_id = Alert.id if chore.row is Alert else chore.row.alert_id  # type: ignore[union-attr]
    found = select(chore.row.id, alert_id).where(Alert.state == "open", chore.due())
    return found if chore.row is Alert else found.join(Alert, Alert.id == alert_id)


def _do_one(chore: Chore, row_id: int, alert_id: int) -> None:
    """One alert that can't be swept must not keep the others from it."""
    try:
        with db.session.begin_nested():
            hold(alert_id)
            still = _found(chore).where(chore.row.id == row_id)
            if db.session.execute(still).first() is not None:
                chore.do(db.session.get_one(chore.row, row_id, populate_existing=True))
    except OperationalError:
        raise
    except Exception:
        log.exception("alert_not_swept", alert=alert_id, chore=chore.due.__name__)


def _was_told(kind: str) -> ColumnElement[bool]:
    return exists().where(
        Message.origin == ORIGIN, Message.origin_id == Alert.id, Message.kind == kind
    )
