"""Reads the head of a PMTiles archive (version 3): what it covers, whom it is owed to; pure.

A browser reads the tiles themselves. Here we make sure that it can, before any map relies on it.
"""

import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from struct import unpack
from typing import Any
from zlib import error as BadDeflate  # noqa: N812 the library names it in small letters

from flask_babel import gettext as _
from markupsafe import Markup

from maps.earth.geometry import Box
from maps.formats.tables import Unreadable

HEAD = 127
MAGIC, VERSION = b"PMTiles", 3
NONE, GZIP = 1, 2
VECTOR = 1
MOST_METADATA = 1 << 20
DEGREE = 10_000_000


@dataclass(frozen=True)
class Archive:
    """What an archive says of itself: the part of the earth, how deep, and whom it is owed to."""

    box: Box
    deepest: int
    attribution: str


def read_archive(path: Path) -> Archive:
    """Read the head of an archive; once a file, as long as the file stays the same.

    Raises:
        Unreadable: it is missing, cut short, no PMTiles, or holds what no browser of ours draws.
    """
    try:
        told = path.stat()
    except OSError as cause:
        raise Unreadable(_("The file is not there.")) from cause
    return _read(path, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, size: int) -> Archive:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            _refuse(head, size)
            start, length = unpack("<QQ", head[24:40])
            file.seek(start)
            metadata = _metadata(file.read(min(length, MOST_METADATA)), packed=head[97] == GZIP)
    except OSError as cause:
        raise Unreadable(_("The file can’t be read.")) from cause
    west, south, east, north = (each / DEGREE for each in unpack("<iiii", head[102:118]))
    said = Markup(str(metadata.get("attribution") or "")).striptags()  # noqa: S704 becomes text
    return Archive(Box(south, west, north, east), head[101], str(said))


def _refuse(head: bytes, size: int) -> None:
    """Say what is wrong with a head, if anything is."""
    if len(head) < HEAD or head[:7] != MAGIC or head[7] != VERSION:
        raise Unreadable(_("This is no PMTiles file of version 3."))
    parts = [unpack("<QQ", head[at : at + 16]) for at in (8, 24, 40, 56)]
    if any(start + length > size for start, length in parts):
        raise Unreadable(_("The file was cut short while it was copied."))
    if head[99] != VECTOR:
        raise Unreadable(_("It holds pictures. We draw archives of vector tiles (MVT)."))
    if head[97] not in {NONE, GZIP} or head[98] not in {NONE, GZIP}:
        raise Unreadable(_("Its tiles are packed in a way browsers can’t read. Use gzip."))


def _metadata(packed_words: bytes, *, packed: bool) -> dict[str, Any]:
    """Return what the archive says of itself; nothing when nobody can read it."""
    try:
        words = gzip.decompress(packed_words) if packed else packed_words
        said = json.loads(words or b"{}")
    except (OSError, EOFError, ValueError, BadDeflate):
        return {}
    return said if isinstance(said, dict) else {}
