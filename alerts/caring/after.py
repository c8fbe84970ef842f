"""When it is over: *how are you?* the next day, three questions, and somebody to talk to."""

from datetime import timedelta

from sqlalchemy import select

from alerts.choosing.seating import hold
from alerts.models import WELL, Alert, Debrief, Recipient
from alerts.telling import desk_words, posting
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db

NEXT_DAY = timedelta(hours=18)
TOO_LATE = timedelta(days=3)


def ask_who_went() -> int:
    """Ask everybody who was there, a night later, how they are; return how many were asked."""
    went = (
        select(Recipient)
        .join(Alert, Alert.id == Recipient.alert_id)
        .where(
            Alert.state == "closed",
            ~Alert.drill,
            Alert.closed_at <= now() - NEXT_DAY,
            Alert.closed_at > now() - TOO_LATE,
            Recipient.arrived_at.is_not(None),
            Recipient.well_asked_at.is_(None),
        )
        .with_for_update(of=Recipient, skip_locked=True)
    )
    rows = db.session.scalars(went).all()
    for recipient in rows:
        recipient.well_asked_at = now()
        posting.post_check_in(recipient)
        _journal("alerts.ask_well", recipient, None)
    return len(rows)


def say_well(recipient: Recipient, how: str) -> bool:
    """Note how somebody is who went; whoever wants to talk is rung by a coordinator.

    Raises:
        ValueError: it is neither `yes` nor `talk`.
    """
    if how not in WELL:
        raise ValueError(f"nobody can be {how!r}")
    alert = hold(recipient.alert_id)
    if recipient.arrived_at is None or alert.state != "closed" or recipient.well == how:
        return False
    recipient.well = how
    _journal("alerts.say_well", recipient, recipient.person_id)
    if how == "talk":
        posting.tell_coordinators(alert, "wants_to_talk", desk_words.wants_to_talk(alert))
    return True


def send_debrief(
    recipient: Recipient, *, in_time: str, enough_people: str, felt_safe: str, words: str | None
) -> bool:
    """Keep the three answers of somebody who went; once."""
    alert = hold(recipient.alert_id)
    told = select(Debrief.id).where(Debrief.recipient_id == recipient.id)
    if alert.state != "closed" or recipient.arrived_at is None or db.session.scalar(told):
        return False
    row = Debrief(
        recipient_id=recipient.id, at=now(), in_time=in_time, enough_people=enough_people,
        felt_safe=felt_safe, words=words,
    )  # fmt: skip
    db.session.add(row)
    _journal("alerts.send_debrief", recipient, recipient.person_id)
    return True


def was_debriefed(recipient: Recipient) -> bool:
    """Say whether somebody has answered the three questions."""
    told = select(Debrief.id).where(Debrief.recipient_id == recipient.id)
    return db.session.scalar(told) is not None


def _journal(word: str, recipient: Recipient, by: int | None) -> None:
    journal.write(word, f"alert:{recipient.alert_id}", actor=by, recipient=recipient.id)
