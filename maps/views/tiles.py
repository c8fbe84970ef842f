"""What lies under the pins: names of towns, the deployment's own tiles, the one host for others."""

import json
from urllib.parse import urlsplit

from flask import Response, abort, make_response, request, send_file

from maps.forms import view_asked
from maps.locating.naming import towns_in
from maps.views import looks_secretly, maps
from maps.views.asking import eyes_asked
from nucleus.ground.web import CSP, anyone, may, settings

MAPPED = frozenset({"maps.show_resources", "maps.show_area", "maps.add_area", "maps.edit_area"}) | {
    "maps.show_share"
}
"""Pages with a map that stand on our own; the frame for others says its own policy."""

PINNED = frozenset({"maps.show_resources", "maps.show_area"})
"""Those on which places stand; on the others areas are drawn."""

TOWNS = 60
"""So many names are sent for a view; the browser leaves out those without room."""


@maps.get("/towns.geojson")
@may(anyone)
def towns_geojson() -> Response:
    """Send the names of towns in one view, the best known first; the same for everybody."""
    view = view_asked(request.args)
    found = towns_in(view.box, TOWNS) if view and view.box else []
    features = [
        {
            "type": "Feature",
            "properties": {"name": town.name},
            "geometry": {"type": "Point", "coordinates": [town.point.lon, town.point.lat]},
        }
        for town in found
    ]
    names = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    answer = Response(names, mimetype="application/geo+json")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@maps.get("/tiles.pmtiles")
@may(anyone)
def own_tiles() -> Response:
    """Send a part of the operator's own tiles; a browser asks for byte ranges, never for all."""
    archive = settings().pmtiles
    if archive is None or not archive.is_file():
        abort(404)
    answer = send_file(archive, "application/octet-stream", conditional=True, max_age=86400)
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@maps.after_request
def allow_tile_host(response: Response) -> Response:
    """Let pages with a map, and no others, fetch pictures from the host the operator named."""
    if request.endpoint in MAPPED and settings().tile_url and not shows_secrets():
        response.headers["Content-Security-Policy"] = policy_with_tiles()
    return response


def shows_secrets() -> bool:
    """Say whether hidden places stand on this page's map where they are: no host is let in then."""
    return request.endpoint in PINNED and looks_secretly(eyes_asked())


def beside_tiles(page: str) -> Response:
    """Return a page whose map shows one place that is no secret, over that host’s pictures."""
    response = make_response(page)
    if settings().tile_url:
        response.headers["Content-Security-Policy"] = policy_with_tiles()
    return response


def policy_with_tiles(ancestors: str = "'none'") -> str:
    """Return the content policy of a page with a map: one host more for pictures, if any."""
    parts = urlsplit(settings().tile_url)
    host = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    widened = CSP.replace("img-src 'self' data:", f"img-src 'self' data:{host}")
    return widened.replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}")
