"""What of a public alert goes out: its documents, told from the journal, and the feed of the last.

A document follows from each turn of the alert: it was opened; enough people are coming; people are
needed again; it has ended. What coordinators write to those who were asked stays with them. A drill
stands in a feed of its own with the status Exercise: whoever listens to the public one listens in
earnest, and a relay must never be able to take a drill for an alert.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select

from alerts.cap.model import Area, CapAlert, Circle, Info, Reference
from alerts.cap.writing import Entry
from alerts.models import Alert
from alerts.public import is_public, public
from maps.locating.gazetteer import the_gazetteer
from nucleus.ground import clock, i18n
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.ground.web import settings
from nucleus.people.models import Organisation

LISTED = timedelta(days=7)
MOST_LISTED = 100
COMUNE_KM = 5.0
WORDS = ("alerts.open_alert", "alerts.fill", "alerts.ask_next_wave", "alerts.close_alert")
OPENED, FULL, NEEDED_AGAIN, ENDED, CANCELLED = "opened", "full", "again", "ended", "cancelled"


@dataclass(frozen=True)
class Turn:
    """One turn of an alert: what it came to and when."""

    what: str
    at: datetime


def turns(entries: Iterable[LogEntry]) -> tuple[Turn, ...]:
    """Return the turns of one alert from its journal, oldest first; pure."""
    found: list[Turn] = []
    for entry in entries:
        what = _turn(entry, found[-1].what if found else "")
        if what:
            found.append(Turn(what, entry.at))
    return tuple(found)


def documents_of(alert: Alert) -> tuple[CapAlert, ...]:
    """Return every document of a public alert, oldest first; each refers to those before it."""
    return tuple(_documents(alert, turns(_journal([alert]))))


def document_named(identifier: str) -> CapAlert | None:
    """Return a document by its identifier, such as `A-1027.2`."""
    number, _dot, place = identifier.removeprefix("A-").partition(".")
    if not (_is_small(number) and _is_small(place)):
        return None
    alert = db.session.scalar(select(Alert).where(Alert.number == int(number), public()))
    named = (d for d in documents_of(alert) if d.identifier == identifier) if alert else ()
    return next(iter(named), None)


def latest(*, drills: bool) -> tuple[Entry, ...]:
    """Return the last document of each public alert that is open or ended lately, newest first."""
    told: dict[str, list[LogEntry]] = {}
    alerts = _listed(drills=drills)
    for entry in _journal(alerts):
        told.setdefault(str(entry.subject), []).append(entry)
    last = (_documents(alert, turns(told.get(f"alert:{alert.id}", ())))[-1:] for alert in alerts)
    entries = [_entry(document) for found in last for document in found]
    return tuple(sorted(entries, key=lambda entry: entry.document.sent, reverse=True))


def sender() -> str:
    """Return the name of this house among all senders: the host of its address."""
    return urlsplit(settings().base_url).hostname or "localhost"


def address_of(document: CapAlert) -> str:
    """Return the whole address of a document."""
    path = url_for("alerts.cap_xml", identifier=document.identifier)
    return settings().base_url + path


def _turn(entry: LogEntry, last: str) -> str:
    if entry.word == "alerts.open_alert":
        return OPENED
    if entry.word == "alerts.fill":
        return FULL
    if entry.word == "alerts.ask_next_wave":
        return NEEDED_AGAIN if last == FULL else ""
    if entry.word == "alerts.close_alert" and last:
        return CANCELLED if entry.facts.get("reason") == "cancelled" else ENDED
    return ""


def _listed(*, drills: bool) -> Sequence[Alert]:
    lately = or_(Alert.state == "open", Alert.closed_at > clock.now() - LISTED)
    shelf = select(Alert).where(public(), lately, Alert.drill.is_(drills))
    return db.session.scalars(shelf.order_by(Alert.id.desc()).limit(MOST_LISTED)).all()


def _journal(alerts: Sequence[Alert]) -> Sequence[LogEntry]:
    subjects = [f"alert:{alert.id}" for alert in alerts]
    told = select(LogEntry).where(LogEntry.subject.in_(subjects), LogEntry.word.in_(WORDS))
    return db.session.scalars(told.order_by(LogEntry.id)).all()


def _documents(alert: Alert, told: Sequence[Turn]) -> list[CapAlert]:
    if not is_public(alert):
        return []
    found: list[CapAlert] = []
    for place, turn in enumerate(told, 1):
        document = CapAlert(
            identifier=f"{alert.short_number}.{place}",
            sender=sender(),
            sent=clock.local(turn.at, settings().time_zone),
            status="Exercise" if alert.drill else "Actual",
            message_type=_type_of(turn),
            references=tuple(Reference(d.sender, d.identifier, d.sent) for d in found),
            infos=tuple(_infos(alert, turn)),
        )
        found.append(document)
    return found


def _type_of(turn: Turn) -> str:
    if turn.what == OPENED:
        return "Alert"
    return "Cancel" if turn.what == CANCELLED else "Update"


def _infos(alert: Alert, turn: Turn) -> Iterable[Info]:
    for code in i18n.offered():
        with i18n.speaking(code):
            yield _info(alert, turn, code)


def _info(alert: Alert, turn: Turn, code: str) -> Info:
    over = turn.what in {ENDED, CANCELLED}
    organisation = db.session.get_one(Organisation, alert.organisation_id)
    expires = alert.expires_at and clock.local(alert.expires_at, settings().time_zone)
    return Info(
        language=code,
        event=_("People helping people"),
        response="AllClear" if over else "None",
        urgency="Past" if over else alert.urgency,
        severity=alert.severity,
        certainty=alert.certainty,
        expires=expires,
        sender_name=organisation.name,
        headline=_headline(alert, turn),
        description=alert.what,
        instruction=_instruction(alert),
        contact=organisation.phone or settings().phone or "",
        areas=(_area(alert),),
    )


def _headline(alert: Alert, turn: Turn) -> str:
    place = alert.comune or ""
    said = {
        OPENED: _("Volunteers are being called: %(place)s", place=place),
        FULL: _("Enough volunteers are coming: %(place)s", place=place),
        NEEDED_AGAIN: _("More volunteers are being called: %(place)s", place=place),
        ENDED: _("It is over: %(place)s", place=place),
        CANCELLED: _("Called off: %(place)s", place=place),
    }[turn.what]
    return str(_("DRILL. %(words)s", words=said) if alert.drill else said)


def _instruction(alert: Alert) -> str:
    number = settings().emergency_number
    if alert.drill:
        return str(_("This is a drill. Nothing has happened. There is nothing to do."))
    told = _(
        "Only volunteers who were asked go there; they answer with their link. In danger, call "
        "%(number)s.",
        number=number,
    )
    return str(told)


def _area(alert: Alert) -> Area:
    area = Area(words=alert.comune or _("Not said"))
    if alert.lat is not None and alert.lon is not None:
        area = replace(area, circles=(Circle(alert.lat, alert.lon, COMUNE_KM),))
    istat = istat_of(alert.comune) if alert.comune else ""
    return replace(area, geocodes=(("ISTAT", istat),)) if istat else area


@lru_cache(maxsize=512)
def istat_of(comune: str) -> str:
    """Return the ISTAT code of a comune; empty when the gazetteer knows none."""
    matches = the_gazetteer().find(comune, limit=1)
    return matches[0].place.istat if matches and matches[0].is_certain else ""


def _entry(document: CapAlert) -> Entry:
    title = document.infos[0].headline
    return Entry(document=document, address=address_of(document), title=title)


def _is_small(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9 and text[0] != "0"
