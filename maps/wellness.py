"""What `nucleus check` says of how places are found."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import func, select

from maps.locating.tray import count_to_pin
from maps.locating.waiting import count_to_ask
from maps.models import GeocodeAnswer, GeocodeClock
from maps.online.fetching import NoAnswer, reach
from nucleus.ground.boards.checks import Finding, Level
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.settings import GeocoderSettings, Settings

WHAT = "places"
SECONDS = 5.0


def check_geocoder(settings: Settings) -> Iterator[Finding]:
    """Which chain finds places, does the geocoder answer, and how many places wait for a pin?"""
    pins = f"{count_to_pin()} places wait for a pin."
    if settings.geocoder is None:
        said = f"Places are found by the list of towns alone, offline; {pins}"
        yield Finding(WHAT, Level.WELL, said)
        return
    trouble = _trouble_with(settings.geocoder)
    host = urlsplit(settings.geocoder.url).hostname
    how = f"{settings.geocoder.kind} at {host} {trouble or 'can be reached'}"
    said = f"Places are found by the list of towns, then {how}; {_cache()}; {pins}"
    remedy = "See NUCLEUS_GEOCODER; places wait meanwhile, nothing is lost." if trouble else ""
    yield Finding(WHAT, Level.LOOK if trouble else Level.WELL, said, remedy)


def _trouble_with(geocoder: GeocoderSettings) -> str:
    """Return what is wrong with it; a connection is opened, and no question asked."""
    try:
        reach(geocoder.url, seconds=SECONDS)
    except NoAnswer as cause:
        return f"cannot be reached ({cause.kind})"
    clock = db.session.get(GeocodeClock, geocoder.kind)
    if clock and clock.failures:
        return f"failed {clock.failures} times in a row ({clock.last_error})"
    return ""


def _cache() -> str:
    """Say how many answers are kept, how old, and how many addresses still have to be asked."""
    kept, oldest = db.session.execute(
        select(func.count(), func.min(GeocodeAnswer.asked_at)).select_from(GeocodeAnswer)
    ).one()
    days = f", the oldest {(now() - oldest).days} days old" if oldest else ""
    return f"{count_to_ask()} addresses to ask, {kept} answers kept{days}"
