"""Where photos lie: under random names in the data directory, never under a name from outside."""

import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import event, select

from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.resources.photos.models import Photo
from nucleus.resources.photos.pictures import Picture

FOLDER = "photos"
LEFT_OVER_SECONDS = 3600
"""A file is written before its row; after an hour without one it never gets one."""


def path_of(token: str, *, small: bool = False) -> Path:
    """Return where the file of a photo lies; the token is one of ours, never one from outside."""
    return settings().data / FOLDER / token[:2] / f"{token}{'-small' if small else ''}.jpg"


def keep(picture: Picture) -> str:
    """Write both files down and return the token under which they are found."""
    token = secrets.token_hex(16)
    for data, small in ((picture.large, False), (picture.small, True)):
        path = path_of(token, small=small)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(data)
    return token


def forget(token: str) -> None:
    """Remove both files."""
    for small in (False, True):
        path_of(token, small=small).unlink(missing_ok=True)


def forget_when_kept(token: str) -> None:
    """Remove both files once the change that no longer needs them is kept, and not before."""

    @event.listens_for(db.session(), "after_commit", once=True)
    def _gone(_session: object) -> None:
        forget(token)


def sweep_photos() -> int:
    """Remove files that no row names: uploads that were cut off, rows that went with a person."""
    known = set(db.session.scalars(select(Photo.token)))
    oldest, gone = time.time() - LEFT_OVER_SECONDS, 0
    for path in _files():
        if path.stem.partition("-")[0] not in known and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _files() -> Iterator[Path]:
    yield from (settings().data / FOLDER).glob("??/*.jpg")
