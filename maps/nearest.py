"""The three nearest places that fit one step of somebody's plan, and are open now.

The plan stays sealed: a step hands over which services it names, and nothing of it is kept or
logged. Where somebody is stays in the cookie of this visit, or is the town of their own service.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import render_template, request

from maps.earth.geometry import Point
from maps.finding.near import Near, where_i_am
from maps.finding.search import Filters, Hit, search
from maps.policy import my_eyes
from nucleus.ground import clock
from nucleus.resources.holidays.queries import local_holidays
from nucleus.resources.models import Resource
from nucleus.resources.queries import opening_of, resources_by_id

THREE = 3
FAR_KM = 40.0
"""So far, as the crow flies, is about an hour by road: further is of no use at such a moment."""

BY_PHONE = frozenset({"helpline"})
"""Kinds of help that come to where somebody is: no distance is too far."""

ON_FOOT_KM, DETOUR, WALKED, DRIVEN = 2.5, 1.3, 4.5, 50.0
"""Up to here people walk; a road is so much longer than a line; and km an hour on foot, by car."""

FITTING = {
    "services": ("helpline", "counselling", "mental_health", "emergency_room"),
    "distract": ("day_centre", "library", "worship", "self_help"),
}
"""What helps at a step of a plan that names no service of its own."""


@dataclass(frozen=True)
class Origin:
    """Where the search begins: where somebody is, or the town of a service they named."""

    point: Point
    town: str = ""


@dataclass(frozen=True)
class Way:
    """How far a place is: kilometres as the crow flies, minutes by road, on foot or not."""

    km: float
    minutes: int
    on_foot: bool


@dataclass(frozen=True)
class Nearest:
    """What is near enough to go to, and how far the first is that is not, if any is open."""

    hits: list[Hit]
    left_out_km: float | None = None


def draw_nearest_three(section: str, resources: Iterable[Resource]) -> str:
    """Draw the box on a plan's step; a step on which no place can help gets none."""
    named = [resource for resource in resources if resource is not None]
    if section not in FITTING:
        return ""
    origin = origin_of(where_i_am(), named)
    kinds = kinds_for(section, named)
    found = nearest_three(origin.point, kinds, named) if origin else Nearest([])
    rows = resources_by_id([hit.id for hit in found.hits])
    now, holidays = clock.now(), local_holidays()
    cards = [
        {"way": way_to(hit.km or 0.0), "resource": row, "opening": opening_of(row, now, holidays)}
        for hit, row in zip(found.hits, rows, strict=True)
    ]
    further = way_to(found.left_out_km) if found.left_out_km else None
    return render_template(
        "maps/_nearest.html", origin=origin, cards=cards, further=further, back=_here()
    )


def nearest_three(point: Point, kinds: Sequence[str], named: Sequence[Resource]) -> Nearest:
    """Return the nearest open ones of several kinds, without those the step names anyway."""
    known = {resource.id for resource in named}
    found: dict[int, Hit] = {}
    too_far: list[float] = []
    for kind in kinds:
        for hit in _nearest_of(kind, point, len(known)):
            if hit.id in known or hit.km is None:
                continue
            if kind in BY_PHONE or hit.km <= FAR_KM:
                found[hit.id] = hit
            else:
                too_far.append(hit.km)
    near = sorted(found.values(), key=lambda hit: (hit.km or 0, hit.id))[:THREE]
    return Nearest(near, min(too_far, default=None) if len(near) < THREE else None)


def way_to(km: float) -> Way:
    """Return how long it takes to get there, roughly: on foot when it is near, else by car."""
    on_foot = km <= ON_FOOT_KM
    hours = km * DETOUR / (WALKED if on_foot else DRIVEN)
    return Way(km, max(5, 5 * round(hours * 12)), on_foot)


def kinds_for(section: str, named: Sequence[Resource]) -> Sequence[str]:
    """Return what fits: more of what the step names, else what usually helps at this step."""
    return tuple({row.category.code for row in named}) or FITTING[section]


def origin_of(near: Near, named: Sequence[Resource]) -> Origin | None:
    """Return where to look from, without asking anybody outside."""
    if near.point:
        return Origin(near.point)
    return next(_places_of(named), None)


def _places_of(named: Sequence[Resource]) -> Iterator[Origin]:
    for place in (row.place for row in named if row.place):
        if place.shown_lat is not None and place.shown_lon is not None:
            yield Origin(Point(place.shown_lat, place.shown_lon), place.comune or "")


def _nearest_of(kind: str, point: Point, more: int) -> list[Hit]:
    filters = Filters(category=kind, near=point, open_now=True)
    return search(filters, my_eyes(), clock.now()).hits(limit=THREE + more)


def _here() -> str:
    """Return the page the box stands on, to come back to it."""
    return request.full_path.rstrip("?")
