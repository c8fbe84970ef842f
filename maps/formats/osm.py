"""Reads extracts of OpenStreetMap (`.osm.pbf`) by a table of tags; the only file with osmium."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import SEEK_CUR
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import osmium
from flask_babel import gettext as _

from maps.formats.safe_zip import bomb
from maps.formats.tables import WORDS, Row, Sheet, Unreadable, counted, words_row
from nucleus.resources.accessibility import aids_tagged

KEYS = (
    *("social_facility", "healthcare:speciality", "healthcare", "amenity", "emergency", "office"),
)
"""Keys that say what a thing is, the more exact first."""

LARGEST_BLOCK = 4 * 1024 * 1024
"""Bytes of a block unpacked; programs write eight thousand things into one, far less than this."""

THICKEST = 20
"""How many times larger unpacked; honest blocks reach about five."""

OVER = {"disused": ("yes",), "abandoned": ("yes",), "opening_hours": ("off", "closed")}
"""Tags of things that are drawn still and help nobody any more."""


def read_osm(path: Path, kinds: Mapping[str, str]) -> Sheet:
    """Read what the table knows; raise Unreadable when the file is no extract.

    Args:
        path: the file.
        kinds: tags such as `amenity=pharmacy`, and the category each means.
    """
    _refuse_bursting(path)
    try:
        with osmium.io.Reader(_extract(path)) as reader:
            reader.header()
    except RuntimeError as cause:
        raise broken() from cause
    return Sheet("osm", WORDS, counted(_rows(path, kinds)))


def _refuse_bursting(path: Path) -> None:
    """Raise Unreadable for blocks that unpack into far more than they are.

    A file of 300 kB made osmium take 4.3 GB; what its blocks unpack into stands at their heads.
    https://wiki.openstreetmap.org/wiki/PBF_Format
    """
    with path.open("rb") as file:
        while size := file.read(4):
            length = dict(_fields(file, int.from_bytes(size))).get(3, 0)
            unpacked = dict(_fields(file, length)).get(2, length)
            if unpacked > LARGEST_BLOCK or unpacked > THICKEST * length + LARGEST_BLOCK // 16:
                raise bomb()


def _fields(file: IO[bytes], length: int) -> Iterator[tuple[int, int]]:
    """Give the numbers of a message's fields with their value, or their length in bytes."""
    end = file.tell() + length
    while file.tell() < end:
        key = _number(file)
        value = _number(file)
        if key & 7 == 2:
            file.seek(value, SEEK_CUR)
        elif key & 7:
            raise broken()
        yield key >> 3, value


def _number(file: IO[bytes]) -> int:
    """Read a number of seven bits a byte, the smallest first."""
    found = shift = 0
    while shift < 64:
        if not (byte := file.read(1)):
            raise broken()
        found |= (byte[0] & 127) << shift
        if byte[0] < 128:
            return found
        shift += 7
    raise broken()


def _extract(path: Path) -> Any:
    """Name the format too: a file somebody sent has lost its ending, by which osmium tells."""
    return osmium.io.File(str(path), "pbf")


def broken() -> Unreadable:
    """Return the refusal of a file osmium can't read."""
    return Unreadable(_("This is no extract of OpenStreetMap, or it is damaged."))


def _rows(path: Path, kinds: Mapping[str, str]) -> Iterator[Row]:
    """Give one row a thing; nodes and ways have a point, relations none."""
    number = 1
    with TemporaryDirectory() as folder:
        things = osmium.FileProcessor(_extract(path)).with_locations(
            f"sparse_file_array,{folder}/nodes"
        )
        try:
            for thing in things.with_filter(osmium.filter.KeyFilter(*KEYS)):
                tags = {tag.k: tag.v for tag in thing.tags}
                if kind := kind_of(tags, kinds):
                    number += 1
                    row = words_row(number, {**_cells(tags, kind), **_where(thing)})
                    yield (
                        replace(row, notes={WORDS.index("name"): "is over"})
                        if _is_over(tags)
                        else row
                    )
        except RuntimeError as cause:
            raise broken() from cause


def kind_of(tags: Mapping[str, str], kinds: Mapping[str, str]) -> str | None:
    """Return the category of a thing, or None when it is not one of ours."""
    for key in KEYS:
        for value in tags.get(key, "").split(";"):
            if kind := kinds.get(f"{key}={value.strip()}"):
                return kind
    return None


def _is_over(tags: Mapping[str, str]) -> bool:
    return any(tags.get(key) in said for key, said in OVER.items())


def _cells(tags: Mapping[str, str], kind: str) -> dict[str, str]:
    """Return what the tags say, under our words."""
    street = tags.get("addr:street", "")
    return {
        "name": _first(tags, "name:it", "name", "operator", "brand"),
        "category": kind,
        "what": _first(tags, "description:it", "description"),
        "offered_by": tags.get("operator", ""),
        "address": f"{street} {tags.get('addr:housenumber', '')}".strip() if street else "",
        "comune": tags.get("addr:city", ""),
        "province": tags.get("addr:province", ""),
        "hours": tags.get("opening_hours", ""),
        "phones": _first(tags, "contact:phone", "phone", "contact:mobile"),
        "email": _first(tags, "contact:email", "email"),
        "web": _first(tags, "contact:website", "website", "url"),
        "wheelchair": tags.get("wheelchair", ""),
        "accessibility": ";".join(aids_tagged(tags)),
        "who_for": tags.get("social_facility:for", "").replace("_", " ").replace(";", ", "),
        "cost": {"no": "gratis"}.get(tags.get("fee", ""), tags.get("charge", "")),
        "capacity_max": tags.get("capacity", ""),
        "told_on": tags.get("check_date", ""),
        "languages": ";".join(
            key.removeprefix("language:")
            for key, value in tags.items()
            if key.startswith("language:") and value in {"yes", "main"}
        ),
    }


def _first(tags: Mapping[str, str], *keys: str) -> str:
    return next((tags[key] for key in keys if tags.get(key)), "")


def _where(thing: Any) -> dict[str, str]:
    """Return the id of a thing, and its point; of a way the middle of its corners."""
    kind = {"n": "node", "w": "way", "r": "relation"}[thing.type_str()]
    found = {"id": f"{kind}/{thing.id}"}
    points = [thing.location] if kind == "node" else _corners(thing) if kind == "way" else []
    if points:
        found["lat"] = f"{sum(point.lat for point in points) / len(points):.7f}"
        found["lon"] = f"{sum(point.lon for point in points) / len(points):.7f}"
    return found


def _corners(way: Any) -> list[Any]:
    corners = [node.location for node in way.nodes if node.location.valid()]
    return corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners
