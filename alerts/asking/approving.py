"""A second yes to asking more than fifty: giving it, refusing it, and breaking the glass."""

from sqlalchemy import select

from alerts.asking import crowd, waves
from alerts.choosing import desks
from alerts.choosing.seating import hold
from alerts.models import Alert, Approval
from alerts.telling import desk_words, posting
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move
from nucleus.people.models import Organisation


def approve_surplus(alert: Alert, by: int, *, reason: str | None = None) -> bool:
    """Say yes, as a second person, to asking more than fifty; the author alone can't."""
    alert = hold(alert.id)
    if by == alert.author_id or alert.state != "open" or crowd.is_approved(alert):
        return False
    _decide(alert, "given", by=by, reason=reason)
    journal.write("alerts.approve_surplus", f"alert:{alert.id}", actor=by)
    waves.ask_people(alert, by=by)
    return True


def refuse_surplus(alert: Alert, by: int, *, reason: str) -> bool:
    """Say no, as a second person; whoever runs the alert is told, and reads why."""
    alert = hold(alert.id)
    waiting = crowd.latest_request(alert)
    if by == alert.author_id or waiting is None or waiting.state != "waiting":
        return False
    _decide(alert, "refused", by=by, reason=reason)
    journal.write("alerts.refuse_surplus", f"alert:{alert.id}", actor=by)
    posting.tell_coordinators(alert, "refused", desk_words.refused(alert))
    return True


def break_glass(alert: Alert, by: int, *, reason: str) -> bool:
    """Go on alone, with a written reason: the limit falls and all coordinators are told.

    Raises:
        ValueError: there is no reason.
    """
    if not reason.strip():
        raise ValueError("breaking the glass needs a reason")
    alert = hold(alert.id)
    if alert.state != "open" or alert.drill or crowd.is_approved(alert):
        return False
    _decide(alert, "broken", by=by, reason=reason.strip())
    journal.write("alerts.break_glass", f"alert:{alert.id}", actor=by)
    posting.tell_people(alert, "glass", desk_words.glass(alert), _everybody_but(alert, by))
    waves.ask_people(alert, by=by)
    return True


def _decide(alert: Alert, state: str, *, by: int, reason: str | None) -> None:
    request = crowd.latest_request(alert)
    if request is None or request.state != "waiting":
        people = crowd.left_to_ask(alert)
        request = Approval(alert_id=alert.id, asked_at=now(), people=people, state="waiting")
        db.session.add(request)
    move(request, state)
    request.person_id, request.at, request.rung_at = by, now(), None
    request.reason = reason
    posting.stop_asking_approvers(alert)
    db.session.flush()


def _everybody_but(alert: Alert, by: int) -> list[int]:
    """All coordinators of all our associations hear of it, but whom the person does not want."""
    ours = select(Organisation.id).where(Organisation.own)
    for organisation in db.session.scalars(ours).all():
        desks.add_desk(alert, organisation, "approve")
    there = desks.coordinators_of(alert, desks.desks_of(alert, approving=True))
    return [person for person in there if person != by]
