"""An authority's document becomes a draft, or a word about an earlier one; nothing is ever sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from alerts.asking.drafting import AlertDraft, NeedDraft, draft_alert
from alerts.cap import values
from alerts.cap.model import Area, CapAlert, Info
from alerts.cap.models import CapDocument
from alerts.forms import LONGEST_WORDS
from alerts.models import Alert
from maps.earth.geometry import Point, distance_km
from maps.locating.gazetteer import GazetteerPlace, stands_alone, the_gazetteer
from nucleus.ground import i18n, journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.heard import legible

FAR_KM = 30.0
"""Beyond this the nearest comune is not where the authority means."""

KEPT_WORDS = 4_000
IN_EARNEST = ("Actual", "Exercise", "Test")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """For whom a document is taken in, by whom, and how many people its draft asks for."""

    organisation: int
    by: int
    count: int = 2


def take_cap(document: CapAlert, desk: Desk) -> tuple[CapDocument, bool]:
    """Take a document in; return its row, and whether it is new. Once is enough."""
    row = _row(document, desk)
    if not _is_new(row):
        return known_as(row), False
    row.earlier = earlier_of(document, desk.organisation)
    row.outcome = outcome_of(document, row.earlier)
    if row.outcome in {"drafted", "replaces_draft"}:
        row.alert = draft_alert(drafted(document, desk), desk.by)
    db.session.flush()
    about = row.alert or row.earlier
    journal.write(
        "alerts.take_cap", f"alert:{about.id}" if about else None, actor=desk.by,
        document=row.id, outcome=row.outcome,
    )  # fmt: skip
    return row, True


def known_as(row: CapDocument) -> CapDocument:
    """Return the row under which the same document stands already."""
    return cast(CapDocument, taken_before(row.sender, row.identifier, row.organisation_id))


def _is_new(row: CapDocument) -> bool:
    """Write a document down first; of two that come at the same moment one is new."""
    if taken_before(row.sender, row.identifier, row.organisation_id) is not None:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        return False
    return True


def taken_before(sender: str, identifier: str, organisation: int) -> CapDocument | None:
    """Return the row of a document that came in before."""
    same = select(CapDocument).where(
        CapDocument.organisation_id == organisation,
        CapDocument.sender == sender,
        CapDocument.identifier == identifier,
    )
    return db.session.scalar(same)


def earlier_of(document: CapAlert, organisation: int) -> Alert | None:
    """Return the alert or draft of the latest document this one refers to, if it came here."""
    for reference in sorted(document.references, key=lambda each: each.sent, reverse=True):
        row = taken_before(reference.sender, reference.identifier, organisation)
        if row is not None and (row.alert or row.earlier):
            return row.alert or row.earlier
    return None


def outcome_of(document: CapAlert, earlier: Alert | None) -> str:
    """Return what becomes of a document (pure, but for the state of the earlier alert)."""
    if document.status not in IN_EARNEST or document.message_type in {"Ack", "Error"}:
        return "ignored"
    running = earlier.state if earlier is not None and earlier.state != "closed" else None
    if document.message_type == "Cancel" or is_all_clear(document):
        return {"open": "ends_alert", "draft": "ends_draft"}.get(running or "", "not_ours")
    if not document.infos:
        return "ignored"
    return {"open": "changes_alert", "draft": "replaces_draft"}.get(running or "", "drafted")


def is_all_clear(document: CapAlert) -> bool:
    """Say whether an update tells that it is over."""
    past = bool(document.infos) and all(info.urgency == "Past" for info in document.infos)
    return document.message_type == "Update" and past


def drafted(document: CapAlert, desk: Desk) -> AlertDraft:
    """Return a document as a draft for an area; its words are shortened, never sent by itself."""
    info = spoken(document.infos)
    town = town_of(info.areas)
    return AlertDraft(
        what=short(info.headline or info.event, LONGEST_WORDS),
        organisation_id=desk.organisation,
        needs=(NeedDraft(count=desk.count),),
        scale="area",
        severity=info.severity,
        urgency=info.urgency,
        certainty=info.certainty,
        comune=town.label if town else None,
        lat=town.point.lat if town else None,
        lon=town.point.lon if town else None,
        drill=document.is_drill,
    )


def spoken(infos: Sequence[Info]) -> Info:
    """Return what is said in a language of the house, else what is said first."""
    for code in i18n.offered():
        for info in infos:
            if info.language.lower().startswith(code):
                return info
    return infos[0]


def town_of(areas: Sequence[Area]) -> GazetteerPlace | None:
    """Return the town an area means: by its ISTAT code, its name, or the middle of its shape."""
    for area in areas:
        found = _by_code(area) or _by_name(area) or _by_shape(area)
        if found is not None:
            return found
    return None


def short(words: str, most: int) -> str:
    """Return words on one line, without signs nobody types, cut at so many."""
    line = " ".join(str(legible(words)).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _row(document: CapAlert, desk: Desk) -> CapDocument:
    info = spoken(document.infos) if document.infos else None
    return CapDocument(
        organisation_id=desk.organisation,
        sender=document.sender,
        identifier=document.identifier,
        sent_at=document.sent,
        status=document.status,
        message_type=document.message_type,
        signed=document.signed,
        headline=short(info.headline or info.event, LONGEST_WORDS) if info else "",
        description=str(legible(info.description))[:KEPT_WORDS] if info else "",
        instruction=str(legible(info.instruction))[:KEPT_WORDS] if info else "",
        outcome="ignored",
        taken_at=now(),
        taken_by_id=desk.by,
    )


def _by_code(area: Area) -> GazetteerPlace | None:
    codes = {code for name, code in area.geocodes if "ISTAT" in name.upper()}
    places = the_gazetteer().places if codes else ()
    return next((place for place in places if place.istat and place.istat in codes), None)


def _by_name(area: Area) -> GazetteerPlace | None:
    matches = the_gazetteer().find(short(area.words, 100))
    return matches[0].place if stands_alone(matches) else None


def _by_shape(area: Area) -> GazetteerPlace | None:
    middles = [(circle.lat, circle.lon) for circle in area.circles]
    middles += [values.centre(ring) for ring in area.polygons]
    if not middles:
        return None
    middle = Point(*middles[0])
    nearest = the_gazetteer().nearest(middle)
    return nearest if distance_km(nearest.point, middle) <= FAR_KM else None
