"""Knows Italy's comuni and localities by name, province and CAP, without asking the net."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from heapq import nsmallest
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from maps.earth.geometry import Point, distance_km
from maps.locating.addresses import Address, read_address, spelled_out
from nucleus.ground.words import plain

DATA = Path(__file__).parent.parent / "data" / "gazetteer.json.gz"

ENOUGH_ALIKE = 84
"""Below this share of equal letters (0 to 100) two names are not taken for the same one."""

NEARLY_THE_SAME = 92
"""From here on a slip of the pen is likelier than words before a name: *Monti San Biagio*."""

CERTAIN = 0.9
"""From this score on a match needs nobody to confirm it."""


STEPS = (-1, 0, 1)
SURE_KM = 35.0
"""So far the squares around a point hold every comune: half a degree east in the far north."""


class Precision(StrEnum):
    """How closely the gazetteer knows a place."""

    COMUNE = "comune"
    LOCALITY = "locality"


@dataclass(frozen=True)
class GazetteerPlace:
    """A comune or locality with its point; *istat* is empty for a locality."""

    name: str
    province: str
    region: str
    point: Point
    precision: Precision
    istat: str = ""
    caps: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return the name as people say it: *Teverola (CE)*."""
        return f"{self.name} ({self.province})"


@dataclass(frozen=True)
class Match:
    """A place the gazetteer found and how sure it is, from 0 to 1."""

    place: GazetteerPlace
    score: float

    @property
    def is_certain(self) -> bool:
        """Tell whether nobody needs to confirm it."""
        return self.score >= CERTAIN


class Gazetteer:
    """The index over the places; made once a process, about 10 MB."""

    def __init__(
        self,
        places: Iterable[tuple[GazetteerPlace, Iterable[str]]],
        *,
        provinces: Mapping[str, str],
        without_point: Iterable[Iterable[str]] = (),
    ) -> None:
        """Index the places under each of their names.

        Args:
            places: pairs of a place and all names it goes by.
            provinces: letters of each province to its full name.
            without_point: the names of each comune whose point nobody knows. They must be known
                all the same, or *Monte Cavallo* would be taken for some *Cavallo*.
        """
        self.places: list[GazetteerPlace] = []
        self._by_name: dict[str, list[GazetteerPlace]] = defaultdict(list)
        self._by_cap: dict[str, list[GazetteerPlace]] = defaultdict(list)
        self._squares: dict[tuple[int, int], list[GazetteerPlace]] = defaultdict(list)
        nowhere = [[plain(name) for name in names] for names in without_point]
        self.unplaced = len(nowhere)
        self._without_point = {name for names in nowhere for name in names}
        self._provinces = {plain(name): letters for letters, name in provinces.items()}
        self._letters = {plain(letters): letters for letters in provinces}
        for place, names in places:
            self._add(place, names)

    def _add(self, place: GazetteerPlace, names: Iterable[str]) -> None:
        self.places.append(place)
        if place.precision is Precision.COMUNE:
            self._squares[_square(place.point)].append(place)
        for name in {plain(each) for each in names}:
            self._by_name[name].append(place)
        for cap in place.caps:
            self._by_cap[cap].append(place)

    def find(self, query: str, limit: int = 8) -> list[Match]:
        """Return what the typed address or name may mean, best first; equal scores are a tie."""
        address = read_address(query)
        if self._has_no_point(address):
            return []
        found = self._exact(address) or self._by_postcode(address) or self._alike(address)
        scored = [Match(place, self._score(place, base, address)) for place, base in found]
        best = {match.place: match for match in sorted(scored, key=lambda match: match.score)}
        ranked = sorted(best.values(), key=lambda match: -match.score)
        return [match for match in ranked if match.score > 0.4][:limit]

    def nearest(self, point: Point) -> GazetteerPlace:
        """Return the comune whose centre lies nearest, to say in words where a point is."""
        return min(self._near(point), key=lambda place: distance_km(place.point, point))

    def around(self, point: Point, count: int) -> list[GazetteerPlace]:
        """Return the comuni whose centres lie nearest, the nearest first."""
        found = _nearest(count, self._near(point), point)
        if len(found) == count and distance_km(found[-1].point, point) <= SURE_KM:
            return found
        return _nearest(count, self._comuni(), point)

    def _near(self, point: Point) -> list[GazetteerPlace]:
        """Return the comuni of the squares around a point, or all where there are none.

        A square is half a degree: the nearest middle of all is never further than the next one.
        """
        row, column = _square(point)
        beside = ((row + north, column + east) for north in STEPS for east in STEPS)
        found = [place for square in beside for place in self._squares.get(square, ())]
        return found or self._comuni()

    def _comuni(self) -> list[GazetteerPlace]:
        return [one for one in self.places if one.precision is Precision.COMUNE]

    def _has_no_point(self, address: Address) -> bool:
        unknown = self._without_point.intersection(address.names)
        return bool(unknown) and not any(name in self._by_name for name in address.names)

    def _exact(self, address: Address) -> list[tuple[GazetteerPlace, float]]:
        """Look for a part that is a name, then for one that ends in a name: *via X Teverola*."""
        for name in address.names:
            if places := self._by_name.get(name):
                return [(place, 1.0) for place in places]
        return self._spelled_out(address) or self._at_the_end(address)

    def _spelled_out(self, address: Address) -> list[tuple[GazetteerPlace, float]]:
        """Look for a name with a shortened word: *S. Giovanni Rotondo*."""
        for name in address.names:
            if places := [one for full in spelled_out(name) for one in self._by_name.get(full, ())]:
                return [(place, 0.97) for place in places]
        return []

    def _at_the_end(self, address: Address) -> list[tuple[GazetteerPlace, float]]:
        for name in address.names:
            if places := self._ending(name, skip=1):
                slips = self._close(name, NEARLY_THE_SAME)
                return [*slips, *((place, 0.8 if slips else 0.95) for place in places)]
        for name in address.streets:
            if places := self._ending(name, skip=2):
                return [(place, 0.9) for place in places]
        return []

    def _ending(self, name: str, skip: int) -> list[GazetteerPlace]:
        words = name.split()
        for start in range(skip, len(words)):
            if places := self._by_name.get(" ".join(words[start:])):
                return places
        return []

    def _by_postcode(self, address: Address) -> list[tuple[GazetteerPlace, float]]:
        return [(place, 0.7) for place in self._by_cap.get(address.cap or "", ())]

    def _alike(self, address: Address) -> list[tuple[GazetteerPlace, float]]:
        for name in address.names:
            if close := self._close(name, ENOUGH_ALIKE):
                return close
        return []

    def _close(self, name: str, enough: float) -> list[tuple[GazetteerPlace, float]]:
        """Return the places whose whole name is written almost so; offered, never taken."""
        close = process.extract(
            name, self._by_name.keys(), scorer=fuzz.ratio, score_cutoff=enough, limit=5
        )
        return [
            (place, 0.85 * score / 100)
            for found, score, _ in close
            for place in self._by_name[found]
        ]

    def _score(self, place: GazetteerPlace, base: float, address: Address) -> float:
        """Weigh agreement with province and CAP; a comune goes before a locality of its name."""
        score = base
        if province := self.province_letters(address.province or ""):
            score += 0.1 if place.province == province else -0.5
        if address.cap and place.caps:
            score += 0.1 if address.cap in place.caps else -0.2
        if place.precision is not Precision.COMUNE:
            score -= 0.05
        return max(0.0, min(1.0, score))

    def province_letters(self, written: str) -> str | None:
        """Return the two letters of a province, written in full or as letters."""
        return self._letters.get(plain(written)) or self._provinces.get(plain(written))


def _nearest(count: int, places: Iterable[GazetteerPlace], point: Point) -> list[GazetteerPlace]:
    return nsmallest(count, places, key=lambda place: distance_km(place.point, point))


def _square(point: Point) -> tuple[int, int]:
    return int(point.lat // 0.5), int(point.lon // 0.5)


def stands_alone(matches: list[Match]) -> bool:
    """Tell whether the best match is certain and no other is as good."""
    if not matches or not matches[0].is_certain:
        return False
    return len(matches) == 1 or matches[1].score < matches[0].score - 0.04


@cache
def the_gazetteer() -> Gazetteer:
    """Return the gazetteer of this installation, loaded once a process (0.1 CPU-s)."""
    return load_gazetteer()


def load_gazetteer(path: Path = DATA) -> Gazetteer:
    """Read the built file; it carries the sources and their licences beside the places."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        data = json.load(file)
    provinces = {letters: name for letters, (name, _) in data["provinces"].items()}
    regions = {letters: region for letters, (_, region) in data["provinces"].items()}
    return Gazetteer(
        [*_comuni(data["comuni"], regions), *_localities(data, regions)],
        provinces=provinces,
        without_point=[names for _, names in data["without_point"]],
    )


def _comuni(
    rows: list[list[Any]], regions: dict[str, str]
) -> Iterable[tuple[GazetteerPlace, list[str]]]:
    for istat, province, lat, lon, caps, names in rows:
        place = GazetteerPlace(
            name=names[0],
            province=province,
            region=regions[province],
            point=Point(lat, lon),
            precision=Precision.COMUNE,
            istat=istat,
            caps=tuple(caps.split()),
        )
        yield place, names


def _localities(
    data: dict[str, Any], regions: dict[str, str]
) -> Iterable[tuple[GazetteerPlace, list[str]]]:
    for name, province, lat, lon in data["localities"]:
        place = GazetteerPlace(
            name=name,
            province=province,
            region=regions[province],
            point=Point(lat, lon),
            precision=Precision.LOCALITY,
        )
        yield place, [name]
