"""How alike two entries are, and why: titles, distance, phone and web page; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import cos, floor, hypot, radians
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz.distance import Levenshtein

from nucleus.ground.words import plain

NEAR_METRES = 100
APART_METRES = 2_000
"""Farther than this, with other names, a shared web page is an association with two houses."""

EDITS, WORDS_APART = 0.30, 2
METRES_A_DEGREE = 111_200
CELL_LAT, CELL_LON = 0.001, 0.0025
"""Degrees of a square: never narrower than a hundred metres, up to the north of Norway."""

ROW = 1_000_000
EXACT = ("pin", "street")
SHARED_WEB = frozenset(
    {"facebook.com", "instagram.com", "google.com", "sites.google.com", "wordpress.com"}
)
"""Hosts on which everybody has a page; they say nothing of who one is."""

PHONE_END, SHORTEST_PHONE = 9, 7
LONG_WORD = 4
NAME_WORDS = 2


@dataclass(frozen=True)
class Entry:
    """What is compared of an entry.

    Attributes:
        title: its name in plain letters.
        point: latitude and longitude, None when nobody knows it.
        exact: the point is a house and not the middle of a town.
        address: street and number in plain letters.
    """

    id: int | None
    title: str
    point: tuple[float, float] | None = None
    exact: bool = False
    address: str = ""
    comune: str = ""
    place_id: int | None = None
    category_id: int | None = None
    phones: frozenset[str] = frozenset()
    host: str | None = None


@dataclass(frozen=True)
class Likeness:
    """How alike two entries are in percent, and the facts that say so."""

    strength: int
    reasons: Mapping[str, Any] = field(default_factory=dict)


def host_of(web: str | None) -> str | None:
    """Return the host of a web page that is one's own, without *www*."""
    if not web:
        return None
    try:
        host = (urlsplit(web if "//" in web else f"//{web}").hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return host if "." in host and host not in SHARED_WEB else None


def cell_of(point: tuple[float, float]) -> int:
    """Return the number of the square a point lies in."""
    return floor(point[0] / CELL_LAT) * ROW + floor(point[1] / CELL_LON)


STEPS = tuple(row * ROW + column for row in (-1, 0, 1) for column in (-1, 0, 1))
"""What is added to a square's number to get it and the eight around it."""


def keys_of(entry: Entry) -> set[str]:
    """Return by what an entry is met again: its phones, its host, its town with a long word."""
    keys = {f"phone {number}" for number in entry.phones}
    if entry.host:
        keys.add(f"host {entry.host}")
    if entry.comune:
        longest = sorted(set(entry.title.split()), key=lambda word: (-len(word), word))
        keys |= {f"town {entry.comune} {word}" for word in longest[:NAME_WORDS]}
    return keys


def titles_alike(one: str, other: str) -> bool:
    """Say whether two titles may be one: few letters or few words differ, and a word is shared.

    The numbers in them must be the same: *Desk 1* and *Desk 2* differ by one letter.
    """
    if _numbers(one) != _numbers(other):
        return False
    if Levenshtein.normalized_distance(one, other, score_cutoff=EDITS) <= EDITS:
        return True
    mine, theirs = set(one.split()), set(other.split())
    shared = any(len(word) >= LONG_WORD for word in mine & theirs)
    return shared and len(mine ^ theirs) <= WORDS_APART


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return how far two points are apart, on a flat earth: good enough for a few streets."""
    north = one[0] - other[0]
    east = (one[1] - other[1]) * cos(radians(one[0]))
    return METRES_A_DEGREE * hypot(north, east)


def likeness(one: Entry, other: Entry) -> Likeness | None:
    """Return how alike two entries are, or None when nothing says that they are one place."""
    alike = titles_alike(one.title, other.title)
    phones = sorted(one.phones & other.phones)
    host = one.host if one.host == other.host else None
    metres = _metres(one, other)
    if one.place_id is not None and one.place_id == other.place_id:
        suspect = alike and one.category_id == other.category_id
    else:
        far = metres is not None and metres > APART_METRES and not alike
        suspect = (alike and _meet(one, other, metres)) or bool(phones) or bool(host and not far)
    if not suspect:
        return None
    reasons = {
        "title": _percent(one.title, other.title),
        "metres": None if metres is None else round(metres),
        "phone": phones[0] if phones else None,
        "host": host,
        "address": one.address if one.address and one.address == other.address else None,
        "category": one.category_id is not None and one.category_id == other.category_id,
    }
    return Likeness(
        _strength(reasons), {name: said for name, said in reasons.items() if said or said == 0}
    )


def _meet(one: Entry, other: Entry, metres: float | None) -> bool:
    """Say whether both may stand at one door, as far as it is known where they stand."""
    if metres is not None:
        return metres <= NEAR_METRES
    if not one.comune or one.comune != other.comune:
        return False
    few = Levenshtein.normalized_distance(one.title, other.title, score_cutoff=EDITS) <= EDITS
    said = bool(one.address and other.address)
    return few and (not said or _numbers(one.address) == _numbers(other.address))


def _metres(one: Entry, other: Entry) -> float | None:
    """Return the distance, when both points are houses."""
    if not (one.exact and other.exact and one.point and other.point):
        return None
    return metres_between(one.point, other.point)


def _percent(one: str, other: str) -> int:
    return round(100 * Levenshtein.normalized_similarity(one, other))


def _strength(reasons: Mapping[str, Any]) -> int:
    """Weigh: the name counts most, then the phone and the door, then page and kind of help."""
    metres: float | None = reasons["metres"]
    points = 0.40 * float(reasons["title"])
    if metres is not None:
        points += max(-20, 30 * (1 - metres / (2 * NEAR_METRES)))
    elif reasons["address"]:
        points += 25
    points += (
        20 * bool(reasons["phone"]) + 10 * bool(reasons["host"]) + 5 * bool(reasons["category"])
    )
    return max(1, min(100, round(points)))


def _numbers(text: str) -> Counter[str]:
    return Counter(word for word in text.split() if word.isdigit())


def entry_of(facts: Mapping[str, Any]) -> Entry:
    """Return what is compared from the columns of an entry and of its place."""
    lat, lon, phones = facts.get("lat"), facts.get("lon"), facts.get("phones") or ()
    known = lat is not None and lon is not None
    return Entry(
        facts.get("id"),
        plain(facts["name"]),
        point=(lat, lon) if known else None,  # type: ignore[arg-type]
        exact=known and facts.get("precision") in EXACT,
        address=plain(facts.get("address") or ""),
        comune=plain(facts.get("comune") or ""),
        place_id=facts.get("place_id"),
        category_id=facts.get("category_id"),
        phones=frozenset(_dialled(phones)),
        host=host_of(facts.get("web")),
    )


def _dialled(phones: Iterable[str]) -> Iterable[str]:
    """Return the ends of numbers, so that +39 06… and 06… meet; short ones belong to everybody."""
    digits = ("".join(sign for sign in phone if sign.isdigit()) for phone in phones)
    return (number[-PHONE_END:] for number in digits if len(number) >= SHORTEST_PHONE)
