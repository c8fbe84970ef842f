"""Finds the building a row speaks of: two desks of one building are one place."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import cos, floor, hypot, radians
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, or_, select

from nucleus.ground.database import db
from nucleus.ground.words import plain
from nucleus.places.models import Place, new_uid
from nucleus.places.services import Whereabouts
from nucleus.resources.drafts import Draft

SAME_PLACE_KM = 0.1
"""Two desks of one building are drawn up to this far apart by those who list them."""

KM_A_DEGREE = 111.2
STEP = 0.002
"""Degrees; more than a hundred metres north or east, anywhere in Italy."""

TOGETHER = 0.05
"""Degrees; points of a list no further apart than this are asked for in one box."""

ASKED_ONCE: dict[str, Any] = {"compiled_cache": None}
"""Each chunk asks for other boxes: five hundred such statements, kept ready, took 100 MB."""


@dataclass(frozen=True)
class Building:
    """A place as the rows of a list are compared with it; *number* is None until it is written."""

    uid: str
    said: Whereabouts
    number: int | None = None

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Building":
        """Return the building a row of the table speaks of."""
        words = {name: facts[name] for name in ("address", "comune", "province", "label", "hidden")}
        known = facts["lat"] is not None and facts["lon"] is not None
        point = (facts["lat"], facts["lon"]) if known else None
        return cls(facts["uid"], Whereabouts(**words, point=point), facts["id"])


COLUMNS = (
    *(Place.id, Place.uid, Place.address, Place.comune, Place.province, Place.label),
    *(Place.lat, Place.lon, Place.hidden),
)


@dataclass
class Buildings:
    """The places a chunk of rows may speak of, by town and house number, and by name."""

    by_number: dict[tuple[str, ...], list[Building]] = field(default_factory=dict)
    by_uid: dict[str, Building] = field(default_factory=dict)

    @classmethod
    def around(cls, drafts: Iterable[Draft]) -> "Buildings":
        """Read the places some rows may speak of, and no more."""
        found = cls()
        asked = select(*COLUMNS).where(may_be_met(list(drafts)))
        for row in db.session.execute(asked, execution_options=ASKED_ONCE).mappings():
            found.add(Building.of(dict(row)))
        return found

    def add(self, building: Building) -> None:
        """Know one more."""
        said = building.said
        self.by_number.setdefault(spot_of(said.comune, said.address), []).append(building)
        self.by_uid[building.uid] = building

    def find(self, said: Whereabouts, *, uid: str | None = None) -> Building | None:
        """Return the building where another service stands already."""
        if uid:
            return self.by_uid.get(uid)
        there = self.by_number.get(spot_of(said.comune, said.address), ())
        return next((one for one in there if same_place(one.said, said)), None)

    def found_or_new(self, said: Whereabouts, *, uid: str | None = None) -> Building:
        """Return the building where another service stands, or one that is to be written."""
        building = self.find(said, uid=uid)
        if building is None:
            building = Building(uid or new_uid(), said)
            self.add(building)
        elif building.said.point is None and said.point and building.number is None:
            building = self._with_point(building, said)
        return building

    def _with_point(self, building: Building, said: Whereabouts) -> Building:
        """Let a building that is yet to be written stand where the second row of it says."""
        found = replace(building, said=replace(building.said, point=said.point))
        there = self.by_number[spot_of(building.said.comune, building.said.address)]
        there[there.index(building)] = self.by_uid[building.uid] = found
        return found


def may_be_met(chunk: list[Draft]) -> ColumnElement[bool]:
    """Return, as SQL, the places a chunk may speak of: a step away, the same words, the same name.

    Only indexed columns are asked, so that the millionth row costs what the first one did.
    """
    points = {draft.where.point for draft in chunk if draft.where.point}
    near = [
        Place.lat.between(south, north) & Place.lon.between(west, east)
        for south, north, west, east in boxes_around(points)
    ]
    towns = {draft.where.comune for draft in chunk if draft.where.comune}
    addresses = {draft.where.address for draft in chunk if draft.where.address}
    uids = {draft.place_uid for draft in chunk if draft.place_uid}
    same_words = Place.comune.in_(towns) & Place.address.in_(addresses) & ~Place.hidden
    return or_(same_words, Place.uid.in_(uids), *near)


def boxes_around(
    points: Iterable[tuple[float, float]],
) -> Iterator[tuple[float, float, float, float]]:
    """Yield boxes (south, north, west, east) in which everything a step away from a point lies.

    Lists are mostly sorted by town: neighbours share a box, a hundred rows ask for a few of them.
    """
    rows = sorted((floor(lat / STEP), lon) for lat, lon in points)
    for row, lons in groupby(rows, key=lambda point: point[0]):
        south, north = (row - 1) * STEP, (row + 2) * STEP
        west = east = None
        for _row, lon in lons:
            if west is not None and east is not None and lon - east > TOGETHER:
                yield south, north, west - STEP, east + STEP
                west = None
            west, east = lon if west is None else west, lon
        if west is not None and east is not None:
            yield south, north, west - STEP, east + STEP


def spot_of(comune: str | None, address: str | None) -> tuple[str, ...]:
    """Return the town and the house number, which two ways of writing an address share."""
    return (plain(comune or ""), *re.findall(r"\d+", plain(address or "")))


def same_place(there: Whereabouts, said: Whereabouts) -> bool:
    """Tell whether both are one building: the same address, written about the same, close by."""
    if not said.address or not there.address or there.hidden or said.hidden:
        return False
    mine, theirs = plain(there.address), plain(said.address)
    if spot_of(there.comune, there.address) != spot_of(said.comune, said.address):
        return False
    near = _km_apart(there, said)
    if near is None:
        return mine == theirs
    return near <= SAME_PLACE_KM and (mine == theirs or fuzz.token_set_ratio(mine, theirs) >= 85)


def _km_apart(there: Whereabouts, said: Whereabouts) -> float | None:
    """Return the distance in kilometres, on a flat earth: good enough for a hundred metres."""
    if said.point is None or there.point is None:
        return None
    north = there.point[0] - said.point[0]
    east = (there.point[1] - said.point[1]) * cos(radians(there.point[0]))
    return KM_A_DEGREE * hypot(north, east)
