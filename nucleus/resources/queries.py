"""Reads about the places that help."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.people.models import Person
from nucleus.places.models import Place
from nucleus.resources.freshness import EVENING
from nucleus.resources.holidays.queries import NO_HOLIDAYS, Calendar
from nucleus.resources.hours import ITALY, Opening, hours_in_force, opening_at, rest_rule
from nucleus.resources.models import (
    ENDED,
    ForeignId,
    Freshness,
    Resource,
    Revision,
)
from nucleus.resources.terms import SCHEME

WHOLE = (
    joinedload(Resource.category),
    joinedload(Resource.place),
    selectinload(Resource.languages),
    selectinload(Resource.freshness),
    selectinload(Resource.sources),
)


def resource_by_id(resource_id: int) -> Resource | None:
    """Return one place with all its facts."""
    return db.session.get(Resource, resource_id, options=WHOLE)


def resources_by_id(ids: Sequence[int]) -> list[Resource]:
    """Return places with all their facts, in the order of the ids."""
    rows = db.session.scalars(select(Resource).where(Resource.id.in_(ids)).options(*WHOLE))
    found = {row.id: row for row in rows}
    return [found[one] for one in ids if one in found]


def resources_to_keep(page: int, size: int) -> tuple[list[Resource], int]:
    """Return one page of the upkeep list, hours to be read first, then the longest unconfirmed.

    Also returns how many there are in all. Retired places are left out.
    """
    confirmed = (
        select(Freshness.resource_id, func.max(Freshness.confirmed_at).label("at"))
        .where(Freshness.field_group != EVENING)
        .group_by(Freshness.resource_id)
        .subquery()
    )
    kept = select(Resource.id).where(Resource.state.not_in(ENDED))
    total = db.session.scalar(select(func.count()).select_from(kept.subquery())) or 0
    ordered = (
        kept.outerjoin(confirmed, confirmed.c.resource_id == Resource.id)
        .order_by(Resource.hours_unsure.desc(), confirmed.c.at.asc().nulls_first(), Resource.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return resources_by_id(db.session.scalars(ordered).all()), total


def categories_under(code: str) -> Select[int]:
    """Return, as SQL, the ids of a category and of the narrower ones in it."""
    kinds = select(Term.id).where(Term.scheme == SCHEME)
    itself = kinds.where(Term.code == code)
    return kinds.where(or_(Term.code == code, Term.parent_id.in_(itself)))


def categories() -> Sequence[Term]:
    """Return the categories a place may have, the narrower ones after the one they are in."""
    return db.session.scalars(select(Term).where(Term.scheme == SCHEME).order_by(Term.id)).all()


def category_by_code(code: str) -> Term | None:
    """Return one category."""
    return db.session.scalar(select(Term).where(Term.scheme == SCHEME, Term.code == code))


def hours_of(resource: Resource, day: date, holidays: Calendar = NO_HOLIDAYS) -> str | None:
    """Return the hours that hold at a place on a day, with the days its town keeps holiday.

    Who wrote hours for an emergency knew what day it is: nothing is added to them.
    """
    return hours_in_force(
        usual_hours(resource, holidays),
        resource.emergency_hours,
        until=resource.emergency_until,
        day=day,
    )


def usual_hours(resource: Resource, holidays: Calendar) -> str | None:
    """Return the usual hours of a place, with the days its town keeps holiday."""
    return resource.hours and resource.hours + rest_rule(holidays.days(resource.place))


def opening_of(resource: Resource, now: datetime, holidays: Calendar) -> Opening:
    """Tell whether the door is open, and what comes next as far as the hours in force say it."""
    today, until = now.astimezone(ITALY).date(), resource.emergency_until
    opening = opening_at(hours_of(resource, today, holidays), now)
    if until is None or today > until:
        return opening
    known = (opening.closes_at, opening.opens_at)
    closes, opens = (each if each and each.date() <= until else None for each in known)
    return replace(opening, closes_at=closes, opens_at=opens)


def known_from(source: str, uids: set[str]) -> dict[str, ForeignId]:
    """Return which of these an earlier run brought from this source, by the uid of the row."""
    known = select(ForeignId).where(ForeignId.source == source, ForeignId.uid.in_(uids))
    rows = db.session.scalars(known.options(joinedload(ForeignId.resource).options(*WHOLE)))
    return {row.uid: row for row in rows.unique()}


def resources_by_uid(uids: set[str]) -> dict[str, Resource]:
    """Return places by the names under which the world knows them.

    The name of one that was merged leads to the one that stayed.
    """
    if not uids:
        return {}
    rows = db.session.scalars(select(Resource).where(Resource.uid.in_(uids)).options(*WHOLE))
    return {row.uid: surviving(row) for row in rows.unique()}


def surviving(resource: Resource) -> Resource:
    """Return the place an entry was merged into, however often; else the place itself."""
    seen = {resource.id}
    while resource.merged_into_id and resource.merged_into_id not in seen:
        seen.add(resource.merged_into_id)
        resource = db.session.get_one(Resource, resource.merged_into_id)
    return resource


def revisions_of(resource_id: int) -> Sequence[Revision]:
    """Return the changes of a place, the newest first."""
    kept = select(Revision).where(Revision.resource_id == resource_id)
    return db.session.scalars(kept.order_by(Revision.id.desc())).all()


def page_of_revisions(resource_id: int, page: int, size: int) -> tuple[Sequence[Revision], int]:
    """Return one page of the changes of a place, the newest first, and how many there are."""
    kept = select(Revision).where(Revision.resource_id == resource_id)
    total = db.session.scalar(select(func.count()).select_from(kept.subquery())) or 0
    rows = kept.order_by(Revision.at.desc(), Revision.id.desc())
    return db.session.scalars(rows.limit(size).offset((page - 1) * size)).all(), total


def revision_by_id(revision_id: int) -> Revision | None:
    """Return one change."""
    return db.session.get(Revision, revision_id)


def names_of_people(ids: set[int]) -> dict[int, str]:
    """Return what the people who changed something are called."""
    rows = db.session.scalars(select(Person).where(Person.id.in_(ids)))
    return {person.id: person.name for person in rows}


def keepers_beside(resource: Resource) -> list[int | None]:
    """Return who keeps each other service that stands at the same place."""
    there = Resource.place_id == resource.place_id, Resource.id != resource.id
    return list(db.session.scalars(select(Resource.organisation_id).where(*there)))


def is_shared(place: Place) -> bool:
    """Say whether more than one service stands at this place."""
    here = select(func.count()).select_from(Resource).where(Resource.place_id == place.id)
    return (db.session.scalar(here) or 0) > 1
