"""Reads about organisations and their areas."""

from collections.abc import Sequence

from sqlalchemy import func, select

from nucleus.ground.database import db
from nucleus.people.models import Organisation
from nucleus.resources.models import ENDED, OrganisationArea, Resource


def organisations() -> Sequence[Organisation]:
    """Return the associations of the house itself, by name; partners keep no places here."""
    ours = select(Organisation).where(Organisation.own)
    return db.session.scalars(ours.order_by(Organisation.name)).all()


def organisation_by_id(organisation_id: int) -> Organisation | None:
    """Return one of our own associations."""
    found = db.session.get(Organisation, organisation_id)
    return found if found and found.own else None


def area_of(organisation_id: int) -> Sequence[OrganisationArea]:
    """Return the parts of an organisation's area, as they were written."""
    parts = select(OrganisationArea).where(OrganisationArea.organisation_id == organisation_id)
    return db.session.scalars(parts.order_by(OrganisationArea.id)).all()


def kept_by_organisation() -> dict[int, int]:
    """Return how many places each organisation keeps."""
    kept = (
        select(Resource.organisation_id, func.count())
        .where(Resource.organisation_id.is_not(None), Resource.state.not_in(ENDED))
        .group_by(Resource.organisation_id)
    )
    return {owner: number for owner, number in db.session.execute(kept) if owner is not None}
