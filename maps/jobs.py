"""Works through the trays of places and towns: looks up where they are, without asking the net."""

import math
import threading
import time
from collections.abc import Callable
from functools import partial
from random import shuffle
from typing import Any

import structlog
from flask import Flask, current_app

from maps.locating.asking import ask_for_somebody, ask_next
from maps.locating.remembering import forget_closed_places, forget_old_answers
from maps.queries import waiting_imports
from maps.services import work_on
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.web import settings
from nucleus.places.models import Place
from nucleus.places.queries import waiting_places
from nucleus.roster import services as roster
from nucleus.roster.queries import unplaced_towns

log = structlog.get_logger()
_at_work: dict[tuple[int, str], threading.Thread] = {}
"""The one thread of each app that takes a list in, and the one that asks a geocoder."""

ASKING_SECONDS = 30.0
"""So long one thread asks before it ends; the next tick starts another."""


def work_on_imports() -> threading.Thread | None:
    """Go on with a list, in a thread of its own: a long one must not hold up the other sweeps."""
    waiting = waiting_imports()
    return _begin("import", partial(work_on, waiting[0], seconds=math.inf)) if waiting else None


def ask_geocoder() -> threading.Thread | None:
    """Ask the operator's geocoder, if there is one, in a thread of its own: it may be slow."""
    return _begin("geocoder", _ask_for_a_while) if settings().geocoder else None


def _ask_for_a_while() -> None:
    """Ask about one place after the other, as often as the shared clock lets us."""
    end, turns = time.monotonic() + ASKING_SECONDS, [ask_next, ask_for_somebody]
    shuffle(turns)  # neither the long list of places nor people keep the others waiting for ever
    while any(ask(settings()) for ask in turns) and time.monotonic() < end:
        turns.reverse()


def _begin(name: str, work: Callable[[], object]) -> threading.Thread:
    """Start a thread of this app that works, unless the one before is still at it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    worker = _at_work.get((id(app), name))
    if worker and worker.is_alive():
        return worker
    worker = threading.Thread(
        target=_work, args=(app, name, work), name=f"nucleus-{name}", daemon=True
    )
    _at_work[id(app), name] = worker
    worker.start()
    return worker


def _work(app: Flask, name: str, work: Callable[[], object]) -> None:
    """Work in the app; what goes wrong is logged and tried again."""
    with app.app_context():
        try:
            work()
        except Exception:
            log.exception("work_failed", work=name)


def forget_geocodes() -> None:
    """Take away answers of geocoders that are too old, or about what is no longer public."""
    forget_closed_places()
    forget_old_answers()


def geocode_waiting_places() -> int:
    """Give waiting places the point of their town; those nobody knows stay for a person."""
    found = 0
    for place in waiting_places():
        location = _looked_up(_words_of(place))
        place.tried_at = now()
        if location is not None:
            point = (location.latitude, location.longitude)
            _put(place, point, precision=location.raw["precision"])
            found += 1
    return found


def place_responders() -> int:
    """Give responders the centre of the town they wrote; one nobody knows stays as it is."""
    found = 0
    for comune, province in unplaced_towns():
        location = _looked_up(_town(comune, province))
        if location is not None:
            known = roster.FoundTown(
                location.raw["name"],
                location.raw["province"],
                lat=location.latitude,
                lon=location.longitude,
            )
            roster.place_town((comune, province), known)
            found += 1
    return found


def _looked_up(words: str) -> Any:
    """Return what the gazetteer knows, which takes 16 MB: read when the first place waits."""
    from maps.locating.geocoder import offline

    return offline().geocode(words)


def _words_of(place: Place) -> str:
    """Return the town, which is all the gazetteer can know; else the address as it was typed."""
    if place.comune:
        return _town(place.comune, place.province)
    return place.address or ""


def _town(comune: str, province: str | None) -> str:
    return f"{comune} ({province})" if province else comune


def _put(place: Place, point: tuple[float, float], *, precision: str) -> None:
    """Put a place at the middle of its town; a hidden one gets its public point there, once."""
    says_town = place.comune or precision == "comune"  # an address may name a quarter: too much
    if place.hidden and place.public_lat is None and says_town:
        place.public_lat, place.public_lon = point
    if place.lat is None:
        place.lat, place.lon = point
        place.precision, place.geocoded_at, place.source = precision, now(), "gazetteer"
    journal.write("maps.geocode_place", f"place:{place.id}", precision=precision)
