"""Ending an alert, and who looks after it while it is open."""

from alerts import telling, words
from alerts.models import REASONS, Alert
from alerts.seating import hold, shift
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.lifecycle import move


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
    shift(alert, "queued", "released")
    told = telling.tell_the_end(alert)
    journal.write(
        "alerts.close_alert", f"alert:{alert.id}", actor=by, reason=reason, recipients=told
    )
    return True


def send_update(alert: Alert, said: str, by: int) -> bool:
    """Tell everyone who was asked and has not said no."""
    alert = hold(alert.id)
    if alert.state != "open":
        return False
    telling.post_update(alert, said)
    journal.write("alerts.send_update", f"alert:{alert.id}", actor=by)
    return True


def send_correction(alert: Alert, said: str, by: int) -> bool:
    """Put right what was said before, also after the end, for everybody who heard anything."""
    alert = hold(alert.id)
    if alert.state == "draft":
        return False
    telling.post_correction(alert, said)
    journal.write("alerts.send_correction", f"alert:{alert.id}", actor=by)
    return True


def take_alert(alert: Alert, by: int) -> bool:
    """Follow an alert from now on (*La seguo io*); say whether that is news."""
    alert = hold(alert.id)
    if alert.state != "open" or alert.coordinator_id == by:
        return False
    before, alert.coordinator_id = alert.coordinator_id, by
    telling.stop_asking_coordinators(alert)
    journal.write("alerts.take_alert", f"alert:{alert.id}", actor=by, before=before)
    return True


def tell_again_who_follows(alert: Alert) -> None:
    """Tell the coordinators once more that nobody follows an alert."""
    telling.tell_coordinators(alert, "coordinators_again", words.unclaimed(alert))


def warn_unattended(alert: Alert) -> None:
    """Tell the coordinator that the time has passed; an alert for one person stays open."""
    telling.tell_coordinators(alert, "unattended", words.unattended(alert))
