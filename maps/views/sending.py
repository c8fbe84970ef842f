"""Sends what may be long: it is written first, in memory or on disk, and read piece by piece."""

import gzip
import hashlib
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Response, request
from werkzeug.wsgi import FileWrapper

IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a file that are kept in memory; the rest of a long one waits on disk."""

PACKING = 6
"""How hard to squeeze: from 7 on, twice the work takes two letters of a hundred more away."""


def written(pieces: Iterable[str], mimetype: str) -> Response:
    """Return pieces as an answer that knows its own mark (ETag).

    It is whole before the first byte leaves, so that whoever hangs up leaves no reading open.
    """
    file, mark = _empty(), hashlib.blake2b(digest_size=16)
    for piece in pieces:
        mark.update(data := piece.encode())
        file.write(data)
    return _marked(file, mark.hexdigest(), mimetype)


def squeezed(pieces: Iterable[str], mimetype: str, hard: int) -> Response:
    """Return the same, small on the wire for who can unpack it; there is no secret beside it.

    Args:
        pieces: the text.
        mimetype: what it is.
        hard: how hard to squeeze, from 1 to 9.
    """
    if request.accept_encodings.quality("gzip") <= 0:
        return written(pieces, mimetype)
    file, mark = _empty(), hashlib.blake2b(digest_size=16)
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=hard, mtime=0) as packed:
        for piece in pieces:
            mark.update(data := piece.encode())
            packed.write(data)
    response = _marked(file, f"{mark.hexdigest()}-gzip", mimetype)
    response.headers["Content-Encoding"] = "gzip"
    return response


def _empty() -> IO[bytes]:
    return cast(IO[bytes], SpooledTemporaryFile(IN_MEMORY))


def _marked(file: IO[bytes], mark: str, mimetype: str) -> Response:
    response = _body_of(file, mimetype)
    response.set_etag(mark)
    return response


def _body_of(file: IO[bytes], mimetype: str) -> Response:
    """Return a written file as an answer; a long one is read piece by piece, then closed."""
    length = file.tell()
    file.seek(0)
    if length <= IN_MEMORY:
        with file:
            return Response(file.read(), mimetype=mimetype)
    pieces: Any = FileWrapper(file, 64 * 1024)
    response = Response(pieces, mimetype=mimetype, direct_passthrough=True)
    response.call_on_close(file.close)
    response.content_length = length
    return response
