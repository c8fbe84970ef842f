"""The door through which a program hands in an authority's CAP document."""

from flask import request
from marshmallow import fields

from alerts import services
from alerts.api.doors import Shown, bp, caller, draft
from alerts.cap.models import OUTCOMES
from alerts.cap.reading import read
from alerts.cap.taking import Desk
from alerts.cap.words import OUTCOMES as TOLD
from alerts.cap.words import told_fault
from alerts.cap.writing import CAP_TYPE
from nucleus.ground import i18n
from nucleus.ground.fields import OneOf, Strict
from nucleus.ground.problems import Problem

BODY = {CAP_TYPE: {"schema": {"type": "string", "format": "binary"}}}


class CapTaken(Strict):
    """What became of a document; `number` is the draft, or the alert it changes or ends."""

    outcome = OneOf(*OUTCOMES, required=True)
    words = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    known = fields.Boolean(required=True, metadata={"description": "It came here before."})


@bp.door("POST", "/cap", policy=draft, gives=CapTaken, status=201, body=BODY)
def take_cap() -> Shown:
    """Take an authority's document in: it becomes a draft, and nobody is asked."""
    if request.mimetype != CAP_TYPE:
        raise Problem(415, todo=f"Send one CAP 1.2 document, with Content-Type: {CAP_TYPE}.")
    with i18n.speaking(i18n.SOURCE):
        reading = read(request.get_data())
        if reading.document is None:
            raise Problem(422, errors=[(f.element, told_fault(f)) for f in reading.faults])
        desk = Desk(organisation=caller().organisation, by=caller().person)
        row, is_new = services.take_cap(reading.document, desk)
        about = row.alert or row.earlier
        number = about.short_number if about and about.author_id == caller().person else None
        words = str(TOLD[row.outcome])
    return {"outcome": row.outcome, "words": words, "number": number, "known": not is_new}
