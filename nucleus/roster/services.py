"""Verbs that change the roster."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import select, update

from nucleus.ground import clock, journal
from nucleus.ground.database import db
from nucleus.ground.erasing import board
from nucleus.ground.lifecycle import move
from nucleus.people.models import Person, Role
from nucleus.people.policy import grants_of
from nucleus.people.services import grant_role
from nucleus.roster import queries
from nucleus.roster.models import Award, Competence, Duty, Responder, WeeklyHours
from nucleus.roster.starter import STARTERS

AVAILABLE = "available"
LONGEST_AVAILABILITY = timedelta(hours=48)
LONGEST_REST = timedelta(days=90)


class NotQualified(Exception):
    """No live qualification, so no duty and no call."""


class TooLong(ValueError):
    """A promise about one's time that reaches further than anybody can promise."""


def ensure_competences() -> None:
    """Give a new house its first qualifications; what is there already is left as it is."""
    known = set(db.session.scalars(select(Competence.code)))
    db.session.add_all(
        Competence(**{**starter._asdict(), "opens": list(starter.opens)})
        for starter in STARTERS
        if starter.code not in known
    )


@dataclass(frozen=True)
class Training:
    """When a qualification was given, who trained, and with which profession."""

    issued_on: date
    trainer: str
    trainer_profession: str


@dataclass(frozen=True)
class FoundTown:
    """A town as the gazetteer knows it, with its centre in WGS 84 degrees."""

    name: str
    province: str
    lat: float
    lon: float


def enrol_responder(person: Person, organisation: int, *, by: int) -> Responder:
    """Put a person on an organisation's roster; without a live qualification nobody calls them."""
    responder = db.session.get(Responder, person.id)
    if responder is None:
        responder = Responder(person_id=person.id, organisation_id=organisation)
        responder.active_since = clock.now()
        db.session.add(responder)
    if responder.stopped_at:
        responder.active_since = clock.now()
    responder.organisation_id, responder.stopped_at = organisation, None
    if (Role.RESPONDER, organisation) not in grants_of(person.id):
        grant_role(person, Role.RESPONDER, organisation=organisation)
    journal.write("roster.enrol_responder", f"person:{person.id}", actor=by)
    return responder


def stop_responder(responder: Responder, *, by: int) -> None:
    """Take a responder off the roster at once: promises end, nobody calls them any more."""
    responder.stopped_at = clock.now()
    end_availability(responder.person_id)
    board.note("responder", db.session.get_one(Person, responder.person_id).uid)
    journal.write("roster.stop_responder", f"person:{responder.person_id}", actor=by)


def stop_again(person_id: int, at: datetime) -> bool:
    """Take off the roster whom an older backup put there, unless they came back after that."""
    responder = db.session.get_one(Responder, person_id)
    if responder.active_since > at:
        return False
    responder.stopped_at = clock.now()
    end_availability(person_id)
    return True


def edit_zone(responder: Responder, comune: str, radius_km: float) -> None:
    """Keep where a responder can come: a comune and a radius; maps finds the comune's centre."""
    if responder.comune != comune:
        responder.comune, responder.province = comune, None
        responder.lat = responder.lon = None
    responder.radius_km = radius_km


def place_town(town: tuple[str, str | None], found: FoundTown) -> None:
    """Give all responders who wrote a town its name and centre; anything else typed is let go.

    Whoever has written another town meanwhile is not touched, and waits for that one.
    """
    comune, province = town
    placed = (
        update(Responder)
        .where(
            Responder.comune == comune,
            Responder.province.is_not_distinct_from(province),
            Responder.lat.is_(None),
        )
        .values(comune=found.name, province=found.province, lat=found.lat, lon=found.lon)
    )
    db.session.execute(placed)


def give_award(person: Person, competence: Competence, training: Training, *, by: int) -> Award:
    """Note a qualification; it ends so many months after it was issued."""
    same = select(Award).where(
        Award.person_id == person.id,
        Award.competence_id == competence.id,
        Award.issued_on == training.issued_on,
    )
    award = db.session.scalar(same) or Award(person_id=person.id, competence_id=competence.id)
    award.issued_on = training.issued_on
    award.expires_on = training.issued_on + relativedelta(months=competence.months_valid)
    award.trainer, award.trainer_profession = training.trainer, training.trainer_profession
    award.suspended_at = award.revoked_at = None
    db.session.add(award)
    journal.write("roster.give_award", f"person:{person.id}", actor=by, competence=competence.code)
    return award


def end_award(award: Award, *, by: int) -> None:
    """Revoke a qualification: from this moment it opens nothing."""
    award.revoked_at = clock.now()
    journal.write("roster.end_award", f"person:{award.person_id}", actor=by, award=award.id)


def edit_availability(person_id: int, until: datetime) -> Duty:
    """Promise to be available from now until a stated end.

    Raises `NotQualified` without a live qualification and `TooLong` past 48 hours.
    """
    now = clock.now()
    if not queries.is_qualified(person_id):
        raise NotQualified
    if not now < until <= now + LONGEST_AVAILABILITY:
        raise TooLong
    end_availability(person_id)
    duty = Duty(kind=AVAILABLE, person_id=person_id, starts_at=now, ends_at=until, state="taken")
    db.session.add(duty)
    journal.write("roster.edit_availability", f"person:{person_id}", actor=person_id)
    return duty


def end_availability(person_id: int) -> None:
    """End the promises that run now; off duty means silence."""
    now = clock.now()
    running = select(Duty).where(
        Duty.person_id == person_id,
        Duty.kind == AVAILABLE,
        Duty.state == "taken",
        Duty.ends_at > now,
    )
    for duty in db.session.scalars(running):
        duty.ends_at = max(now, duty.starts_at + timedelta(seconds=1))
        move(duty, "done")


def add_hours(person_id: int, weekday: int, *, opens: int, closes: int) -> None:
    """Add weekly hours (minutes after midnight); a night that passes midnight becomes two rows."""
    if opens < closes:
        stretches = [(weekday, opens, closes)]
    else:
        stretches = [(weekday, opens, 1440), ((weekday + 1) % 7, 0, closes)]
    db.session.add_all(
        WeeklyHours(person_id=person_id, weekday=day, opens=start, closes=end)
        for day, start, end in stretches
        if start < end
    )


def remove_hours(hours: WeeklyHours) -> None:
    """Take weekly hours away."""
    db.session.delete(hours)


def take_rest(responder: Responder, days: int) -> None:
    """Let nobody call a responder for so many days; 0 ends the rest."""
    rest = timedelta(days=days)
    if rest > LONGEST_REST:
        raise TooLong
    responder.resting_until = clock.now() + rest if days else None
    journal.write("roster.take_rest", f"person:{responder.person_id}", days=days)
