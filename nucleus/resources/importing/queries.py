"""Reads what a list told before, without reading the places themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.reach import Reach


@dataclass(frozen=True)
class Known:
    """What a source told of a place last time, and who looks after that place."""

    told: Mapping[str, Any]
    organisation: int | None
    comune: str | None
    province: str | None

    def says(self, told: Mapping[str, Any]) -> bool:
        """Tell whether the source said the same already."""
        return all(name in self.told and self.told[name] == told[name] for name in told)

    def is_within(self, reach: Reach) -> bool:
        """Tell whether the place is looked after by whoever reaches so far."""
        return reach.holds(self.organisation, self.comune, self.province)


def told_before(source: str, uids: set[str]) -> dict[str, Known]:
    """Return what an earlier run heard from this source, by the uid of the row."""
    said = (ForeignId.uid, ForeignId.told, Resource.organisation_id, Place.comune, Place.province)
    known = (
        select(*said)
        .join(Resource, Resource.id == ForeignId.resource_id)
        .outerjoin(Place, Place.id == Resource.place_id)
        .where(ForeignId.source == source, ForeignId.uid.in_(uids))
    )
    return {uid: Known(*rest) for uid, *rest in db.session.execute(known)}


def uids_of_ours(uids: set[str]) -> set[str]:
    """Return those names under which the world knows a place of ours."""
    known = select(Resource.uid).where(Resource.uid.in_(uids))
    return set(db.session.scalars(known)) if uids else set()
