"""Our own files in the browser: stamped with their age, kept for long, packed for slow phones.

Only these are packed. A page holds private words beside what a stranger may have put into its
address, and packing the two together lets the stranger guess the words from the length (BREACH).
"""

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

STAMP = "v"
A_YEAR = 365 * 24 * 3600
WORTH_PACKING = 1024
PACKABLE = frozenset(
    {"text/css", "text/javascript", "application/json", "image/svg+xml", "application/geo+json"}
)


def init_app(app: Flask) -> None:
    """Watch the static files on their way out."""
    app.url_defaults(stamp)
    app.after_request(keep_and_pack)


def stamp(endpoint: str, values: dict[str, Any]) -> None:
    """Put a file's age into its address, so that a browser may keep what has not changed."""
    file = _file(values.get("filename")) if endpoint == "static" else None
    if file and file.is_file():
        values[STAMP] = f"{file.stat().st_mtime_ns // 1_000_000:x}"


def keep_and_pack(response: Response) -> Response:
    """Let stamped files be kept for a year, and pack those that are words."""
    if request.endpoint != "static" or response.status_code != 200:
        return response
    if STAMP in request.args:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    file = _file((request.view_args or {}).get("filename"))
    return packed(response, file) if file and response.mimetype in PACKABLE else response


def packed(response: Response, file: Path) -> Response:
    """Return the response packed, when the browser can unpack it and it is worth it."""
    response.vary.add("Accept-Encoding")
    facts = file.stat()
    if not request.accept_encodings.quality("gzip") or facts.st_size < WORTH_PACKING:
        return response
    response.close()  # the open file: what is sent instead was read before
    response.direct_passthrough = False
    response.data = _pack(str(file), facts.st_mtime_ns)
    response.content_encoding = "gzip"
    response.set_etag(response.get_etag()[0] or "", weak=True)
    return response


@lru_cache(maxsize=128)
def _pack(file: str, _changed: int) -> bytes:
    return gzip.compress(Path(file).read_bytes(), mtime=0)


def _file(name: str | None) -> Path | None:
    inside = safe_join(str(current_app.static_folder), name) if name else None
    return Path(inside) if inside else None
