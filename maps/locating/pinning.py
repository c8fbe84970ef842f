"""Puts places where a person says they are, and settles points that are good enough as they are."""

from collections.abc import Sequence
from dataclasses import replace

from maps.earth.geometry import Point
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.places.doubting import Disagreement, disagreement_of
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, whereabouts_of
from nucleus.resources.models import Resource
from nucleus.resources.services import Occasion, edit_resource, move_resource, subject_of


class OutsideTown(ValueError):
    """A pin lies outside the town that was typed; `doubt` names both towns."""

    def __init__(self, doubt: Disagreement) -> None:
        """Take what is doubted."""
        super().__init__(doubt.typed)
        self.doubt = doubt


def pin_place(resource: Resource, point: Point, *, actor: int, insists: str = "") -> None:
    """Put the pin of a place where a person says, and keep the change as a revision.

    Args:
        resource: the place.
        point: where it is.
        actor: who says so.
        insists: why it is right although it lies outside the typed town.

    Raises:
        OutsideTown: it does, and nobody said why. Nothing was changed.
    """
    said = whereabouts_of(resource.place) if resource.place else Whereabouts()
    rounded = (round(point.lat, 6), round(point.lon, 6))
    pinned = replace(said, point=rounded)
    doubt = disagreement_of(pinned)
    if doubt and not insists:
        raise OutsideTown(doubt)
    if said.point == rounded:
        _confirm(resource.place, actor)
        if doubt and resource.place:
            resource.place.insisted = insists
        return
    was_at = move_resource(resource, pinned, by=actor, insists=insists if doubt else None)
    edit_resource(resource, {}, was_at=was_at, occasion=Occasion(actor, why=insists or None))
    journal.write(
        "maps.pin_place", subject_of(resource), actor=actor, insisted=bool(doubt and insists)
    )


def accept_places(resources: Sequence[Resource], *, actor: int) -> int:
    """Say that the middle of the town is all that is to be shown of these places."""
    places = {one.place.id: one for one in resources if one.place and one.place.lat is not None}
    for one in places.values():
        if one.place and one.place.precision != "pin":
            _confirm(one.place, actor)
            journal.write("maps.accept_places", subject_of(one), actor=actor)
    return len(places)


def _confirm(place: Place | None, actor: int) -> None:
    if place is not None:
        place.confirmed_by_id, place.confirmed_at = actor, now()
