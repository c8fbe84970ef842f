"""Reads about the places that help."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.places.models import Place
from nucleus.resources.models import Freshness, Resource, ResourceLanguage
from nucleus.resources.terms import SCHEME

WHOLE = (
    joinedload(Resource.category),
    joinedload(Resource.place),
    selectinload(Resource.languages),
    selectinload(Resource.freshness),
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
        .group_by(Freshness.resource_id)
        .subquery()
    )
    kept = select(Resource.id).where(Resource.state != "retired")
    total = db.session.scalar(select(func.count()).select_from(kept.subquery())) or 0
    ordered = (
        kept.outerjoin(confirmed, confirmed.c.resource_id == Resource.id)
        .order_by(Resource.hours_unsure.desc(), confirmed.c.at.asc().nulls_first(), Resource.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return resources_by_id(db.session.scalars(ordered).all()), total


def categories() -> Sequence[Term]:
    """Return the categories a place may have."""
    return db.session.scalars(select(Term).where(Term.scheme == SCHEME).order_by(Term.id)).all()


def languages_in_use() -> list[str]:
    """Return the codes of the languages spoken at any place."""
    return list(
        db.session.scalars(select(ResourceLanguage.language).distinct().order_by("language"))
    )


def category_by_code(code: str) -> Term | None:
    """Return one category."""
    return db.session.scalar(select(Term).where(Term.scheme == SCHEME, Term.code == code))


def resources_of_source(source: str, foreign_ids: set[str]) -> dict[str, Resource]:
    """Return which of these an earlier run brought from this source, by foreign id."""
    known = select(Resource).where(Resource.source == source, Resource.foreign_id.in_(foreign_ids))
    rows = db.session.scalars(known.options(*WHOLE))
    return {row.foreign_id or "": row for row in rows.unique()}


def is_shared(place: Place) -> bool:
    """Say whether more than one service stands at this place."""
    here = select(func.count()).select_from(Resource).where(Resource.place_id == place.id)
    return (db.session.scalar(here) or 0) > 1
