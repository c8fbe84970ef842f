"""Turns an address into a point behind geopy's interface; the offline answer comes first."""

from functools import cache
from typing import Any

from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point as GeopyPoint

from maps.gazetteer import Gazetteer, Match, stands_alone, the_gazetteer
from maps.geometry import Point, distance_km

__all__ = ["OfflineItaly", "offline", "stands_alone"]


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
