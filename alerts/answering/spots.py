"""Where a telephone says it is: read, written and handed to a map app (pure)."""

import re

from maps.earth.geometry import Point

SPOT = re.compile(r"(-?\d{1,2}\.\d{3,6}),(-?\d{1,3}\.\d{3,6})", re.ASCII)


def read_spot(said: str | None) -> str | None:
    """Return latitude and longitude as they are kept, or `None` for what is no spot on earth."""
    found = SPOT.fullmatch((said or "").strip())
    if found is None:
        return None
    lat, lon = (float(part) for part in found.groups())
    return f"{lat:.5f},{lon:.5f}" if abs(lat) <= 90 and abs(lon) <= 180 else None


def point_of(spot: str) -> Point:
    """Return the point of a spot that was read."""
    lat, lon = spot.split(",")
    return Point(float(lat), float(lon))


def map_link(spot: str) -> str:
    """Return the address that opens a telephone's own map there; no other house hears of it."""
    return f"geo:{spot}?q={spot}"
