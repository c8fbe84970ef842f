"""Verbs that change places."""

from dataclasses import dataclass

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.places.models import Place, new_uid

PERSON = "person"
"""The source of a point somebody put there by hand."""


@dataclass(frozen=True)
class Whereabouts:
    """Where something is said to be; *point* is latitude and longitude, if somebody knows it."""

    address: str | None = None
    comune: str | None = None
    province: str | None = None
    label: str | None = None
    point: tuple[float, float] | None = None
    hidden: bool = False

    @property
    def words(self) -> tuple[str | None, ...]:
        """Return what is said of it without numbers."""
        return self.address, self.comune, self.province, self.label


def add_place(
    said: Whereabouts,
    *,
    source: str = "typed",
    by: int | None = None,
    insists: str | None = None,
) -> Place:
    """Add a place; without a point it waits until maps finds one.

    Args:
        said: where it is.
        source: who says so.
        by: the person who says so, if it was one.
        insists: why the point is right although it does not lie in the town.
    """
    place = new_place(said, source=source)
    place.insisted = insists
    if said.point and by:
        pin_place(place, said.point, by=by)
    db.session.flush()
    return place


def new_place(said: Whereabouts, *, source: str, uid: str | None = None) -> Place:
    """Return a place that is written with the next chunk.

    Args:
        said: where it is.
        source: who says so.
        uid: the name under which the world knows it already, if it does.
    """
    place = Place(source=source, hidden=said.hidden, uid=uid or new_uid(), precision="none")
    place.address, place.comune, place.province, place.label = said.words
    if said.point:
        pin_place(place, said.point)
    db.session.add(place)
    return place


def whereabouts_of(place: Place) -> Whereabouts:
    """Return what is said of a place now, its point only if somebody put it there."""
    known = place.precision == "pin" and place.lat is not None and place.lon is not None
    return Whereabouts(
        address=place.address,
        comune=place.comune,
        province=place.province,
        label=place.label,
        point=(place.lat, place.lon) if known else None,  # type: ignore[arg-type]
        hidden=place.hidden,
    )


def change_place(
    place: Place, said: Whereabouts, *, by: int | None = None, insists: str | None = None
) -> bool:
    """Change where something is; say whether anything differs.

    The public point of a hidden place is drawn once for a comune: only another comune draws
    another one. An address without a point goes back to the tray.

    Args:
        place: the place.
        said: where it is.
        by: the person who says so; nobody means a file.
        insists: why the point is right although it does not lie in the town.
    """
    before = whereabouts_of(place)
    if said == before:
        return False
    if (said.point, said.comune, said.province) != (before.point, before.comune, before.province):
        place.insisted = insists
    if (said.comune, said.province) != (before.comune, before.province):
        place.public_lat = place.public_lon = place.tried_at = None
    if said.hidden and place.public_lat is None:
        place.tried_at = None
    place.address, place.comune, place.province, place.label = said.words
    place.hidden = said.hidden
    if said.point and said.point != before.point:
        pin_place(place, said.point, by=by)
    elif not said.point and (before.point or said.words != before.words):
        send_back_to_tray(place)
    return True


def pin_place(place: Place, point: tuple[float, float], *, by: int | None = None) -> None:
    """Put a place where a person or a trusted file says it is; no machine moves it again."""
    place.lat, place.lon = point
    place.precision, place.query, place.geocoded_at = "pin", None, None
    place.confirmed_by_id, place.confirmed_at = (by, now()) if by else (None, None)
    if by:
        place.source = PERSON


def is_pinned_by_hand(place: Place) -> bool:
    """Say whether a person put it there: no file, no job and no geocoder moves it."""
    return place.precision == "pin" and place.confirmed_by_id is not None


def send_back_to_tray(place: Place) -> None:
    """Forget coordinates that belong to an older address, so that maps looks again."""
    place.lat = place.lon = place.geocoded_at = place.tried_at = place.asked_at = None
    place.query = place.confirmed_by_id = place.confirmed_at = None
    place.precision, place.ask_failures = "none", 0
