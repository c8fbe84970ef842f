"""Reads which places wait for an online geocoder, and which of their words may leave the house.

Only what anybody may read anyway is ever sent: the address of a place that is public in every
service at it and not hidden. What a member wrote of themselves is asked only if they agreed.
"""

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.resources.models import Resource
from nucleus.resources.policy import FINDABLE

TRIES = 5
"""After so many failures with one address it waits for a person."""

VAGUE = ("locality", "comune", "none")
"""Precisions nobody can be sent to."""


def may_leave() -> ColumnElement[bool]:
    """Return the condition under which the words of a `Place` may be sent to another machine."""
    here = select(Resource.id).where(Resource.place_id == Place.id).correlate(Place)
    closed = here.where(
        or_(Resource.visibility != "public", Resource.state.not_in((*FINDABLE, "retired")))
    )
    open_ = here.where(Resource.visibility == "public", Resource.state.in_(FINDABLE))
    return and_(~Place.hidden, exists(open_), ~exists(closed))


def due_for_asking() -> Select[Place]:
    """Return the places an online geocoder may know better than we do, the least tried first.

    The newest go first: a list of a hundred thousand takes a day at one a second, and whoever
    types an address now is not to wait behind it.
    """
    return (
        select(Place)
        .where(
            may_leave(),
            Place.precision.in_(VAGUE),
            Place.confirmed_at.is_(None),
            Place.address.is_not(None),
            Place.asked_at.is_(None),
            Place.ask_failures < TRIES,
        )
        .order_by(Place.ask_failures, Place.id.desc())
        .limit(1)
    )


def count_to_ask() -> int:
    """Return how many places wait for an online geocoder."""
    waiting = due_for_asking().with_only_columns(Place.id).order_by(None).limit(None)
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def next_place() -> Place | None:
    """Return the next place to ask about."""
    return db.session.scalar(due_for_asking())


def is_being_looked_up(place: Place, *, online: bool) -> bool:
    """Say whether a job will look at this place: the gazetteer's, or the online geocoder's."""
    if place.lat is None and place.tried_at is None:
        return True
    if not online:
        return False
    asked = due_for_asking().with_only_columns(Place.id).limit(None)
    return db.session.scalar(asked.where(Place.id == place.id)) is not None


def words_of(place: Place) -> str:
    """Return what is asked about a place."""
    town = f"{place.comune} {place.province}" if place.province else place.comune
    return ", ".join(part for part in (place.address, town, "Italia") if part)
