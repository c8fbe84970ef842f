"""Keeps what a geocoder answered, so that nobody is asked twice for the same address."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from maps.earth.geometry import Point
from maps.locating.waiting import may_leave
from maps.models import GeocodeAnswer
from maps.online.answers import NONE, Answer
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.words import plain
from nucleus.places.models import Place

KEPT = timedelta(days=180)
KEPT_IF_NOTHING = timedelta(days=14)
"""A street that is not on anybody's map today may be drawn next week."""


def normalised(query: str) -> str:
    """Return a query as the cache knows it: *Via Roma, 8 – TEVEROLA* is *via roma 8 teverola*."""
    return plain(query)[:400]


def remembered(provider: str, query: str) -> Answer | None:
    """Return what was answered before, if that is not too old."""
    known = select(GeocodeAnswer).where(
        GeocodeAnswer.provider == provider,
        GeocodeAnswer.query == normalised(query),
        GeocodeAnswer.until > now(),
    )
    row = db.session.scalar(known)
    if row is None:
        return None
    point = Point(row.lat, row.lon) if row.lat is not None and row.lon is not None else None
    return Answer(row.precision, point, row.label or "", row.country or "", tuple(row.towns))


def remember(provider: str, query: str, answer: Answer) -> None:
    """Keep an answer; what is known of nothing is kept for a shorter time."""
    key = GeocodeAnswer.query == normalised(query)
    old = select(GeocodeAnswer).where(key, GeocodeAnswer.provider == provider)
    row = db.session.scalar(old)
    if row is None:
        row = GeocodeAnswer(provider=provider, query=normalised(query))
        db.session.add(row)
    row.precision, row.label, row.country = answer.precision, answer.label, answer.country
    row.lat, row.lon = (answer.point.lat, answer.point.lon) if answer.point else (None, None)
    row.towns, row.asked_at = list(answer.towns), now()
    row.until = now() + (KEPT_IF_NOTHING if answer.precision == NONE else KEPT)


def forget_closed_places() -> None:
    """Take away what was asked about places that nobody may read of any more.

    A refuge may have been public by mistake for a day: then its address must not stay in the
    cache, nor in what the place keeps of the question.
    """
    closed = Place.query.is_not(None) & ~may_leave()
    asked = {
        normalised(words or "") for words in db.session.scalars(select(Place.query).where(closed))
    }
    for words in asked:
        db.session.execute(delete(GeocodeAnswer).where(GeocodeAnswer.query == words))
    db.session.execute(update(Place).where(closed).values(query=None))


def forget_old_answers() -> None:
    """Take away what is too old to be believed."""
    db.session.execute(delete(GeocodeAnswer).where(GeocodeAnswer.until <= now()))
