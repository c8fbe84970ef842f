"""Reads about the roster; who is qualified and who can come is computed here, never stored.

The conditions are SQL expressions over `Responder`, so that the audience of an alert is one
query. A day ends at local midnight of the installation, whatever the clocks did that night.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.people.models import Person, Role, RoleGrant
from nucleus.roster.models import Award, Competence, Duty, Responder, WeeklyHours

ON_DUTY = ("available", "on_call")
SOON = timedelta(days=90)
MOST_CANDIDATES = 20


def today() -> date:
    """Return the installation's local date."""
    return clock.local(clock.now(), settings().time_zone).date()


def live(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Return the condition under which an award opens something on a day."""
    return and_(
        Award.issued_on <= day,
        Award.expires_on > day,
        Award.suspended_at.is_(None),
        Award.revoked_at.is_(None),
    )


def qualified(day: date, competence: int | None = None) -> ColumnElement[bool]:
    """Return the condition that a `Responder` holds a live award (of that competence)."""
    award = select(Award.id).where(Award.person_id == Responder.person_id, live(day))
    if competence is not None:
        award = award.where(Award.competence_id == competence)
    return exists(award)


def qualified_for(day: date, kind: str) -> ColumnElement[bool]:
    """Return the condition that a live award of a `Responder` opens a kind of duty or call."""
    opening = [each.id for each in competences() if kind in each.opens]
    award = select(Award.id).where(Award.person_id == Responder.person_id, live(day))
    return exists(award.where(Award.competence_id.in_(opening)))


def unplaced_towns() -> list[tuple[str, str | None]]:
    """Return the (town, province) of all responders whose town has no coordinates yet."""
    waiting = select(Responder.comune, Responder.province).where(
        Responder.comune.is_not(None), Responder.lat.is_(None), Responder.stopped_at.is_(None)
    )
    return [(row[0], row[1]) for row in db.session.execute(waiting.distinct()) if row[0]]


def on_duty(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a `Responder` promised to be there at this instant."""
    return exists(
        select(Duty.id).where(
            Duty.person_id == Responder.person_id,
            Duty.kind.in_(ON_DUTY),
            Duty.state == "taken",
            Duty.starts_at <= now,
            Duty.ends_at > now,
        )
    )


def in_weekly_hours(now: datetime) -> ColumnElement[bool]:
    """Return the condition that this instant lies in a `Responder`'s weekly hours."""
    return exists(_open_hours(now).where(WeeklyHours.person_id == Responder.person_id))


def is_among_the_open(now: datetime) -> ColumnElement[bool]:
    """Return the same, for a question about everybody: the hours of this minute are read once.

    For each of ten thousand responders apart it took a quarter of the choice (PostgreSQL).
    """
    return Responder.person_id.in_(_open_hours(now))


def _open_hours(now: datetime) -> Select[int]:
    here = clock.local(now, settings().time_zone)
    minute = here.hour * 60 + here.minute
    return select(WeeklyHours.person_id).where(
        WeeklyHours.weekday == here.weekday(),
        WeeklyHours.opens <= minute,
        WeeklyHours.closes > minute,
    )


def resting(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a `Responder` wants no call yet."""
    return and_(Responder.resting_until.is_not(None), Responder.resting_until > now)


def available(now: datetime, *, everybody: bool = False) -> ColumnElement[bool]:
    """Return the condition that a `Responder` can come now; off duty means silence.

    Args:
        now: this instant.
        everybody: it is asked about all responders, not about one or those of a shift.
    """
    hours = is_among_the_open(now) if everybody else in_weekly_hours(now)
    return and_(
        Responder.stopped_at.is_(None),
        ~func.coalesce(resting(now), False),
        or_(on_duty(now), hours),
    )


def is_qualified(person_id: int) -> bool:
    """Say whether a person holds any live award today."""
    held = select(Award.id).where(Award.person_id == person_id, live(today()))
    return db.session.scalar(held.limit(1)) is not None


def is_available(person_id: int) -> bool:
    """Say whether a responder can come at this moment and is qualified to."""
    now = clock.now()
    mine = select(Responder.person_id).where(
        Responder.person_id == person_id, available(now), qualified(today())
    )
    return db.session.scalar(mine) is not None


def on_call_now(organisation: int | None = None) -> Sequence[Person]:
    """Return who is on call at this moment with a qualification that opens it, by name."""
    now = clock.now()
    shift = select(Duty.id).where(
        Duty.person_id == Responder.person_id,
        Duty.kind == "on_call",
        Duty.state == "taken",
        Duty.starts_at <= now,
        Duty.ends_at > now,
    )
    found = (
        select(Person)
        .join(Responder, Responder.person_id == Person.id)
        .where(exists(shift), available(now), qualified_for(today(), "on_call"))
        .where(Person.stopped_at.is_(None))
    )
    if organisation is not None:
        found = found.where(Responder.organisation_id == organisation)
    return db.session.scalars(found.order_by(Person.name, Person.id)).all()


def promise_of(person_id: int) -> Duty | None:
    """Return the promise to be available that runs now, the longest one."""
    now = clock.now()
    running = select(Duty).where(
        Duty.person_id == person_id,
        Duty.kind.in_(ON_DUTY),
        Duty.state == "taken",
        Duty.starts_at <= now,
        Duty.ends_at > now,
    )
    return db.session.scalar(running.order_by(Duty.ends_at.desc()).limit(1))


def hours_of(person_id: int) -> Sequence[WeeklyHours]:
    """Return a person's weekly hours from Monday on."""
    mine = select(WeeklyHours).where(WeeklyHours.person_id == person_id)
    return db.session.scalars(mine.order_by(WeeklyHours.weekday, WeeklyHours.opens)).all()


def awards_of(person_id: int) -> Sequence[Award]:
    """Return a person's qualifications, the longest lasting first."""
    mine = select(Award).where(Award.person_id == person_id, Award.revoked_at.is_(None))
    return db.session.scalars(mine.order_by(Award.expires_on.desc())).all()


def expiring(organisation_ids: Sequence[int]) -> Sequence[Award]:
    """Return the live qualifications of these organisations that end within 90 days."""
    day = today()
    said = {"organisations": list(organisation_ids), "day": day, "soon": day + SOON}
    return db.session.scalars(_expiring(), said).all()


@cache
def _expiring() -> Select[Award]:
    """Return that question with blanks; it stands on the start page of all who coordinate."""
    return (
        select(Award)
        .join(Responder, Responder.person_id == Award.person_id)
        .where(
            Responder.organisation_id.in_(bindparam("organisations", expanding=True)),
            Responder.stopped_at.is_(None),
            live(bindparam("day", type_=Date)),
            Award.expires_on <= bindparam("soon", type_=Date),
        )
        .order_by(Award.expires_on)
    )


def competences() -> Sequence[Competence]:
    """Return everything one can be qualified for."""
    return db.session.scalars(select(Competence).order_by(Competence.code)).all()


@dataclass(frozen=True)
class RosterLine:
    """One responder on the list: whether they are qualified and can come now."""

    responder: Responder
    person: Person
    qualified: bool
    available: bool
    ends_first: date | None


def roster(
    organisation_ids: Sequence[int], *, words: str = "", page: int = 1, size: int = 50
) -> tuple[list[RosterLine], int]:
    """Return one page of the roster of these organisations by name, and how many there are."""
    now, day = clock.now(), today()
    ends = select(func.max(Award.expires_on)).where(
        Award.person_id == Responder.person_id, live(day)
    )
    lines = (
        select(Responder, Person, qualified(day), available(now), ends.scalar_subquery())
        .join(Person, Person.id == Responder.person_id)
        .where(Responder.organisation_id.in_(organisation_ids), Responder.stopped_at.is_(None))
        .where(Person.name.icontains(words, autoescape=True))
    )
    total = db.session.scalar(select(func.count()).select_from(lines.subquery())) or 0
    shown = lines.order_by(Person.name, Person.id).limit(size).offset((page - 1) * size)
    return [RosterLine(*row) for row in db.session.execute(shown)], total


def not_on_roster(organisation_ids: Sequence[int], words: str = "") -> Sequence[Person]:
    """Return people of these organisations whom nobody would call, at most twenty.

    Without words: those who were given the role of a responder and are not on the roster yet.
    """
    on_it = select(Responder.person_id).where(Responder.stopped_at.is_(None))
    people = select(Person).where(
        Person.organisation_id.in_(organisation_ids),
        Person.stopped_at.is_(None),
        Person.id.not_in(on_it),
    )
    if words:
        people = people.where(Person.name.icontains(words, autoescape=True))
    else:
        named = select(RoleGrant.person_id).where(RoleGrant.role == Role.RESPONDER)
        people = people.where(Person.id.in_(named))
    return db.session.scalars(people.order_by(Person.name).limit(MOST_CANDIDATES)).all()


def names_on_roster() -> Iterable[tuple[str, int]]:
    """Give the random name and the number of everybody on a roster."""
    on_it = select(Person.uid, Person.id).join(Responder, Responder.person_id == Person.id)
    return db.session.execute(on_it.where(Responder.stopped_at.is_(None)))
