"""The associations whose coordinators run an alert, and who of them may be told of it.

Whoever the person in need does not want is in none of these lists. A member's press whose
coordinators include somebody unwanted goes to another association's desk from the start.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import case, select

from alerts.choosing.audience import unwanted_by
from alerts.models import Alert, AlertDesk
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.people.models import Organisation, Role
from nucleus.people.queries import people_with_role
from nucleus.roster import queries as roster
from nucleus.roster.models import Responder

ON_DUTY, AVAILABLE, UNKNOWN, AWAY = range(4)


def open_home_desk(alert: Alert) -> None:
    """Give an alert its first desk: of the association that asks, unless the person minds."""
    home = alert.organisation_id
    if alert.help and _minds(alert, home):
        home = next(iter(_others(alert)), home)
    add_desk(alert, home)


def add_desk(alert: Alert, organisation: int, purpose: str = "run") -> None:
    """Let an association's coordinators run an alert, or only say yes to its surplus."""
    desk = db.session.get(AlertDesk, (alert.id, organisation))
    if desk is None:
        desk = AlertDesk(alert_id=alert.id, organisation_id=organisation, since=clock.now())
        desk.purpose = purpose
        db.session.add(desk)
    elif purpose == "run":
        desk.purpose = purpose
    db.session.flush()


def desks_of(alert: Alert, *, approving: bool = False) -> list[int]:
    """Return the associations whose coordinators may run an alert (or approve), oldest first."""
    mine = select(AlertDesk.organisation_id, AlertDesk.purpose).where(
        AlertDesk.alert_id == alert.id
    )
    rows = db.session.execute(mine.order_by(AlertDesk.since, AlertDesk.organisation_id)).all()
    if not any(row.purpose == "run" for row in rows):
        return [alert.organisation_id]
    return [row.organisation_id for row in rows if approving or row.purpose == "run"]


def coordinators_of(alert: Alert, organisations: Iterable[int]) -> list[int]:
    """Return who coordinates there and may know of it, those on duty or available first."""
    kept_out = unwanted_by(alert.person_id) | {alert.person_id}
    people = dict.fromkeys(
        person.id
        for organisation in organisations
        for person in people_with_role(Role.COORDINATOR, organisation)
        if person.id not in kept_out
    )
    readiness = _readiness(list(people))
    return sorted(people, key=lambda person: (readiness.get(person, UNKNOWN), person))


def next_organisation(alert: Alert, *, approving: bool = False) -> int | None:
    """Return the next of our associations that has somebody to tell, or `None`."""
    already = desks_of(alert, approving=approving)
    return next((each for each in _others(alert) if each not in already), None)


def _others(alert: Alert) -> list[int]:
    """Return our associations with somebody to tell; those that nobody minds first."""
    ours = select(Organisation.id).where(Organisation.own).order_by(Organisation.id)
    found = [each for each in db.session.scalars(ours) if coordinators_of(alert, [each])]
    return sorted(found, key=lambda each: _minds(alert, each))


def _minds(alert: Alert, organisation: int) -> bool:
    """Say whether the person in need does not want somebody who coordinates there."""
    there = {person.id for person in people_with_role(Role.COORDINATOR, organisation)}
    return bool(there & unwanted_by(alert.person_id))


def _readiness(people: Sequence[int]) -> dict[int, int]:
    now = clock.now()
    ready = case((roster.on_duty(now), ON_DUTY), (roster.available(now), AVAILABLE), else_=AWAY)
    rows = select(Responder.person_id, ready).where(Responder.person_id.in_(people))
    return {person: rank for person, rank in db.session.execute(rows)}  # noqa: C416
