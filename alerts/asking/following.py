"""Who follows an alert: every open one has a named coordinator, or climbs the ladder for one."""

from datetime import datetime

from sqlalchemy import func, select

from alerts.choosing import desks, ladder, rungs, timers
from alerts.choosing.seating import hold, ways_in
from alerts.models import Alert, Recipient
from alerts.telling import desk_words, posting
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import UTCDateTime, db
from nucleus.ground.models import LogEntry


def take_alert(alert: Alert, by: int) -> bool:
    """Follow an alert from now on (*La seguo io*); say whether that is news."""
    alert = hold(alert.id)
    if alert.state != "open" or alert.coordinator_id == by:
        give_sign(alert, by)
        return False
    before = alert.coordinator_id
    follow(alert, by)
    journal.write("alerts.take_alert", f"alert:{alert.id}", actor=by, before=before)
    return True


def follow(alert: Alert, by: int) -> None:
    """Let somebody be the coordinator of an alert; the ladder rests."""
    alert.coordinator_id, alert.handover_id = by, None
    alert.seen_at, alert.asked_at = now(), None
    alert.rung, alert.rung_at = 0, None
    posting.stop_asking_coordinators(alert)


def give_sign(alert: Alert, by: int) -> bool:
    """Note that the coordinator of an alert is looking at it; say whether it was they."""
    if alert.state != "open" or alert.coordinator_id != by:
        return False
    alert.seen_at, alert.asked_at = now(), None
    return True


def offer_handover(alert: Alert, to: int, by: int) -> bool:
    """Ask another coordinator to take over; until they accept nothing changes."""
    alert = hold(alert.id)
    if alert.state != "open" or alert.coordinator_id != by or to not in may_take_over(alert):
        return False
    alert.handover_id = to
    give_sign(alert, by)
    journal.write("alerts.offer_handover", f"alert:{alert.id}", actor=by, to=to)
    posting.tell_people(alert, "handover", desk_words.handover(alert), [to])
    return True


def accept_handover(alert: Alert, by: int) -> bool:
    """Take an alert over from whoever offered it."""
    alert = hold(alert.id)
    if alert.state != "open" or alert.handover_id != by:
        return False
    before = alert.coordinator_id
    follow(alert, by)
    journal.write("alerts.accept_handover", f"alert:{alert.id}", actor=by, before=before)
    return True


def decline_handover(alert: Alert, by: int) -> bool:
    """Say that one can't take an alert over; whoever follows it goes on."""
    alert = hold(alert.id)
    if alert.state != "open" or alert.handover_id != by:
        return False
    alert.handover_id = None
    journal.write("alerts.decline_handover", f"alert:{alert.id}", actor=by)
    return True


def may_take_over(alert: Alert) -> list[int]:
    """Return the coordinators who could take an alert over from the one who follows it."""
    there = desks.coordinators_of(alert, desks.desks_of(alert))
    return [person for person in there if person != alert.coordinator_id]


def climb(alert: Alert) -> None:
    """Tell the next on the ladder that nobody follows an alert: own people, then other desks."""
    people, repeats = _next_on_the_ladder(alert)
    kind = "coordinators_again" if alert.rung else "coordinators"
    alert.rung += 1
    alert.rung_at = now() + rungs.pause_after(alert.rung, repeats=repeats)
    journal.write("alerts.climb_ladder", f"alert:{alert.id}", rung=alert.rung, repeats=repeats)
    posting.tell_people(alert, kind, desk_words.unclaimed(alert), people)


def warn_unattended(alert: Alert) -> None:
    """Tell the coordinator that the time has passed; an alert for one person stays open."""
    posting.tell_coordinators(alert, "unattended", desk_words.unattended(alert))


def check_on(alert: Alert) -> None:
    """Ask a silent coordinator for a sign when something needs a person; then begin anew."""
    alert.seen_at = last_sign(alert)
    quiet = rungs.quiet_for(at_risk=posting.is_life_at_risk(alert))
    if now() - alert.seen_at < quiet or not needs_a_person(alert):
        return
    if alert.asked_at is None or alert.asked_at < alert.seen_at:
        alert.asked_at = now()
        posting.tell_coordinators(alert, "still_there", desk_words.still_there(alert))
    elif now() - alert.asked_at >= rungs.STEP:
        _lose_coordinator(alert)


def needs_a_person(alert: Alert) -> bool:
    """Say whether an open alert waits for something that only a coordinator can do.

    Its time has passed; places are open and nobody was asked of late; or somebody must be rung.
    """
    if alert.expires_at is not None and alert.expires_at <= now():
        return True
    lately = func.max(Recipient.alerted_at, type_=UTCDateTime())
    asked = db.session.scalar(select(lately).where(Recipient.alert_id == alert.id))
    if ways_in(alert) and (asked is None or asked <= now() - rungs.UNHEARD):
        return True
    waiting = select(Recipient.id).where(
        Recipient.alert_id == alert.id,
        Recipient.care_step.in_(timers.PHONE_THEM)
        | ((Recipient.state == "alerted") & (Recipient.wants_to_know_at >= Recipient.alerted_at)),
    )
    return db.session.scalar(waiting.limit(1)) is not None


def last_sign(alert: Alert) -> datetime:
    """Return when the coordinator last looked at an alert or did something about it."""
    did = select(func.max(LogEntry.id)).where(
        LogEntry.subject == f"alert:{alert.id}", LogEntry.actor_id == alert.coordinator_id
    )
    entry = db.session.get(LogEntry, db.session.scalar(did) or 0)
    signs = (alert.seen_at, entry.at if entry else None, alert.opened_at, alert.created_at)
    return max(sign for sign in signs if sign is not None)


def _next_on_the_ladder(alert: Alert) -> tuple[list[int], bool]:
    """Return whom to tell now, and whether they have all been told before."""
    standing = desks.desks_of(alert)
    own = desks.coordinators_of(alert, standing[:1])
    at_once = alert.not_for_peers or ladder.at_once(alert.severity, alert.urgency)
    steps = rungs.own_rungs(own, at_once=at_once)
    if alert.rung < len(steps):
        return steps[alert.rung], False
    more = desks.next_organisation(alert)
    if more is not None:
        desks.add_desk(alert, more)
        return desks.coordinators_of(alert, [more]), False
    return desks.coordinators_of(alert, desks.desks_of(alert)), True


def _lose_coordinator(alert: Alert) -> None:
    journal.write("alerts.lose_coordinator", f"alert:{alert.id}", before=alert.coordinator_id)
    alert.coordinator_id = alert.handover_id = alert.asked_at = None
    alert.rung = 0
    db.session.flush()
    climb(alert)
