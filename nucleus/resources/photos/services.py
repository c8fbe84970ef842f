"""Verbs that change the photos of a place."""

from datetime import datetime

from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.resources.models import Resource
from nucleus.resources.photos.files import forget_when_kept, keep
from nucleus.resources.photos.models import Photo
from nucleus.resources.photos.pictures import Caption, Picture
from nucleus.resources.photos.queries import photos_of
from nucleus.resources.services import subject_of

MOST_PHOTOS = 12


def add_photo(resource: Resource, picture: Picture, caption: Caption, *, actor: int) -> Photo:
    """Keep a photo, as the last one."""
    places = [photo.position for photo in photos_of(resource.id)]
    photo = Photo(resource_id=resource.id, token=keep(picture), added_at=now(), added_by_id=actor)
    photo.width, photo.height = picture.width, picture.height
    photo.position = max(places, default=0) + 1
    _say(photo, caption)
    db.session.add(photo)
    db.session.flush()
    journal.write("resources.add_photo", subject_of(resource), actor=actor, photo=photo.id)
    return photo


def edit_photo(photo: Photo, caption: Caption, *, actor: int) -> None:
    """Say something else of a photo."""
    _say(photo, caption)
    journal.write("resources.edit_photo", subject_of(photo.resource), actor=actor, photo=photo.id)


def move_photo(photo: Photo, *, earlier: bool, actor: int) -> None:
    """Show a photo one step earlier or later."""
    row = list(photos_of(photo.resource_id))
    here = row.index(photo)
    there = here + (-1 if earlier else 1)
    if 0 <= there < len(row):
        row.insert(there, row.pop(here))
    for position, one in enumerate(row, start=1):
        one.position = position
    journal.write("resources.move_photo", subject_of(photo.resource), actor=actor, photo=photo.id)


def remove_photo(photo: Photo, *, actor: int) -> None:
    """Remove a photo for good, its files as soon as that is kept."""
    subject, number = subject_of(photo.resource), photo.id
    forget_when_kept(photo.token)
    db.session.delete(photo)
    journal.write("resources.remove_photo", subject, actor=actor, photo=number)


def remove_photo_again(number: int, _at: datetime) -> bool:
    """Remove a photo that an older backup brought back."""
    photo = db.session.get_one(Photo, number)
    forget_when_kept(photo.token)
    db.session.delete(photo)
    return True


def _say(photo: Photo, caption: Caption) -> None:
    photo.alt, photo.taken_by, photo.taken_on = caption.alt, caption.taken_by, caption.taken_on
