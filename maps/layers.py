"""Which pins the map shows, as GeoJSON (RFC 7946)."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from maps.search import Hit
from nucleus.ground import i18n
from nucleus.resources.queries import categories
from nucleus.resources.wording import STATES


def resource_pins(hits: list[Hit]) -> dict[str, Any]:
    """Return one feature a place, also for those without a point, so that all counts agree."""
    language = i18n.language()
    kinds = {term.id: term.label(language) for term in categories()}
    return {
        "type": "FeatureCollection",
        "features": [_feature(hit, kinds) for hit in hits],
        "words": {
            "states": {str(state): str(words) for state, words in STATES.items()},
            "more": _("Hours, phone, how to get there"),
            "roughly": _("Only the town is known, not the exact point."),
            "cluster": _("# places here: zoom in"),
        },
    }


def _feature(hit: Hit, kinds: dict[int, str]) -> dict[str, Any]:
    point = [round(hit.point.lon, 5), round(hit.point.lat, 5)] if hit.point else None
    return {
        "type": "Feature",
        "id": hit.id,
        "geometry": {"type": "Point", "coordinates": point} if point else None,
        "properties": {
            "name": hit.name,
            "category": kinds.get(hit.category_id, ""),
            "state": str(hit.state),
            "roughly": hit.roughly,
            "url": url_for("resources.show_resource", resource_id=hit.id),
        },
    }
