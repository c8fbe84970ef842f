"""Right before sending: which deliveries of an alert no longer hold, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, or_, select
from sqlalchemy.orm import aliased

from alerts.models import Alert, Recipient
from alerts.telling.posting import (
    ASKS_WHO_FOLLOWS,
    CLOSINGS,
    ORIGIN,
    TO_COORDINATORS,
    TO_RECIPIENTS,
)
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.messages.models import Delivery, Message
from nucleus.messages.services import Asked

OVER, PASSED = "the alert is closed", "the time of the alert has passed"
ELSEWHERE, ANSWERED = "no longer asked", "the person has answered"
TOLD, TAKEN, COMES = "told another way", "somebody follows it", "asked again or coming"
NOTHING = "nothing had reached them"
BACK = "no longer there, or all right"
ALWAYS = ("correction", "check_in", "wants_to_talk")  # they hold also when it is over
ONCE = ("update", "asked_again", *TO_COORDINATORS)  # news needs one way that works, no answer


def no_longer_wanted(deliveries: Sequence[Asked]) -> Mapping[int, str]:
    """Return {delivery id: reason} for those that must not leave any more."""
    now = clock.now()
    reasons = {row.id: _reason(row, now) for row in db.session.execute(_facts(deliveries))}
    return {delivery: reason for delivery, reason in reasons.items() if reason}


def _facts(deliveries: Sequence[Asked]) -> Any:
    return (
        select(
            Delivery.id, Message.kind, Message.wave, Alert.state.label("alert"), Alert.scale,
            Alert.expires_at, Alert.coordinator_id, Recipient.state, Recipient.called_wave,
            Recipient.alerted_at, Recipient.wants_to_know_at, Recipient.care_step,
            _told().label("told"), _reached().label("reached"),
        )
        .join(Message, Message.id == Delivery.message_id)
        .join(Alert, Alert.id == Message.origin_id)
        .outerjoin(
            Recipient,
            (Recipient.alert_id == Alert.id) & (Recipient.person_id == Delivery.person_id),
        )
        .where(Message.origin == ORIGIN, Delivery.id.in_([each.id for each in deliveries]))
    )  # fmt: skip


def _told() -> ColumnElement[bool]:
    """The same message has gone out to this person on another channel."""
    other = aliased(Delivery)
    return exists().where(
        other.message_id == Delivery.message_id,
        other.person_id == Delivery.person_id,
        other.id != Delivery.id,
        other.state == "sent",
    )


def _reached() -> ColumnElement[bool]:
    """Something may have reached this person since they were last told that it was over."""
    row, message = aliased(Delivery), aliased(Message)
    end, ending = aliased(Delivery), aliased(Message)
    last_end = (
        select(func.coalesce(func.max(ending.id), 0))
        .join(end, end.message_id == ending.id)
        .where(
            ending.origin == ORIGIN, ending.origin_id == Message.origin_id,
            ending.kind.in_(CLOSINGS), ending.id < Message.id,
            end.person_id == Delivery.person_id, end.state == "sent",
        )
        .correlate(Message, Delivery)
        .scalar_subquery()
    )  # fmt: skip
    return exists().where(
        row.message_id == message.id,
        row.person_id == Delivery.person_id,
        or_(row.copies > 0, row.state.in_(["leased", "sent"])),
        message.origin == ORIGIN,
        message.origin_id == Message.origin_id,
        message.kind.in_(TO_RECIPIENTS),
        message.id > last_end,
    )


def _reason(row: Row[Any], now: datetime) -> str | None:
    if row.kind in ALWAYS:
        return None
    if row.kind in CLOSINGS:
        return _no_end_for_them(row)
    if row.alert != "open":
        return OVER
    if row.kind in ONCE and row.told:
        return TOLD
    if row.kind in TO_COORDINATORS:
        return TAKEN if row.coordinator_id and row.kind in ASKS_WHO_FOLLOWS else None
    if row.scale == "area" and row.expires_at and row.expires_at <= now:
        return PASSED
    return _not_for_them(row) if row.kind in TO_RECIPIENTS else None


def _no_end_for_them(row: Row[Any]) -> str | None:
    """A stand-down is overtaken by a new call; who heard of nothing need not hear of its end."""
    if row.kind == "stand_down" and row.state in {"alerted", "accepted"}:
        return COMES
    return None if row.reached or row.state == "accepted" else NOTHING


def _not_for_them(row: Row[Any]) -> str | None:
    """A call is for who is being asked in this wave; news for who has not said no."""
    if row.kind == "alright":
        return None if row.care_step in {"asked", "told", "urged"} else BACK
    if row.kind != "call":
        return None if row.state in {"alerted", "accepted"} else ELSEWHERE
    if row.state in {"accepted", "declined"}:
        return ANSWERED
    if row.state != "alerted" or row.called_wave != row.wave:
        return ELSEWHERE
    asked_back = row.wants_to_know_at and row.wants_to_know_at >= row.alerted_at
    return ANSWERED if asked_back else None
