"""The place a person starts from: theirs alone, sealed, and looked up in this house only.

Whoever agreed to it, for the machine that is named, has the street looked up online as well.
Neither address nor answer ever goes into the cache that all share.
"""

from typing import Any

import structlog
from flask import Flask
from sqlalchemy import Select, select

from maps.earth.geometry import Point
from maps.locating.agreement import disagreement
from maps.locating.gazetteer import GazetteerPlace, stands_alone, the_gazetteer
from maps.locating.waiting import TRIES
from maps.models import StartingPoint
from maps.online.answers import STREET, Answer
from nucleus.accounts.consents import LOOK_UP_ONLINE, look_up_online
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.settings import Settings
from nucleus.people.models import Consent, Person

log = structlog.get_logger()


def starting_point(person: Person | None) -> StartingPoint | None:
    """Return from where a person starts, if they ever said so."""
    return db.session.get(StartingPoint, person.id) if person else None


def town_in(address: str) -> GazetteerPlace | None:
    """Return the town an address names, when it can only be one; nobody is asked."""
    matches = the_gazetteer().find(address)
    return matches[0].place if stands_alone(matches) else None


def edit_start(person: Person, address: str) -> None:
    """Keep from where somebody starts, or forget it; an address must name a town we know."""
    start = starting_point(person)
    town = town_in(address)
    if town is None:
        if start:
            db.session.delete(start)
    else:
        start = start or StartingPoint(person_id=person.id)
        start.address, start.asked_at, start.ask_failures = address, None, 0
        start.found = _found(town.point, "comune", "gazetteer")
        db.session.add(start)
    kept = town is not None
    journal.write("maps.edit_start", f"person:{person.id}", actor=person.id, kept=kept)


def forget_start(person_id: int) -> None:
    """Forget from where somebody started who has left; receives a signal."""
    if start := db.session.get(StartingPoint, person_id):
        db.session.delete(start)


def forget_street(person_id: int, *, purpose: str) -> None:
    """Fall back to the town when a person no longer agrees to the search; receives a signal."""
    start = db.session.get(StartingPoint, person_id)
    if start is None or purpose != LOOK_UP_ONLINE:
        return
    town = town_in(start.address)
    start.found = _found(town.point, "comune", "gazetteer") if town else {}
    start.asked_at, start.ask_failures = None, 0
    journal.write("maps.forget_street", f"person:{person_id}", actor=person_id)


def forget_streets_without_a_yes(_app: Flask) -> None:
    """Let go of what earlier versions kept after a yes was taken back; receives a signal."""
    given = agreed_to(LOOK_UP_ONLINE)
    without = StartingPoint.asked_at.is_not(None) & StartingPoint.person_id.not_in(given)
    for start in db.session.scalars(select(StartingPoint).where(without)):
        forget_street(start.person_id, purpose=LOOK_UP_ONLINE)


def agreed_to(code: str) -> Select[int]:
    """Select who agrees to a purpose, in whatever wording."""
    return select(Consent.person_id).where(Consent.purpose == code, Consent.withdrawn_at.is_(None))


def point_of(start: StartingPoint) -> Point | None:
    """Return the point as well as it is known; none where the key is gone."""
    found = start.found
    return Point(found["lat"], found["lon"]) if "lat" in found else None


def due_to_ask(settings: Settings) -> Select[StartingPoint]:
    """Select who agreed to be looked up by exactly this machine, and was not yet."""
    purpose = look_up_online(settings)
    agreed = agreed_to(purpose.code if purpose else "").where(
        Consent.wording_version == (purpose.version if purpose else "")
    )
    return (
        select(StartingPoint)
        .join(Person, Person.id == StartingPoint.person_id)
        .where(
            StartingPoint.person_id.in_(agreed),
            Person.stopped_at.is_(None),
            StartingPoint.asked_at.is_(None),
            StartingPoint.ask_failures < TRIES,
        )
        .order_by(StartingPoint.ask_failures, StartingPoint.person_id)
        .limit(1)
    )


def settle_start(person_id: int, asked: str, answer: Answer, provider: str) -> None:
    """Keep what was answered, unless it is no door or the person changed their mind meanwhile."""
    start = db.session.get(StartingPoint, person_id)
    still = agreed_to(LOOK_UP_ONLINE).where(Consent.person_id == person_id)
    if start is None or start.address != asked or db.session.scalar(still) is None:
        return
    start.asked_at, point, town = now(), answer.point, town_in(asked)
    wrong = point and town and disagreement(point, town)
    if point and not wrong and answer.precision == STREET:
        start.found = _found(point, answer.precision, provider)
    log.info("start_asked", person=person_id, found=bool(point and not wrong))


def _found(point: Point, precision: str, source: str) -> dict[str, Any]:
    return {"lat": point.lat, "lon": point.lon, "precision": precision, "source": source}
