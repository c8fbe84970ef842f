"""Asks an online geocoder about the places that wait, one after the other, never in a request.

The clock is taken first and the place is read after that, so that what is hidden a moment before
is not asked. No transaction is open while the other machine thinks.
"""

from dataclasses import dataclass

import structlog
from sqlalchemy import update

from maps.earth.geometry import Point
from maps.locating.pacing import BETWEEN, ensure_clock, give_clock_back, take_clock
from maps.locating.remembering import remember, remembered
from maps.locating.starting import due_to_ask, settle_start
from maps.locating.waiting import may_leave, next_place, words_of
from maps.models import StartingPoint
from maps.online.answers import NONE, Answer, is_better
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db, reading, transaction
from nucleus.ground.settings import Settings
from nucleus.places.doubting import disagreement_of
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts

log = structlog.get_logger()


@dataclass(frozen=True)
class Asked:
    """A place as it stood when it was asked about: an answer counts only while it stands so."""

    place_id: int
    words: str
    address: str | None
    comune: str | None
    province: str | None
    precision: str

    @classmethod
    def of(cls, place: Place) -> "Asked":
        """Return how a place stands."""
        where = (place.address, place.comune, place.province, place.precision)
        return cls(place.id, words_of(place), *where)

    def at(self, point: Point) -> Whereabouts:
        """Return the place as it stood, with the point somebody says it has."""
        found = (point.lat, point.lon)
        return Whereabouts(comune=self.comune, province=self.province, point=found)


def ask_next(settings: Settings) -> bool:
    """Settle the next waiting place, from the cache or by asking; False when nothing can be done.

    Commits in transactions of its own: call it from a job.
    """
    provider = settings.geocoder.kind if settings.geocoder else ""
    if not provider:
        return False
    with reading():
        place = next_place()
        known = remembered(provider, words_of(place)) if place else None
        asked = Asked.of(place) if place else None
    if asked is None:
        return False
    if known is not None:
        with transaction():
            settle(asked, known, provider)
        return True
    ensure_clock(provider)
    return take_clock(provider) and _ask_with_clock(settings, provider)


def _ask_with_clock(settings: Settings, provider: str) -> bool:
    """Ask while the clock is ours, and give it back whatever happens."""
    from maps.locating.geocoder import Refused, ask_online

    with reading():
        place = next_place()
        asked = Asked.of(place) if place else None
    try:
        answer = ask_online(asked.words, settings) if asked else None
    except Refused as cause:
        _note_failure(asked, provider, cause.kind, pause=cause.pause)
        return True
    with transaction():
        give_clock_back(provider)
        if asked and answer and settle(asked, answer, provider):
            remember(provider, asked.words, answer)
    return asked is not None


def ask_for_somebody(settings: Settings) -> bool:
    """Look up from where somebody starts who agreed to it; False when nothing can be done.

    The yes is read after the clock was taken: one that was withdrawn a moment before counts.
    """
    provider = settings.geocoder.kind if settings.geocoder else ""
    if not provider:
        return False
    with reading():
        if db.session.scalar(due_to_ask(settings)) is None:
            return False
    ensure_clock(provider)
    return take_clock(provider) and _ask_for_somebody(settings, provider)


def _ask_for_somebody(settings: Settings, provider: str) -> bool:
    from maps.locating.geocoder import Refused, ask_online

    with reading():
        start = db.session.scalar(due_to_ask(settings))
        person, words = (start.person_id, start.address) if start else (0, "")
    try:
        answer = ask_online(words, settings) if person else None
    except Refused as cause:
        with transaction():
            give_clock_back(provider, pause=max(BETWEEN, cause.pause), error=cause.kind)
            failed = update(StartingPoint).where(StartingPoint.person_id == person)
            db.session.execute(failed.values(ask_failures=StartingPoint.ask_failures + 1))
        return True
    with transaction():
        give_clock_back(provider)
        if answer:
            settle_start(person, words, answer, provider)
    return answer is not None


def settle(asked: Asked, answer: Answer, provider: str) -> bool:
    """Write what was answered; False when somebody changed, pinned or closed the place meanwhile.

    What was closed meanwhile is kept in no cache: others read there what was asked.
    """
    values: dict[str, object] = {"asked_at": now(), "ask_failures": 0, "query": asked.words}
    point = answer.point
    wrong = disagreement_of(asked.at(point)) if point else None
    takes = point is not None and not wrong and is_better(answer.precision, asked.precision)
    if takes and point:
        values |= {"lat": point.lat, "lon": point.lon, "precision": answer.precision}
        values |= {"source": provider, "geocoded_at": now()}
    written = _write(asked, values)
    if written and takes:
        journal.write(
            "maps.geocode_place", f"place:{asked.place_id}", precision=answer.precision, by=provider
        )
    if wrong or answer.precision == NONE:
        log.info("place_not_found_online", place=asked.place_id, outside=bool(wrong))
    return written


def _write(asked: Asked, values: dict[str, object]) -> bool:
    still = (
        Place.id == asked.place_id,
        Place.address.is_not_distinct_from(asked.address),
        Place.comune.is_not_distinct_from(asked.comune),
        Place.province.is_not_distinct_from(asked.province),
        Place.precision == asked.precision,
        Place.confirmed_at.is_(None),
        may_leave(),
    )
    done = db.session.execute(update(Place).where(*still).values(**values))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _note_failure(asked: Asked | None, provider: str, kind: str, *, pause: float) -> None:
    """Let the place wait behind the others, and the geocoder alone for as long as it needs."""
    with transaction():
        give_clock_back(provider, pause=max(BETWEEN, pause), error=kind)
        if asked:
            failed = update(Place).where(Place.id == asked.place_id)
            db.session.execute(failed.values(ask_failures=Place.ask_failures + 1))
    log.warning("geocoder_failed", provider=provider, error=kind)
