"""Reads which places have no point anybody could be sent to: the tray "put the pin"."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select

from maps.locating.waiting import VAGUE
from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.resources.models import ENDED, Resource
from nucleus.resources.queries import resources_by_id
from nucleus.resources.reach import EVERYTHING, Reach


def _without_pin(reach: Reach, comune: str = "") -> Select[int]:
    """Select the services in a reach whose point is no door and that nobody settled, by ids."""
    vague = or_(Place.lat.is_(None), Place.precision.in_(VAGUE))
    waiting = (
        select(Resource.id)
        .join(Place, Place.id == Resource.place_id)
        .where(
            vague,
            Place.confirmed_at.is_(None),
            Resource.state.not_in(ENDED),
            reach.condition,
        )
    )
    return waiting.where(Place.comune == comune) if comune else waiting


def places_to_pin(
    reach: Reach, comune: str = "", *, after: int = 0, limit: int = 50
) -> list[Resource]:
    """Return services in a reach whose pin is missing, from one id on."""
    waiting = _without_pin(reach, comune).where(Resource.id > after).order_by(Resource.id)
    return resources_by_id(db.session.scalars(waiting.limit(limit)).all())


def count_to_pin(reach: Reach = EVERYTHING, comune: str = "") -> int:
    """Return how many there are."""
    waiting = _without_pin(reach, comune).subquery()
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0


def comuni_to_pin(reach: Reach) -> Sequence[tuple[str, int]]:
    """Return the towns in which pins are missing, with how many."""
    ids = _without_pin(reach).subquery()
    counted = (
        select(Place.comune, func.count())
        .join(Resource, Resource.place_id == Place.id)
        .where(Resource.id.in_(select(ids.c.id)), Place.comune.is_not(None))
        .group_by(Place.comune)
        .order_by(Place.comune)
    )
    return [(row[0] or "", row[1]) for row in db.session.execute(counted)]
