"""Works through the trays of places and towns: looks up where they are, without asking the net."""

import math
import threading
from typing import Any

import structlog
from flask import Flask, current_app

from maps.queries import waiting_imports
from maps.services import work_on
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.places.models import Place
from nucleus.places.queries import waiting_places
from nucleus.roster import services as roster
from nucleus.roster.queries import unplaced_towns

log = structlog.get_logger()
_at_work: dict[int, threading.Thread] = {}
"""The one thread of each app that takes a list in."""


def work_on_imports() -> threading.Thread | None:
    """Go on with a list, in a thread of its own: a long one must not hold up the other sweeps."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    worker = _at_work.get(id(app))
    waiting = waiting_imports()
    if waiting and not (worker and worker.is_alive()):
        name = "nucleus-import"
        worker = threading.Thread(target=_go_on, args=(app, waiting[0]), name=name, daemon=True)
        _at_work[id(app)] = worker
        worker.start()
    return worker


def _go_on(app: Flask, run_id: int) -> None:
    """Work on one list until it is done; what goes wrong is logged and tried again."""
    with app.app_context():
        try:
            work_on(run_id, seconds=math.inf)
        except Exception:
            log.exception("import_failed", run=run_id)


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
    from maps.geocoder import offline

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
    if place.hidden and place.public_lat is None:
        place.public_lat, place.public_lon = point
    if place.lat is None:
        place.lat, place.lon = point
        place.precision, place.geocoded_at, place.source = precision, now(), "gazetteer"
    journal.write("maps.geocode_place", f"place:{place.id}", precision=precision)
