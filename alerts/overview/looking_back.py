"""What is looked at when it is over, beside the figures: decisions, and what those who went say."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from alerts.models import JUDGED, Alert, Approval, Debrief, Recipient
from nucleus.ground.database import db

QUESTIONS = ("in_time", "enough_people", "felt_safe")


@dataclass(frozen=True, kw_only=True)
class Debriefed:
    """How many answered; question → how many said yes, no, don't know; what they wrote.

    No name stands beside the words: whoever was afraid should be able to write it.
    """

    number: int
    counts: dict[str, tuple[int, ...]]
    words: tuple[str, ...]


def debriefed(alert: Alert) -> Debriefed:
    """Return what those who went said of an alert, in an order that tells nothing."""
    theirs = select(Debrief).join(Recipient, Recipient.id == Debrief.recipient_id)
    rows = db.session.scalars(
        theirs.where(Recipient.alert_id == alert.id).order_by(Debrief.uid)
    ).all()
    counts = {
        question: tuple(sum(getattr(row, question) == value for row in rows) for value in JUDGED)
        for question in QUESTIONS
    }
    words = tuple(row.words for row in rows if row.words)
    return Debriefed(number=len(rows), counts=counts, words=words)


def decided(alert: Alert) -> Sequence[Approval]:
    """Return what became of each request for a second yes, the oldest first."""
    settled = select(Approval).where(Approval.alert_id == alert.id, Approval.at.is_not(None))
    return db.session.scalars(settled.order_by(Approval.id)).all()
