"""The monthly drill: once a month each way to reach a person is tried, and one tap proves it.

What was proven this month by a real message needs no drill. A drill goes to people of our own
associations only, never to a partner or to another program, and never in quiet hours.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from alerts.models import Drill, DrillPlan
from alerts.telling.words import Texts, drill
from nucleus.ground import clock, journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import proves, subject_of
from nucleus.ground.web import settings
from nucleus.messages.quiet import quiet_end
from nucleus.messages.services import Draft, post_to_contact
from nucleus.people.models import SENDING, Channel, ContactPoint, Organisation, Person, Role
from nucleus.people.models import RoleGrant as Grant

DRILL = "drill"
DRILL_PATH = "/d/"
DAYS = 28  # every month has them
LATEST_HOUR = 21
AT_ONCE = 50
TRIED = (Role.RESPONDER, Role.COORDINATOR)
CHANNELS = tuple(channel for channel in SENDING if channel != Channel.WEBHOOK)


def run_drills() -> int:
    """Try the contacts whose day of the month has come; return how many."""
    here = clock.local(now(), settings().time_zone)
    plans = select(DrillPlan).where(DrillPlan.active, DrillPlan.hour <= here.hour)
    if here.hour >= LATEST_HOUR:
        return 0
    return sum(_try_contacts(plan, here) for plan in db.session.scalars(plans).all())


def edit_drill(organisation: int, *, active: bool, hour: int, by: int) -> None:
    """Switch the drills of an association on or off, and choose the hour of the day."""
    plan = db.session.get(DrillPlan, organisation) or DrillPlan(organisation_id=organisation)
    plan.active, plan.hour = active, hour
    db.session.add(plan)
    journal.write(
        "alerts.edit_drill", f"organisation:{organisation}", actor=by, active=active, hour=hour
    )


def drill_by_token(token: str) -> Drill | None:
    """Return which drill a link belongs to; `None` if it is cut, foreign or made up."""
    subject = subject_of(token)
    found = db.session.get(Drill, subject) if subject else None
    return found if found and proves(token, DRILL, found.id, found.nonce) else None


def answer_drill(found: Drill) -> bool:
    """Note that a drill reached its person: that proves the contact. The same again is nothing."""
    if found.answered_at is not None:
        return False
    found.answered_at = now()
    db.session.get_one(ContactPoint, found.contact_point_id).proven_at = now()
    journal.write("alerts.answer_drill", f"person:{found.person_id}", actor=found.person_id)
    return True


def _try_contacts(plan: DrillPlan, here: datetime) -> int:
    awake = [point for point in _due(plan, here) if not _sleeps(point)]
    for point in awake:
        row = Drill(
            person_id=point.person_id, contact_point_id=point.id, month=f"{here:%Y-%m}",
            posted_at=now(),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        post_to_contact(_draft(row, drill()), point.id, link_subject=row.id)
    if awake:
        tried = [point.id for point in awake]
        journal.write(
            "alerts.run_drills", f"organisation:{plan.organisation_id}", contact_points=tried
        )
    return len(awake)


def _due(plan: DrillPlan, here: datetime) -> Sequence[ContactPoint]:
    """Return the contacts whose day has come and that nothing has proven this month."""
    begins = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    tried = exists().where(
        Drill.contact_point_id == ContactPoint.id, Drill.month == f"{here:%Y-%m}"
    )
    asked = exists().where(Grant.person_id == Person.id, Grant.role.in_(TRIED))
    due = (
        select(ContactPoint)
        .join(Person, Person.id == ContactPoint.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(
            Organisation.id == plan.organisation_id,
            Organisation.own,
            Person.stopped_at.is_(None),
            ContactPoint.channel.in_(CHANNELS),
            ContactPoint.retired_at.is_(None),
            func.coalesce(ContactPoint.proven_at, ContactPoint.verified_at) < begins,
            ContactPoint.id % DAYS < here.day,
            asked,
            ~tried,
        )
    )
    return db.session.scalars(due.order_by(ContactPoint.id).limit(AT_ONCE)).all()


def _sleeps(point: ContactPoint) -> bool:
    zone = settings().zone
    end = quiet_end(now(), point.quiet_from, quiet_until=point.quiet_until, zone=zone)
    return end is not None


def _draft(row: Drill, texts: Texts) -> Draft:
    return Draft(
        kind=DRILL, texts=texts, origin=DRILL, origin_id=row.id, drill=True, nonce=row.nonce,
        link_purpose=DRILL, link_path=DRILL_PATH, valid_until=now() + timedelta(days=1),
    )  # fmt: skip
