"""What programs are shown of places: never more than a visitor sees."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from maps.earth.geometry import Point
from maps.exports import owed_to
from maps.finding.search import Hit
from nucleus.ground.clock import now
from nucleus.ground.web import whole_address
from nucleus.places.models import Place
from nucleus.places.queries import shown_point
from nucleus.resources.freshness import badge_of
from nucleus.resources.holidays.queries import Calendar, local_holidays
from nucleus.resources.hours import ITALY
from nucleus.resources.models import Freshness, Resource
from nucleus.resources.queries import hours_of, opening_of, resources_by_id

Shown = dict[str, object]
PLAIN = (
    "uid", "name", "what", "offered_by", "hours_words", "by_appointment", "phone_first", "phones",
    "email", "web", "wheelchair", "accessibility", "who_for", "age_from", "age_to", "cost",
    "documents",
)  # fmt: skip
ROUGH = ("comune", "locality")


def resources_shown(hits: Sequence[Hit]) -> list[Shown]:
    """Return the places of a search, each with how far it is."""
    rows = resources_by_id([hit.id for hit in hits])
    owed = owed_to({one.source for row in rows for one in row.sources})
    far = {hit.id: None if hit.km is None else round(hit.km, 2) for hit in hits}
    holidays = local_holidays()
    return [{**facts(row, owed, holidays=holidays), "km": far[row.id]} for row in rows]


def resource_shown(row: Resource) -> Shown:
    """Return one place."""
    owed = owed_to({one.source for one in row.sources})
    return {**facts(row, owed, holidays=local_holidays()), "km": None}


def facts(row: Resource, owed: dict[str, str], *, holidays: Calendar) -> Shown:
    """Return one place with all that a visitor may know of it."""
    return {
        **{name: getattr(row, name) for name in PLAIN},
        "page": whole_address("resources.show_resource", resource_id=row.id),
        "calendar": whole_address("maps.resource_hours", uid=row.uid),
        "category": row.category.code,
        "languages": sorted(one.language for one in row.languages),
        **door(row, holidays),
        **whereabouts(row),
        "capacity": capacity(row),
        "freshness": list(freshness(row.freshness)),
        "owed": [
            {"source": source, "attribution": owed[source]}
            for source in dict.fromkeys(one.source for one in row.sources)
        ],
    }


def door(row: Resource, holidays: Calendar) -> Shown:
    """Return whether the door is open, by the hours in force today."""
    moment = now()
    opening = opening_of(row, moment, holidays)
    return {
        "hours": hours_of(row, moment.astimezone(ITALY).date()),
        "usual_hours": row.hours,
        "emergency_until": row.emergency_until,
        "door": str(opening.state),
        "closes_at": in_utc(opening.closes_at),
        "opens_at": in_utc(opening.opens_at),
    }


def whereabouts(row: Resource) -> Shown:
    """Return where it is; of a confidential place the town, and the point drawn for the public."""
    place = row.place
    hidden = bool(place and place.hidden)
    return {
        "address": place.address if place and not hidden else None,
        "comune": place.comune if place else None,
        "province": place.province if place else None,
        "point": point(place) if place else None,
        "how_to_get_in": None if hidden else row.how_to_get_in,
    }


def point(place: Place) -> Shown | None:
    """Return the public point of a place."""
    shown = shown_point(place, exactly=False)
    if shown is None:
        return None
    roughly = place.hidden or place.precision in ROUGH
    here = Point(*shown)
    return {"lat": here.lat, "lon": here.lon, "roughly": roughly}


def capacity(row: Resource) -> Shown | None:
    """Return how many are free, and since when that is so."""
    if row.capacity_unit is None:
        return None
    return {
        "unit": row.capacity_unit,
        "free": row.capacity_free,
        "maximum": row.capacity_max,
        "as_of": row.capacity_at,
    }


def freshness(rows: Iterable[Freshness]) -> Iterable[Shown]:
    """Give how fresh each group of facts is."""
    for row in sorted(rows, key=lambda one: one.field_group):
        badge = badge_of([row.confirmed_at], now())
        yield {
            "group": row.field_group,
            "age": str(badge.age),
            "looked_at": row.looked_at,
            "confirmed_at": row.confirmed_at,
            "due_at": row.due_at,
            "how": row.how,
        }


def in_utc(moment: datetime | None) -> datetime | None:
    """Return a moment as machines write it."""
    return moment.astimezone(UTC) if moment else None
