"""Reads about places, and what of a place may be shown to whom."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from nucleus.ground.database import db
from nucleus.places.models import Place


def waiting_places(limit: int = 200) -> Sequence[Place]:
    """Return places in the tray: never tried, without a point or without their public point."""
    incomplete = or_(Place.lat.is_(None), Place.hidden & Place.public_lat.is_(None))
    waiting = select(Place).where(incomplete, Place.tried_at.is_(None))
    return db.session.scalars(waiting.order_by(Place.id).limit(limit)).all()


def shown_point(place: Place, *, exactly: bool) -> tuple[float, float] | None:
    """Return the point that may be shown: the true one, or the public one of a hidden place."""
    if place.hidden and not exactly:
        point = (place.public_lat, place.public_lon)
    else:
        point = (place.lat, place.lon)
    lat, lon = point
    return (lat, lon) if lat is not None and lon is not None else None
