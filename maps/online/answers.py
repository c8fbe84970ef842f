"""Reads what an online geocoder says: how well it knows the place, and in which town (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maps.earth.geometry import Point

STREET, LOCALITY, COMUNE, NONE = "street", "locality", "comune", "none"
ORDER = ("pin", STREET, LOCALITY, COMUNE, NONE)
"""Precisions, the best first."""

TOWN_WORDS = ("city", "town", "village", "municipality", "locality", "localadmin")
PART_WORDS = ("hamlet", "suburb", "quarter", "neighbourhood", "borough", "isolated_dwelling")
WIDER = ("county", "province", "state", "region", "country", "postcode", "macroregion")
"""Kinds of answer that are no place anybody can walk to."""


@dataclass(frozen=True)
class Answer:
    """One answer; without a point the geocoder knows nothing of the query."""

    precision: str
    point: Point | None = None
    label: str = ""
    country: str = ""
    towns: tuple[str, ...] = ()


NOTHING = Answer(NONE)


def is_better(one: str, other: str) -> bool:
    """Say whether one precision is better than another."""
    return ORDER.index(one) < ORDER.index(other)


def read_answer(kind: str, raw: Mapping[str, Any], *, lat: object, lon: object) -> Answer:
    """Read one result of Nominatim, Photon or Pelias.

    Raises ValueError, TypeError, AttributeError or KeyError for what is none.
    """
    point = Point(float(str(lat)), float(str(lon)))
    if not (-90 <= point.lat <= 90 and -180 <= point.lon <= 180):
        raise ValueError("no point on earth")
    precision, country, towns, label = READERS[kind](raw)
    return Answer(precision, point, label[:300], country.lower()[:2], towns)


Read = tuple[str, str, tuple[str, ...], str]


def _of_nominatim(raw: Mapping[str, Any]) -> Read:
    address = raw.get("address") or {}
    kind = str(raw.get("addresstype") or raw.get("type") or "")
    precision = _precision(kind, exact=bool({"house_number", "road"} & address.keys()))
    towns = _named(address, TOWN_WORDS)
    label = str(raw.get("display_name") or "")
    return precision, str(address.get("country_code") or ""), towns, label


def _of_photon(raw: Mapping[str, Any]) -> Read:
    facts = raw["properties"]
    kind = str(facts.get("type") or facts.get("osm_value") or "")
    precision = _precision(kind, exact=kind in {"house", "street"} or "street" in facts)
    names = ("city", "locality", "name") if precision == COMUNE else ("city", "locality")
    label = ", ".join(_named(facts, ("name", "street", "housenumber", "city", "county")))
    return precision, str(facts.get("countrycode") or ""), _named(facts, names), label


def _of_pelias(raw: Mapping[str, Any]) -> Read:
    facts = raw["properties"]
    kind = str(facts.get("layer") or "")
    exact = kind in {"address", "venue", "street", "intersection"}
    guessed = facts.get("match_type") == "fallback" or facts.get("accuracy") == "centroid"
    precision = _precision(kind, exact=exact and not (guessed and kind != "street"))
    towns = _named(facts, ("locality", "localadmin"))
    return precision, _two_letters(facts), towns, str(facts.get("label") or "")


READERS = {"nominatim": _of_nominatim, "photon": _of_photon, "pelias": _of_pelias}


def _precision(kind: str, *, exact: bool) -> str:
    """Return how well a result of a kind is known; a county or a country is no place."""
    if kind in WIDER:
        return NONE
    if kind in TOWN_WORDS or kind in {"administrative", "city", "town"}:
        return COMUNE
    if kind in PART_WORDS or kind == "district":
        return LOCALITY
    return STREET if exact else LOCALITY


def _named(facts: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(facts[name])[:120] for name in names if facts.get(name)))


def _two_letters(facts: Mapping[str, Any]) -> str:
    three = str(facts.get("country_a") or "").upper()
    return str(facts.get("country_code") or ("it" if three == "ITA" else three[:2]))
