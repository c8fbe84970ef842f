"""Doors through which a telephone exchange notes what those who were asked have said."""

from typing import Any

from alerts import services
from alerts.api import schemas
from alerts.api.doors import ONE, Shown, answer, bp, caller, found, found_in, here
from alerts.models import Alert, Recipient
from alerts.overview.board import PersonLine, people_asked
from alerts.services import Answer, Answered
from nucleus.ground.database import db
from nucleus.ground.problems import Problem
from nucleus.ground.tokens import derive_token, proves, subject_of

PURPOSE = "api_recipient"
TOO_LATE = (Answered.CLOSED, Answered.NOT_ASKED)
ALL = ONE + "/recipients"
EACH = ALL + "/<string(maxlength=40):recipient>/answer"


@bp.door(
    "GET", ALL, policy=answer, asks=schemas.RecipientsAsked, gives=schemas.RecipientsShown
)  # fmt: skip
def list_recipient(asked: dict[str, Any], number: str) -> Shown:
    """List who was asked, without names: how each one stands."""
    alert = found(number)
    last = recipient_named(alert, asked["after"]).id if "after" in asked else 0
    lines = sorted(people_asked(alert), key=lambda one: one.recipient_id)
    rest = [one for one in lines if one.recipient_id > last]
    shown = [told(alert, one) for one in rest[: asked["limit"]]]
    more = len(rest) > len(shown)
    going_on = here(after=shown[-1]["recipient"], limit=asked["limit"]) if more else None
    return {"recipients": shown, "next": going_on}


@bp.door(
    "POST", EACH, policy=answer, takes=schemas.AnswerSent, gives=schemas.OutcomeShown
)  # fmt: skip
def spoke_by_phone(sent: dict[str, Any], number: str, recipient: str) -> Shown:
    """Note what somebody said on the phone: an answer like any other."""
    row = recipient_named(found_in("open", number), recipient)
    eta = sent.get("eta_minutes")
    said = Answer(sent["answer"])
    outcome = services.spoke_by_phone(row, said, by=caller().person, eta_minutes=eta)
    if outcome in TOO_LATE:
        raise Problem(409, "This answer can't count any more.")
    return {"outcome": str(outcome)}


def recipient_named(alert: Alert, named: str) -> Recipient:
    """Return whom an opaque name means, under this alert; raise `Problem` 404 for any other."""
    subject = subject_of(named)
    row = db.session.get(Recipient, subject) if subject else None
    if row is None or row.alert_id != alert.id or not proves(named, PURPOSE, row.id, alert.nonce):
        raise Problem(404, "No such recipient was asked under this alert.")
    return row


def told(alert: Alert, one: PersonLine) -> Shown:
    """Return one person asked, without anything that says who it is."""
    name = derive_token(PURPOSE, one.recipient_id, alert.nonce)
    return {
        "recipient": name, "word": str(one.word), "eta_minutes": one.eta_minutes, "at": one.at
    }  # fmt: skip
