"""The words for how well a point is known, and from whom."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from maps.earth.geometry import Point, distance_km
from nucleus.places.models import Place

PRECISIONS = {
    "pin": lazy_gettext("The exact point"),
    "street": lazy_gettext("The street and number"),
    "locality": lazy_gettext("Only the part of town"),
    "comune": lazy_gettext("Only the middle of the town"),
    "none": lazy_gettext("Not known yet"),
}
SOURCES = {
    "person": lazy_gettext("put there by hand"),
    "typed": lazy_gettext("typed with the address"),
    "gazetteer": lazy_gettext("our own list of towns (GeoNames, ISTAT)"),
    "nominatim": lazy_gettext("Nominatim (OpenStreetMap)"),
    "photon": lazy_gettext("Photon (OpenStreetMap)"),
    "pelias": lazy_gettext("Pelias"),
}


def precision_words(place: Place) -> str:
    """Return how well the point of a place is known."""
    return str(PRECISIONS[place.precision])


def source_words(place: Place) -> str:
    """Return from whom the point is; the name of a list is its own word."""
    return str(SOURCES.get(place.source or "", place.source or ""))


def near_words(point: Point, town: str, middle: Point) -> str:
    """Return in words where a point is, as the page says it while the pin moves."""
    km = distance_km(point, middle)
    far = f"{km:.1f}" if km < 10 else f"{km:.0f}"
    return str(_("Near %(town)s, %(km)s km from its middle.", town=town, km=far))
