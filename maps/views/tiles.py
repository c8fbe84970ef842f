"""The deployment's own picture under the pins, and the one host a map page may fetch tiles from."""

from urllib.parse import urlsplit

from flask import Response, abort, request, send_file

from maps.views import maps
from nucleus.ground.web import CSP, anyone, may, settings

MAPPED = frozenset({"maps.show_resources", "maps.show_area", "maps.add_area", "maps.edit_area"})
"""Pages with a map that stand on our own; the frame for others says its own policy."""


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
    if request.endpoint in MAPPED and settings().tile_url:
        response.headers["Content-Security-Policy"] = policy_with_tiles()
    return response


def policy_with_tiles(ancestors: str = "'none'") -> str:
    """Return the content policy of a page with a map: one host more for pictures, if any."""
    parts = urlsplit(settings().tile_url)
    host = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    widened = CSP.replace("img-src 'self' data:", f"img-src 'self' data:{host}")
    return widened.replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}")
