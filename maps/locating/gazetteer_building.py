"""Joins ISTAT's comuni with GeoNames' points into the offline gazetteer (pure; run when building).

A comune gets a point only when name *and* province agree, or a name GeoNames also knows it by
agrees within the region and lies near the other comuni of its province, or its name begins with
that of one place of the province (*Brenzone sul Garda*). The rest stay without a point and ask
for a pin: guessing by CAP was right one time in eight.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import median
from typing import NamedTuple

from maps.earth.geometry import Point, distance_km
from maps.locating.gazetteer_names import ALSO_SAID, SEATS
from nucleus.ground.words import plain

REGIONS = {
    "piemonte": "12", "valle": "19", "lombardia": "09", "trentino": "17", "veneto": "20",
    "friuli": "06", "liguria": "08", "emilia": "05", "toscana": "16", "umbria": "18",
    "marche": "10", "lazio": "07", "abruzzo": "01", "molise": "11", "campania": "04",
    "puglia": "13", "basilicata": "02", "calabria": "03", "sicilia": "15", "sardegna": "14",
}  # fmt: skip
"""First word of a region's name to GeoNames' first-level code."""

SMALL = frozenset({"a", "al", "con", "da", "dei", "del", "di", "d", "e", "ed", "in", "sul"})
"""Words that people leave out, add or exchange without meaning another place."""

GENERIC = frozenset(
    {
        "alta", "alto", "borgo", "casa", "casale", "castel", "castello", "centro", "colle",
        "monte", "pieve", "ponte", "porto", "rocca", "santa", "santo", "terme", "terra",
        "terre", "torre", "valle", "villa", "ville"
    }
)  # fmt: skip
"""Words a name may begin with without saying which place it is."""

FAR_FROM_PROVINCE_KM = 70.0
"""No comune lies further than this from the middle of its province; a namesake elsewhere does."""


@dataclass(frozen=True)
class Comune:
    """A comune as ISTAT lists it, with its point once one is found."""

    istat: str
    name: str
    other_name: str
    province: str
    province_name: str
    region: str
    caps: tuple[str, ...]
    point: Point | None = None
    alias: str = ""


class Spot(NamedTuple):
    """A populated place of GeoNames."""

    name: str
    province: str
    region: str
    point: Point
    also: tuple[str, ...] = ()


def join(comuni: Iterable[Comune], spots: list[Spot], named: list[Spot]) -> list[Comune]:
    """Give each comune its point.

    Args:
        comuni: ISTAT's list.
        spots: GeoNames places that carry the province.
        named: GeoNames places that carry alternate names but only the region.
    """
    by_province, by_region = _by_name_and_province(spots), _by_name_and_region(named)
    joined = [_by_province(comune, by_province) for comune in comuni]
    middles = _middles(joined)
    joined = [one if one.point else _by_region(one, by_region, middles) for one in joined]
    joined = [one if one.point else _by_beginning(one, by_province) for one in joined]
    by_words = _by_words_and_province(spots)
    joined = [one if one.point else _by_words(one, by_words) for one in joined]
    return [one if one.point else _by_seat(one, by_province) for one in joined]


def localities(comuni: list[Comune], spots: list[Spot]) -> list[Spot]:
    """Return the places that are not comuni themselves: Ostia, Fregene, the frazioni."""
    taken = {(plain(name), one.province) for one in comuni for name in names_of(one)}
    return [spot for spot in spots if (plain(spot.name), spot.province) not in taken]


def names_of(comune: Comune) -> list[str]:
    """Return every name the comune goes by, the two languages of Alto Adige apart."""
    said = ALSO_SAID.get(comune.name.split("/")[0], ())
    names = [*comune.name.split("/"), comune.other_name, comune.alias, *said]
    return [name for name in dict.fromkeys(names) if name]


def _by_name_and_province(spots: list[Spot]) -> Mapping[tuple[str, str], Spot]:
    index: dict[tuple[str, str], Spot] = {}
    for spot in spots:
        index.setdefault((plain(spot.name), spot.province), spot)
    return index


def _by_name_and_region(named: list[Spot]) -> Mapping[tuple[str, str], list[Spot]]:
    index: dict[tuple[str, str], list[Spot]] = defaultdict(list)
    for spot in named:
        for name in {plain(each) for each in (spot.name, *spot.also)}:
            index[name, spot.region].append(spot)
    return index


def _by_province(comune: Comune, index: Mapping[tuple[str, str], Spot]) -> Comune:
    for name in names_of(comune):
        if spot := index.get((plain(name), comune.province)):
            return replace(comune, point=spot.point)
    return comune


def _by_region(
    comune: Comune, index: Mapping[tuple[str, str], list[Spot]], middles: Mapping[str, Point]
) -> Comune:
    middle = middles.get(comune.province)
    region = REGIONS[plain(comune.region).split()[0]]
    near = [
        (distance_km(middle, spot.point), spot)
        for name in names_of(comune)
        for spot in index.get((plain(name), region), ())
        if middle
    ]
    near = sorted((one for one in near if one[0] <= FAR_FROM_PROVINCE_KM), key=lambda one: one[0])
    if not near:
        return comune
    spot = near[0][1]
    return replace(comune, point=spot.point, alias=_new_name(comune, spot.name))


def _by_beginning(comune: Comune, index: Mapping[tuple[str, str], Spot]) -> Comune:
    """Try the name cut shorter and shorter, but not down to a word that many names begin with."""
    words = plain(names_of(comune)[0]).split()
    for length in range(len(words) - 1, 0, -1):
        beginning = " ".join(words[:length])
        if len(beginning) < 5 or beginning in GENERIC:
            break
        if spot := index.get((beginning, comune.province)):
            return replace(comune, point=spot.point)
    return comune


def _by_words_and_province(spots: list[Spot]) -> Mapping[str, list[tuple[list[str], Spot]]]:
    index: dict[str, list[tuple[list[str], Spot]]] = defaultdict(list)
    for spot in spots:
        index[spot.province].append((_telling(spot.name), spot))
    return index


def _by_words(comune: Comune, index: Mapping[str, list[tuple[list[str], Spot]]]) -> Comune:
    """Try the same words in another order, then a part of the comune: *Prazzo Superiore*.

    A part is only believed when no other comune of the province begins so, which the exact names
    have taken before.
    """
    for name in (comune.name, *names_of(comune)):
        wanted = _telling(name)
        same = [spot for words, spot in index[comune.province] if sorted(words) == sorted(wanted)]
        part = [spot for words, spot in index[comune.province] if words[: len(wanted)] == wanted]
        if found := (same or part):
            return replace(comune, point=found[0].point)
    return comune


def _by_seat(comune: Comune, index: Mapping[tuple[str, str], Spot]) -> Comune:
    """Try where a comune that was made of several has its seat, then the first of its parts."""
    name = comune.name.split("/")[0]
    parts = [SEATS.get(name, ""), *re.split(r"-| (?:e|ed|con) ", name)]
    for part in parts:
        if spot := index.get((plain(part), comune.province)):
            return replace(comune, point=spot.point)
    return comune


def _telling(name: str) -> list[str]:
    return [word for word in plain(name).split() if word not in SMALL]


def _new_name(comune: Comune, name: str) -> str:
    known = {plain(each) for each in names_of(comune)}
    return "" if plain(name) in known else name


def _middles(comuni: list[Comune]) -> dict[str, Point]:
    points: dict[str, list[Point]] = defaultdict(list)
    for comune in comuni:
        if comune.point:
            points[comune.province].append(comune.point)
    return {
        province: Point(median(p.lat for p in all_), median(p.lon for p in all_))
        for province, all_ in points.items()
    }
