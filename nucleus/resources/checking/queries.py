"""Reads of the check round: what is due, who rings whom, how far we are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from nucleus.ground.clock import local, now
from nucleus.ground.database import UTCDateTime, db
from nucleus.ground.web import settings
from nucleus.people.models import Person
from nucleus.resources.checking.models import CheckClaim
from nucleus.resources.freshness import EVENING
from nucleus.resources.models import Freshness, Resource
from nucleus.resources.policy import FINDABLE
from nucleus.resources.queries import resources_by_id
from nucleus.resources.reach import MANY_REACHES, Reach

SHUT = "suspended"
"""A place that is shut for now is asked whether it is open again."""

MANY = 1000
"""Nobody counts on: from here on a page says "more than a thousand"."""


@dataclass(frozen=True)
class Progress:
    """How far the round is: looked at today by a person, and still to do."""

    done: int
    left: int


@dataclass(frozen=True)
class Call:
    """Who telephones a place, and until when."""

    by_id: int
    name: str
    until: datetime


def due_count(reach: Reach) -> int:
    """Return how many places are to be checked, counting no further than a thousand.

    It stands on the start page of everybody who coordinates: counting 100,000 cost 0.3 CPU-s.
    """
    return db.session.scalar(_counting(reach)) or 0


@lru_cache(maxsize=MANY_REACHES)
def _counting(reach: Reach) -> Select[int]:
    """Return the question itself, made once: to make it takes longer than to ask it."""
    some = _due(reach).limit(MANY).subquery()
    return select(func.count()).select_from(some)


def places_to_check(reach: Reach, page: int, size: int) -> list[Resource]:
    """Return one page of what is due, the longest overdue first."""
    ids = db.session.scalars(_longest_first(reach).limit(size).offset((page - 1) * size)).all()
    return resources_by_id(ids)


def next_to_check(reach: Reach, person_id: int, *, but: int | None = None) -> Sequence[int]:
    """Return the ids of what is due and nobody else rings, the longest overdue first."""
    ringing = select(CheckClaim.resource_id).where(
        CheckClaim.until > now(), CheckClaim.by_id != person_id
    )
    free = _longest_first(reach).where(Resource.id.not_in(ringing))
    if but is not None:
        free = free.where(Resource.id != but)
    return db.session.scalars(free.limit(20)).all()


def progress_of(reach: Reach) -> Progress:
    """Return how far the round is today."""
    zone = settings().zone
    midnight = local(now(), settings().time_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    today = midnight.replace(tzinfo=zone)
    looked = (
        select(func.count(func.distinct(Freshness.resource_id)))
        .join(Resource, Resource.id == Freshness.resource_id)
        .where(Freshness.looked_at >= today, Freshness.by_id.is_not(None), reach.condition)
    )
    return Progress(db.session.scalar(looked) or 0, due_count(reach))


def calls_now(ids: Sequence[int]) -> dict[int, Call]:
    """Return who rings which of these places right now."""
    running = (
        select(CheckClaim.resource_id, CheckClaim.by_id, Person.name, CheckClaim.until)
        .join(Person, Person.id == CheckClaim.by_id)
        .where(CheckClaim.resource_id.in_(ids), CheckClaim.until > now())
    )
    return {row[0]: Call(row[1], row[2], row[3]) for row in db.session.execute(running)}


def due_groups(resource: Resource) -> list[str]:
    """Return which groups of facts of a place are to be checked."""
    rows = (row for row in resource.freshness if row.field_group != EVENING)
    return sorted(row.field_group for row in rows if row.due_at <= now())


def _longest_first(reach: Reach) -> Select[int]:
    """Return the same, the longest overdue first: a page of it reads no further than the page."""
    return _due(reach).order_by(Freshness.due_at, Resource.id)


def _due(reach: Reach) -> Select[int]:
    """Return the ids of places with a group that is due, each once: by the group due first."""
    other = aliased(Freshness)
    instant = bindparam("now", callable_=now, type_=UTCDateTime())  # when it is asked, not made
    sooner = or_(
        other.due_at < Freshness.due_at,
        and_(other.due_at == Freshness.due_at, other.field_group < Freshness.field_group),
    )
    one_sooner = exists().where(
        other.resource_id == Freshness.resource_id, _in_round(other.field_group), sooner
    )
    return (
        select(Resource.id)
        .join(Freshness, Freshness.resource_id == Resource.id)
        .where(Freshness.due_at <= instant, _in_round(Freshness.field_group), ~one_sooner)
        .where(_is_listed(), reach.condition)
    )


def _in_round(group: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return group != EVENING


def _is_listed() -> ColumnElement[bool]:
    return Resource.state.in_((*FINDABLE, SHUT))
