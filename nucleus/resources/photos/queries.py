"""Reads about photos of places."""

import re
from collections.abc import Sequence

from sqlalchemy import func, select

from nucleus.ground.database import db
from nucleus.resources.photos.models import Photo

TOKEN = re.compile(r"[0-9a-f]{32}")


def photos_of(resource_id: int) -> Sequence[Photo]:
    """Return the photos of a place in their order."""
    asked = select(Photo).where(Photo.resource_id == resource_id)
    return db.session.scalars(asked.order_by(Photo.position, Photo.id)).all()


def count_photos(resource_id: int) -> int:
    """Return how many photos a place has."""
    asked = select(func.count()).select_from(Photo).where(Photo.resource_id == resource_id)
    return db.session.scalar(asked) or 0


def photo_by_token(token: str) -> Photo | None:
    """Return the photo a page names."""
    if not TOKEN.fullmatch(token):  # a database may refuse what no token holds
        return None
    return db.session.scalar(select(Photo).where(Photo.token == token))


def photo_by_id(photo_id: int) -> Photo | None:
    """Return a photo."""
    return db.session.get(Photo, photo_id)
