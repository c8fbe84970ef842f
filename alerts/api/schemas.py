"""What programs may send about alerts, and what they get."""

from marshmallow import ValidationError, fields, validate, validates_schema

from alerts.forms import LONGEST_UPDATE, LONGEST_WORDS, MOST_PEOPLE, WEEK_OF_MINUTES
from alerts.models import CERTAINTIES, REASONS, SEVERITIES, URGENCIES
from nucleus.ground.fields import Count, Moment, OneOf, Strict, Words, YesNo
from nucleus.ground.i18n import SPOKEN
from nucleus.ground.lifecycle import states

MOST_NEEDS = 5
LONGEST_PAGE = 100
EXAMPLE = {
    "scale": "area",
    "drill": False,
    "not_for_peers": False,
    "what": "Carry water to the houses without it",
    "comune": "Aversa",
    "severity": "Moderate",
    "urgency": "Immediate",
    "certainty": "Observed",
    "needs": [{"count": 4}, {"count": 1, "language": "ar"}],
}


class NeedSent(Strict):
    """So many people; with a competence or a language only if it must be."""

    count = Count(least=1, most=MOST_PEOPLE, required=True)
    competence = Words(most=60, metadata={"description": "The code of a competence."})
    language = OneOf(*SPOKEN, metadata={"description": "ISO 639-1."})


class AlertSent(Strict):
    """A draft. Everyone asked reads `what`: no names, no addresses."""

    EXAMPLE = EXAMPLE

    scale = OneOf("person", "area", required=True)
    drill = YesNo(required=True)
    not_for_peers = YesNo(
        required=True,
        metadata={
            "description": "Violence, a weapon, an overdose, a fire, a suicide in progress: true. "
            "Then no volunteer is sent, and the coordinators alone are told. Call 112 first."
        },
    )
    what = Words(most=LONGEST_WORDS, required=True)
    comune = Words(most=80, required=True, metadata={"description": "A town, as `Aversa (CE)`."})
    needs = fields.List(
        fields.Nested(NeedSent), required=True, validate=validate.Length(1, MOST_NEEDS)
    )
    severity = OneOf(*SEVERITIES, load_default="Unknown")
    urgency = OneOf(*URGENCIES, load_default="Unknown")
    certainty = OneOf(*CERTAINTIES, load_default="Unknown")

    @validates_schema
    def asks_for_few_enough(self, data: dict[str, list[dict[str, int]]], **_more: object) -> None:
        """Ask for no more people than a form may."""
        if sum(need["count"] for need in data["needs"]) > MOST_PEOPLE:
            raise ValidationError(f"Ask for at most {MOST_PEOPLE} people in all.", "needs")


class UpdateSent(Strict):
    """A few words to everyone who was asked and has not said no. No names, no addresses."""

    words = Words(most=LONGEST_UPDATE, required=True)


class CloseSent(Strict):
    """Why an alert ends; everyone who was asked is told."""

    reason = OneOf("resolved", "cancelled", required=True)


class AnswerSent(Strict):
    """What somebody said on the phone."""

    answer = OneOf("coming", "cant", "know_more", required=True)
    eta_minutes = Count(least=1, most=WEEK_OF_MINUTES)


class Nothing(Strict):
    """An empty object: the address says it all."""


class Page(Strict):
    """Which part of the list."""

    limit = Count(least=1, most=LONGEST_PAGE, typed=False, load_default=25)


class AlertsAsked(Page):
    """Which alerts; `before` is the number from which to go back in time."""

    state = OneOf(*states("alert.state"))
    before = fields.String(
        validate=validate.Regexp(r"\AA-[1-9][0-9]{0,9}\Z"), metadata={"example": "A-1027"}
    )


class RecipientsAsked(Page):
    """Which recipients; `after` is the last one that was read."""

    after = Words(most=40)


class NeedShown(Strict):
    """A need, and how many of its places are filled."""

    count = fields.Integer(required=True)
    filled = fields.Integer(required=True)
    competence = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)


class AlertLine(Strict):
    """One alert in a list. Of an alert for one person `what` and `comune` are null."""

    number = fields.String(required=True)
    state = OneOf(*states("alert.state"), required=True)
    reason = OneOf(*REASONS, required=True, allow_none=True)
    drill = fields.Boolean(required=True)
    scale = OneOf("person", "area", required=True)
    what = fields.String(required=True, allow_none=True)
    comune = fields.String(required=True, allow_none=True)
    severity = OneOf(*SEVERITIES, required=True)
    urgency = OneOf(*URGENCIES, required=True)
    certainty = OneOf(*CERTAINTIES, required=True)
    created_at = Moment(required=True)
    opened_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    expires_at = Moment(required=True, allow_none=True)


class AlertShown(AlertLine):
    """One alert: how far it has come."""

    followed = fields.Boolean(required=True, metadata={"description": "A coordinator follows it."})
    full = fields.Boolean(required=True, metadata={"description": "Every need is met."})
    waves = fields.Integer(required=True)
    needs = fields.List(fields.Nested(NeedShown), required=True)


class AlertsShown(Strict):
    """One page of alerts, the newest first, and where the next page is."""

    alerts = fields.List(fields.Nested(AlertLine), required=True)
    next = fields.String(required=True, allow_none=True)


class MomentShown(Strict):
    """One thing that happened, as the journal calls it."""

    at = Moment(required=True)
    word = fields.String(required=True)


class BoardShown(Strict):
    """How many people stand where, and what happened lately; nobody is named."""

    people = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    needs = fields.List(fields.Nested(NeedShown), required=True)
    timeline = fields.List(fields.Nested(MomentShown), required=True)


class RecipientShown(Strict):
    """One person asked, without name, contact or own words."""

    recipient = fields.String(required=True)
    word = fields.String(required=True, metadata={"description": "What is known, honestly."})
    eta_minutes = fields.Integer(required=True, allow_none=True)
    at = Moment(required=True, allow_none=True)


class RecipientsShown(Strict):
    """One page of recipients and where the next page is."""

    recipients = fields.List(fields.Nested(RecipientShown), required=True)
    next = fields.String(required=True, allow_none=True)


class AskedShown(Strict):
    """How many more people are asked now."""

    asked = fields.Integer(required=True)


class OutcomeShown(Strict):
    """What became of an answer: accepted, already_full, declined or noted."""

    outcome = fields.String(required=True)
