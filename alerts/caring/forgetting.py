"""Forgets an alert a year after it ended: what stays are its number, its times and its counts.

The counts stand in the journal, which names nobody's words; totals and *How it went* are read
from there. Who was asked, what was written to them and what it was about is gone.
"""

from datetime import timedelta

from sqlalchemy import delete, func, select

from alerts.choosing.seating import hold
from alerts.models import Alert, Need, Recipient
from alerts.telling.posting import ORIGIN
from nucleus.ground import journal
from nucleus.ground.boards.forgetting import YEAR
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Message

AT_ONCE = 20


def forget_alerts() -> int:
    """Forget alerts that ended, or were never sent, a year ago; return how many."""
    old = alerts_to_forget()
    for number in old:
        forget_alert(hold(number))
    return len(old)


def alerts_to_forget(after: timedelta = YEAR) -> list[int]:
    """Return a few alerts that are over for longer than that and not forgotten yet."""
    over = func.coalesce(Alert.closed_at, Alert.created_at) < now() - after
    old = select(Alert.id).where(Alert.state != "open", Alert.forgotten_at.is_(None), over)
    return list(db.session.scalars(old.order_by(Alert.id).limit(AT_ONCE)))


def forget_alert(alert: Alert) -> None:
    """Blank the words and the person, and delete who was asked and what was written to them."""
    theirs = Recipient.alert_id == alert.id
    asked = db.session.scalar(select(func.count()).select_from(Recipient).where(theirs)) or 0
    written = Message.origin == ORIGIN, Message.origin_id == alert.id
    for gone in (
        delete(Message).where(*written),
        delete(Recipient).where(theirs),
        delete(Need).where(Need.alert_id == alert.id),
    ):
        db.session.execute(gone, execution_options={"synchronize_session": False})
    alert.what, alert.meeting_words, alert.why_alone = "", None, None
    alert.comune = alert.lat = alert.lon = None
    alert.person_id = alert.coordinator_id = alert.handover_id = None
    alert.forgotten_at = now()
    db.session.flush()
    db.session.expire(alert)
    journal.write("alerts.forget_alert", f"alert:{alert.id}", recipients=asked)
