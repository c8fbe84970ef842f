"""On a first visit, and at night, two people go."""

from datetime import datetime

from sqlalchemy import exists, select

from alerts.models import Alert, Recipient
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.web import settings

TWO = 2
NIGHT_BEGINS, NIGHT_ENDS = 21, 7  # hours on the installation's wall clock


def two_go(person_id: int | None) -> str | None:
    """Return why two people go to somebody now: `night`, `first`; `None` when one may."""
    if is_night(clock.local(clock.now(), settings().time_zone)):
        return "night"
    return None if person_id is not None and was_visited(person_id) else "first"


def is_night(there: datetime) -> bool:
    """Say whether it is night on the wall clock."""
    return there.hour >= NIGHT_BEGINS or there.hour < NIGHT_ENDS


def was_visited(person_id: int) -> bool:
    """Say whether somebody has been there for this person before, for real."""
    before = exists().where(
        Recipient.alert_id == Alert.id,
        Recipient.arrived_at.is_not(None),
        Alert.person_id == person_id,
        ~Alert.drill,
    )
    return bool(db.session.scalar(select(before)))
