"""Turns an address into a point behind geopy's interface: offline, or by an online geocoder."""

import json
import logging
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter, get_retry_after
from geopy.exc import GeocoderParseError, GeopyError
from geopy.geocoders import Nominatim, Pelias, Photon
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point as GeopyPoint

from maps.earth.geometry import Point, distance_km
from maps.locating.gazetteer import Gazetteer, Match, stands_alone, the_gazetteer
from maps.online.answers import NOTHING, Answer, is_better, read_answer
from maps.online.fetching import NoAnswer, fetch
from nucleus.ground.settings import GeocoderSettings, Settings
from nucleus.places.italy import in_italy

__all__ = ["OfflineItaly", "Refused", "ask_online", "offline", "stands_alone"]
logging.getLogger("geopy").setLevel(logging.INFO)  # its debug lines hold the addresses

SECONDS = 10.0
"""So long may one online question last, name, connection and answer together."""

ITALY = ("it",)
MOST = 5
BROKEN = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)
"""What a geocoder's classes raise when the answer is not what was promised."""


class Refused(Exception):
    """An online geocoder did not answer; `kind` says why, `pause` for how long it wants peace."""

    def __init__(self, kind: str, pause: float = 0.0) -> None:
        """Take the kind of fault and seconds."""
        super().__init__(kind)
        self.kind, self.pause = kind, pause


class OfflineItaly(Geocoder):
    """A geopy geocoder that knows Italy's comuni and localities and never opens a connection."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Stand on a loaded gazetteer."""
        super().__init__(user_agent="nucleus")
        self.gazetteer = gazetteer

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
        limit: int = 8,
    ) -> Any:  # geopy's own promise: a Location, a list of them, or None
        """Return where the address is, to the comune or locality.

        Args:
            query: an address, a name, or a CAP.
            exactly_one: True gives one Location, or None when nothing or **more than one place
                fits equally**: sending someone to the wrong Castro is worse than asking again.
                False gives the list of all that fit.
            timeout: kept for geopy's sake; nothing here waits.
            limit: the most places the list may hold.
        """
        matches = self.gazetteer.find(query, limit)
        if not exactly_one:
            return [_location(match) for match in matches] or None
        return _location(matches[0]) if stands_alone(matches) else None

    def reverse(
        self, query: Any, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Any:
        """Return the comune whose centre is nearest to a point."""
        asked = GeopyPoint(query)
        point = Point(asked.latitude, asked.longitude)
        place = self.gazetteer.nearest(point)
        location = _location(Match(place, 1.0), distance_km=distance_km(point, place.point))
        return location if exactly_one else [location]


def _location(match: Match, **more: float) -> Location:
    place = match.place
    raw = {
        "name": place.name,
        "province": place.province,
        "region": place.region,
        "istat": place.istat,
        "precision": str(place.precision),
        "score": match.score,
        "source": "gazetteer",
        **more,
    }
    return Location(place.label, (place.point.lat, place.point.lon, 0.0), raw)


@cache
def offline() -> OfflineItaly:
    """Return the offline geocoder, made once a process."""
    return OfflineItaly(the_gazetteer())


class CarefulAdapter(BaseSyncAdapter):
    """Lets geopy ask through our own careful request, which follows no redirect."""

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Return the body of an answer that says 200."""
        got = fetch(url, headers, seconds=timeout)
        text = got.body.decode("utf-8", "replace")
        if got.status != 200:
            raise AdapterHTTPError("refused", status_code=got.status, headers=got.headers, text="")
        return text

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """Return what the answer says; a page for people is no answer."""
        try:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))
        except (ValueError, RecursionError) as cause:
            raise GeocoderParseError("no JSON") from cause


def ask_online(query: str, settings: Settings) -> Answer:
    """Ask the operator's geocoder where an address is; nothing is kept and nobody is paced here.

    Raises:
        Refused: it did not answer, or not what can be read.
    """
    chosen = settings.geocoder
    if chosen is None:
        return NOTHING
    try:
        found = _asker(chosen, user_agent(settings))(query) or []
    except NoAnswer as cause:
        raise Refused(cause.kind) from cause
    except AdapterHTTPError as cause:
        raise Refused(f"http {cause.status_code}", _pause_asked(cause)) from cause
    except (GeopyError, *BROKEN) as cause:
        raise Refused("unreadable", _pause_asked(cause)) from cause
    return _best(chosen.kind, found)


def user_agent(settings: Settings) -> str:
    """Return how we say who asks: a geocoder's keeper must find somebody to talk to."""
    return f"nucleus-solidarity/1 (+{settings.base_url})"


def _asker(chosen: GeocoderSettings, agent: str) -> Callable[[str], list[Location] | None]:
    """Return geopy's question to a geocoder of this kind."""
    scheme, _, domain = chosen.url.partition("://")
    common = {
        "scheme": scheme, "domain": domain, "user_agent": agent, "timeout": SECONDS,
        "adapter_factory": CarefulAdapter, "proxies": {},
    }  # fmt: skip
    if chosen.kind == "photon":
        return partial(Photon(**common).geocode, exactly_one=False, limit=MOST, language="it")
    if chosen.kind == "pelias":
        pelias = Pelias(api_key=chosen.key, **common)
        return partial(pelias.geocode, exactly_one=False, countries=["ITA"], language="it")
    nominatim = Nominatim(**common)
    more = {"addressdetails": True, "country_codes": ITALY, "language": "it"}
    return partial(nominatim.geocode, exactly_one=False, limit=MOST, **more)


def _best(kind: str, found: list[Location]) -> Answer:
    """Return the best known of the answers, the first of equals; one that lies is left out."""
    best = NOTHING
    for location in found[:MOST]:
        try:
            one = read_answer(kind, location.raw, lat=location.latitude, lon=location.longitude)
        except BROKEN as cause:
            raise Refused("unreadable") from cause
        here = one.country in ("", *ITALY) and in_italy(location.latitude, location.longitude)
        if here and is_better(one.precision, best.precision):
            best = one
    return best


def _pause_asked(error: BaseException | None) -> float:
    """Return for how many seconds the geocoder asked to be left alone."""
    while error is not None:
        if isinstance(error, AdapterHTTPError):
            return float(get_retry_after(error.headers) or 0.0)
        error = error.__cause__
    return 0.0
