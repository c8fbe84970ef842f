"""Finds the building a row speaks of: two desks of one building are one place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import cos, hypot, radians

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, or_, select

from nucleus.ground.database import db
from nucleus.ground.words import plain
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, new_place
from nucleus.resources.drafts import Draft

SAME_PLACE_KM = 0.1
"""Two desks of one building are drawn up to this far apart by those who list them."""

KM_A_DEGREE = 111.2
STEP = 0.002
"""Degrees; more than a hundred metres north or east, anywhere in Italy."""


@dataclass
class Buildings:
    """The places a chunk of rows may speak of, by town and house number, and by name."""

    by_number: dict[tuple[str, ...], list[Place]] = field(default_factory=dict)
    by_uid: dict[str, Place] = field(default_factory=dict)

    @classmethod
    def around(cls, drafts: Iterable[Draft]) -> "Buildings":
        """Read the places some rows may speak of, and no more."""
        found = cls()
        for place in db.session.scalars(select(Place).where(may_be_met(list(drafts)))):
            found.add(place)
        return found

    def add(self, place: Place) -> None:
        """Know one more."""
        self.by_number.setdefault(spot_of(place.comune, place.address), []).append(place)
        self.by_uid[place.uid] = place

    def place_for(self, said: Whereabouts, *, source: str, uid: str | None = None) -> Place:
        """Return the place where another service of the same building stands, or a new one."""
        if uid and uid in self.by_uid:
            return self.by_uid[uid]
        for place in self.by_number.get(spot_of(said.comune, said.address), ()):
            if uid is None and same_place(place, said):
                return place
        place = new_place(said, source=source, uid=uid)
        self.add(place)
        return place


def may_be_met(chunk: list[Draft]) -> ColumnElement[bool]:
    """Return, as SQL, the places a chunk may speak of: a step away, the same words, the same name.

    Only indexed columns are asked, so that the millionth row costs what the first one did.
    """
    points = [draft.where.point for draft in chunk if draft.where.point]
    near = [
        Place.lat.between(lat - STEP, lat + STEP) & Place.lon.between(lon - STEP, lon + STEP)
        for lat, lon in dict.fromkeys(points)
    ]
    towns = {draft.where.comune for draft in chunk if draft.where.comune}
    addresses = {draft.where.address for draft in chunk if draft.where.address}
    uids = {draft.place_uid for draft in chunk if draft.place_uid}
    same_words = Place.comune.in_(towns) & Place.address.in_(addresses) & ~Place.hidden
    return or_(same_words, Place.uid.in_(uids), *near)


def spot_of(comune: str | None, address: str | None) -> tuple[str, ...]:
    """Return the town and the house number, which two ways of writing an address share."""
    return (plain(comune or ""), *re.findall(r"\d+", plain(address or "")))


def same_place(place: Place, said: Whereabouts) -> bool:
    """Tell whether both are one building: the same address, written about the same, close by."""
    if not said.address or not place.address or place.hidden or said.hidden:
        return False
    mine, theirs = plain(place.address), plain(said.address)
    if spot_of(place.comune, place.address) != spot_of(said.comune, said.address):
        return False
    near = _km_apart(place, said)
    if near is None:
        return mine == theirs
    return near <= SAME_PLACE_KM and (mine == theirs or fuzz.token_set_ratio(mine, theirs) >= 85)


def _km_apart(place: Place, said: Whereabouts) -> float | None:
    """Return the distance in kilometres, on a flat earth: good enough for a hundred metres."""
    if said.point is None or place.lat is None or place.lon is None:
        return None
    north = place.lat - said.point[0]
    east = (place.lon - said.point[1]) * cos(radians(place.lat))
    return KM_A_DEGREE * hypot(north, east)
