"""Two people for a crowd: how many one person alone may ask, and asking for a second yes.

The first fifty are always asked at once; a stand-down, a correction, an all-clear and a drill
never wait for anybody.
"""

from sqlalchemy import ColumnElement, func, select

from alerts.choosing import desks, ladder, rungs
from alerts.models import Alert, Approval, Recipient
from alerts.telling import desk_words, posting
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move

YES = ("given", "broken")


def allowance(alert: Alert) -> int | None:
    """Return how many people who were never asked may be asked now; `None` means all."""
    asked = select(func.count()).select_from(Recipient)
    asked = asked.where(Recipient.alert_id == alert.id, Recipient.called_wave > 0)
    return ladder.allowance(
        db.session.scalar(asked) or 0, approved=is_approved(alert), drill=alert.drill
    )


def is_approved(alert: Alert) -> bool:
    """Say whether a second person said yes to the surplus, or the glass was broken."""
    yes = select(Approval.id).where(Approval.alert_id == alert.id, Approval.state.in_(YES))
    return db.session.scalar(yes.limit(1)) is not None


def surplus_waits(alert: Alert) -> bool:
    """Say whether people are left who may only be asked once a second person has said yes."""
    if allowance(alert) != 0:
        return False
    return db.session.scalar(select(Recipient.id).where(*_never_asked(alert)).limit(1)) is not None


def left_to_ask(alert: Alert) -> int:
    """Return how many people on the list were never asked."""
    counted = select(func.count()).select_from(Recipient).where(*_never_asked(alert))
    return db.session.scalar(counted) or 0


def latest_request(alert: Alert) -> Approval | None:
    """Return the last request of an alert for a second yes, whatever became of it."""
    mine = select(Approval).where(Approval.alert_id == alert.id)
    return db.session.scalars(mine.order_by(Approval.id.desc()).limit(1)).first()


def request_surplus(alert: Alert, *, by: int | None = None) -> Approval | None:
    """Ask for a second yes if people are left whom one person alone may not ask.

    A refusal stands until a coordinator asks again (`by`).
    """
    last = latest_request(alert)
    stands = last is not None and (last.state == "waiting" or by is None)
    if stands or not surplus_waits(alert):
        return None
    request = Approval(alert_id=alert.id, asked_at=now(), people=left_to_ask(alert))
    db.session.add(request)
    db.session.flush()
    journal.write(
        "alerts.request_surplus", f"alert:{alert.id}", actor=by, approval=request.id,
        people=request.people,
    )  # fmt: skip
    remind_approvers(request)
    return request


def remind_approvers(request: Approval) -> None:
    """Tell the approvers, at first our own, then again and the next association's too."""
    alert = request.alert
    people = approvers_of(alert)
    more = desks.next_organisation(alert, approving=True)
    if more is not None and (request.rung or not people):
        desks.add_desk(alert, more, "approve")
        people = approvers_of(alert)
    request.rung += 1
    request.rung_at = now() + rungs.pause_after(request.rung, repeats=more is None)
    posting.tell_people(alert, "surplus", desk_words.surplus(alert, request.people), people)


def drop_request(alert: Alert) -> None:
    """Nobody needs to say yes any more: enough people are coming, or it is over."""
    request = latest_request(alert)
    if request is not None and request.state == "waiting":
        move(request, "moot")
        request.rung_at = None
        posting.stop_asking_approvers(alert)
        journal.write("alerts.drop_request", f"alert:{alert.id}", approval=request.id)


def approvers_of(alert: Alert) -> list[int]:
    """Return who may say yes: the coordinators it was brought to, but for the author."""
    there = desks.coordinators_of(alert, desks.desks_of(alert, approving=True))
    return [person for person in there if person != alert.author_id]


def _never_asked(alert: Alert) -> list[ColumnElement[bool]]:
    return [
        Recipient.alert_id == alert.id, Recipient.state == "queued", Recipient.called_wave == 0,
    ]  # fmt: skip
