"""Ending an alert: everybody hears it once, nobody is waited for, those who went may rest."""

from datetime import timedelta

from sqlalchemy import select, update

from alerts.asking import crowd
from alerts.choosing.seating import forget_read_recipients, hold, shift
from alerts.models import REASONS, Alert, Recipient
from alerts.telling import posting
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move
from nucleus.roster.models import Responder
from nucleus.roster.services import take_rest

REST = timedelta(days=1)


def close_alert(alert: Alert, reason: str, by: int | None = None) -> bool:
    """End an alert: nobody is called any more and everybody who was is told once.

    Args:
        alert: a draft or an open alert; ending it twice changes nothing.
        reason: resolved, cancelled or expired.
        by: who ends it; `None` when its time has passed.

    Raises:
        ValueError: the reason is none of the three.
    """
    if reason not in REASONS:
        raise ValueError(f"an alert can't end as {reason!r}")
    alert = hold(alert.id)
    if alert.state == "closed":
        return False
    move(alert, "closed")
    alert.reason, alert.closed_at, alert.next_wave_at = reason, now(), None
    alert.rung_at = alert.asked_at = alert.handover_id = None
    shift(alert, "queued", "released")
    _wait_for_nobody(alert)
    crowd.drop_request(alert)
    told = posting.tell_the_end(alert)
    journal.write(
        "alerts.close_alert", f"alert:{alert.id}", actor=by, reason=reason, recipients=told
    )
    if not alert.drill:
        let_rest(alert)
    return True


def let_rest(alert: Alert) -> None:
    """Whoever was there is not called again for a day; a longer rest of their own stays."""
    went = select(Responder).join(Recipient, Recipient.person_id == Responder.person_id)
    went = went.where(Recipient.alert_id == alert.id, Recipient.arrived_at.is_not(None))
    for responder in db.session.scalars(went).all():
        if responder.resting_until is None or responder.resting_until < now() + REST:
            take_rest(responder, REST.days)


def send_update(alert: Alert, said: str, by: int) -> bool:
    """Tell everyone who was asked and has not said no."""
    alert = hold(alert.id)
    if alert.state != "open":
        return False
    posting.post_update(alert, said)
    journal.write("alerts.send_update", f"alert:{alert.id}", actor=by)
    return True


def send_correction(alert: Alert, said: str, by: int) -> bool:
    """Put right what was said before, also after the end, for everybody who heard anything."""
    alert = hold(alert.id)
    if alert.state == "draft":
        return False
    posting.post_correction(alert, said)
    journal.write("alerts.send_correction", f"alert:{alert.id}", actor=by)
    return True


def _wait_for_nobody(alert: Alert) -> None:
    still = update(Recipient).where(
        Recipient.alert_id == alert.id, Recipient.care_step.is_not(None)
    )
    nobody = still.values(care_step=None, care_at=None)
    db.session.execute(nobody, execution_options={"synchronize_session": False})
    forget_read_recipients()
