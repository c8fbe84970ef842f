"""The auditor: compares what should have left or happened by now with the rows.

It trusts none of the parts it looks at. While anything is late it withholds its own sign of
life, so that everything that watches that sign (the red bar, the outside address) speaks up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, SQLColumnExpression, String, and_, cast, func, or_, select

from alerts.models import Alert, Approval, Recipient
from alerts.sender import heartbeat
from nucleus.ground.boards import jobs
from nucleus.ground.clock import now
from nucleus.ground.database import UTCDateTime, db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import ALERT, DISTANT, LIFE_AT_RISK, Delivery
from nucleus.messages.order import blocked_among, state_is

AUDITOR = "auditor"
LOOK_EVERY_SECONDS = 15
GRACE = timedelta(minutes=1)
PATIENCE = timedelta(minutes=5)
"""How long a message may wait for a slow provider; for a life at risk only `GRACE`."""

SWEPT_BY = timedelta(seconds=30)
"""What the sweep of alerts does every few seconds is late after so long."""

SLOW_PATIENCE = timedelta(hours=1)
UNFOLLOWED = timedelta(minutes=10)
LOOK_BACK = timedelta(days=2)
MOST_WAITING = 500
Promise = tuple[str, SQLColumnExpression[Any], list[ColumnElement[bool]]]


@dataclass(frozen=True, kw_only=True)
class Late:
    """How many of one thing are late, and since when the oldest is due."""

    what: str
    number: int
    since: datetime


def init_app(app: Flask) -> None:
    """Pin the auditor."""
    jobs.pin(app, jobs.Job("audit", LOOK_EVERY_SECONDS, audit))


def audit() -> None:
    """Give a sign of life when nothing is late, and none otherwise."""
    if not late():
        heartbeat.beat(AUDITOR)


def late() -> tuple[Late, ...]:
    """Return everything that should have happened by now and has not."""
    return tuple(_late())


def _late() -> Iterator[Late]:
    for what, column, conditions in _promises():
        found = select(func.count(), func.min(column, type_=UTCDateTime())).where(*conditions)
        number, since = db.session.execute(found).one()
        if number:
            yield Late(what=what, number=number, since=since)
    forgotten = _forgotten()
    if forgotten:
        since = min(row.wanted_at for row in forgotten)
        yield Late(what="forgotten", number=len(forgotten), since=since)


def _promises() -> Iterator[Promise]:
    """Give each promise as its name, the moment it was due, and what a broken one looks like."""
    due = now() - GRACE
    is_open = Alert.state == "open"
    yield "deliveries", Delivery.due_at, [state_is(Delivery, "queued"), _overdue()]
    yield "leases", Delivery.lease_until, [state_is(Delivery, "leased"), Delivery.lease_until < due]
    yield "waves", Alert.next_wave_at, [is_open, Alert.next_wave_at < due]
    alone, since = _alone_since()
    yield "unfollowed", since, [alone, since < now() - UNFOLLOWED]
    yield (
        "unended",
        Alert.expires_at,
        [is_open, Alert.scale == "area", Alert.expires_at < due],
    )
    yield "closings", Alert.closed_at, [Alert.closed_at < due, _owes_an_end()]
    yield (
        "journal",
        LogEntry.at,
        [LogEntry.at < due, LogEntry.at > now() - LOOK_BACK, LogEntry.mac.is_(None)],
    )
    yield from _steps_of_the_sweep()


def _steps_of_the_sweep() -> Iterator[Promise]:
    """Give what is promised to who follows, who must agree and who went, while it is open."""
    due, is_open = now() - SWEPT_BY, Alert.state == "open"
    still = select(Alert.id).where(is_open)
    yield "rungs", Alert.rung_at, [is_open, Alert.coordinator_id.is_(None), Alert.rung_at < due]
    yield (
        "approvals",
        Approval.rung_at,
        [Approval.state == "waiting", Approval.rung_at < due, Approval.alert_id.in_(still)],
    )
    yield "care", Recipient.care_at, [Recipient.care_at < due, Recipient.alert_id.in_(still)]


def _alone_since() -> tuple[ColumnElement[bool], SQLColumnExpression[Any]]:
    """Say whether nobody follows an open alert, and since when: its opening, or the last loss.

    The journal knows when a coordinator was lost; the ladder's own clock starts anew at each rung.
    """
    lost = select(func.max(LogEntry.at, type_=UTCDateTime())).where(
        LogEntry.word == "alerts.lose_coordinator",
        LogEntry.subject == "alert:" + cast(Alert.id, String),
    )
    since = func.coalesce(lost.correlate(Alert).scalar_subquery(), Alert.opened_at)
    return and_(Alert.state == "open", Alert.coordinator_id.is_(None)), since


def _overdue() -> ColumnElement[bool]:
    """Say whether a queued delivery has waited longer than its urgency allows."""
    at, due = now(), Delivery.due_at
    return or_(
        and_(Delivery.priority >= LIFE_AT_RISK, due < at - GRACE),
        and_(Delivery.priority >= ALERT, due < at - PATIENCE),
        due < at - SLOW_PATIENCE,
    )


def _owes_an_end() -> ColumnElement[bool]:
    """Say whether a closed alert has people who were called and were never told the end."""
    untold = select(Recipient.id).where(
        Recipient.alert_id == Alert.id, Recipient.told_wave < Recipient.called_wave
    )
    recently = Alert.closed_at > now() - LOOK_BACK
    return and_(Alert.state == "closed", recently, untold.exists())


def _forgotten() -> list[Delivery]:
    """Return what waits for an older message that is no longer there to be waited for."""
    waiting = (
        select(Delivery)
        .where(
            state_is(Delivery, "queued"),
            Delivery.due_at == DISTANT,
            Delivery.wanted_at < now() - GRACE,
        )
        .order_by(Delivery.wanted_at)
        .limit(MOST_WAITING)
    )
    rows = db.session.scalars(waiting).all()
    blocked = blocked_among([row.id for row in rows])
    return [row for row in rows if row.id not in blocked]
