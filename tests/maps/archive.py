"""A small real PMTiles archive of our own outline, for the promises that need tiles.

Vector tiles (MVT 2) in an archive (PMTiles 3), written by hand from the two specifications: the
libraries that write them would bring four more packages for one test.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import asinh, floor, pi, radians, tan
from pathlib import Path
from struct import pack

from maps.earth.geometry import Box, Point
from maps.earth.shapes import Ring

EXTENT = 4096
DEEPEST = 6
ITALY = Box(35.5, 6.5, 47.2, 18.6)
OWED = '<a href="https://example.org">© Natural Earth</a>'
Dots = list[tuple[int, int]]


def write_archive(path: Path, land: Sequence[Ring], towns: Sequence[tuple[str, Point]]) -> None:
    """Write an archive of land and names of towns, all zooms from 0 to `DEEPEST`."""
    tiles = sorted(
        (tile_id(z, x, y), gzip.compress(tile(z, x, y, land, towns), mtime=0))
        for z, x, y in covering(ITALY)
    )
    directory = gzip.compress(_directory(tiles), mtime=0)
    metadata = gzip.compress(json.dumps({"attribution": OWED}).encode(), mtime=0)
    data = b"".join(body for _, body in tiles)
    at_metadata = 127 + len(directory)
    at_data = at_metadata + len(metadata)
    parts = (127, len(directory), at_metadata, len(metadata), at_data, 0, at_data, len(data))
    counts = (len(tiles),) * 3
    corners = (round(each * 1e7) for each in (ITALY.west, ITALY.south, ITALY.east, ITALY.north))
    head = b"PMTiles\x03" + pack("<11Q", *parts, *counts) + bytes((1, 2, 2, 1, 0, DEEPEST))
    head += pack("<4iB2i", *corners, 5, 125_000_000, 420_000_000)
    path.write_bytes(head + directory + metadata + data)


def covering(box: Box) -> Iterator[tuple[int, int, int]]:
    """Give the tiles of a box at every zoom."""
    for z in range(DEEPEST + 1):
        (west, north), (east, south) = (
            mercator(lat, lon, z) for lat, lon in ((box.north, box.west), (box.south, box.east))
        )
        for x in range(floor(west), floor(east) + 1):
            yield from ((z, x, y) for y in range(floor(north), floor(south) + 1))


def mercator(lat: float, lon: float, z: int) -> tuple[float, float]:
    """Return where a point is, counted in tiles from the north-west."""
    across = (lon + 180) / 360
    down = (1 - asinh(tan(radians(lat))) / pi) / 2
    return across * 2**z, down * 2**z


def tile_id(z: int, x: int, y: int) -> int:
    """Return the place of a tile on the Hilbert curve, after all of the smaller zooms."""
    found, side = ((1 << 2 * z) - 1) // 3, (1 << z) // 2
    while side:
        right, below = int(x & side > 0), int(y & side > 0)
        found += side * side * ((3 * right) ^ below)
        if not below:
            if right:
                x, y = side - 1 - (x % side), side - 1 - (y % side)
            x, y = y, x
        side //= 2
    return found


def tile(z: int, x: int, y: int, land: Sequence[Ring], towns: Sequence[tuple[str, Point]]) -> bytes:
    """Return one vector tile: the land as `earth`, the towns as `places`."""

    def dots(ring: Iterable[tuple[float, float]]) -> Dots:
        seen: Dots = []
        for lat, lon in ring:
            across, down = mercator(lat, lon, z)
            dot = round((across - x) * EXTENT), round((down - y) * EXTENT)
            if not seen or abs(dot[0] - seen[-1][0]) + abs(dot[1] - seen[-1][1]) > 8:
                seen.append(dot)
        return seen

    rings = [shape for ring in land if len(shape := dots(ring)) > 2]
    earth = _layer("earth", [(3, _polygon(shape), "earth") for shape in rings])
    spots = ((dots([(at.lat, at.lon)]), name) for name, at in towns)
    names = [(1, _moves(spot, 1, (0, 0)), name) for spot, name in spots if _inside(spot[0])]
    places = _layer("places", names)
    return _field(3, earth) + _field(3, places)


def _inside(dot: tuple[int, int]) -> bool:
    return 0 <= dot[0] < EXTENT and 0 <= dot[1] < EXTENT


def _layer(name: str, features: list[tuple[int, list[int], str]]) -> bytes:
    words = list(dict.fromkeys(word for _, _, word in features))
    body = _field(15, 2) + _field(1, name.encode())
    for kind, geometry, word in features:
        tags = _packed([0, words.index(word), 1, len(words)])
        body += _field(2, _field(2, tags) + _field(3, kind) + _field(4, _packed(geometry)))
    body += _field(3, b"name") + _field(3, b"kind")
    for word in [*words, "earth" if name == "earth" else "locality"]:
        body += _field(4, _field(1, word.encode()))
    return body + _field(5, EXTENT)


def _polygon(ring: Dots) -> list[int]:
    around = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))
    turned = ring if around > 0 else ring[::-1]
    return [*_moves(turned[:1], 1, (0, 0)), *_moves(turned[1:], 2, turned[0]), 15]


def _moves(dots: Dots, command: int, begin: tuple[int, int]) -> list[int]:
    steps = [command | len(dots) << 3]
    for before, after in pairwise([begin, *dots]):
        steps += [_zigzag(after[0] - before[0]), _zigzag(after[1] - before[1])]
    return steps


def _zigzag(number: int) -> int:
    return number * 2 if number >= 0 else -number * 2 - 1


def _directory(tiles: list[tuple[int, bytes]]) -> bytes:
    ids = [0, *(number for number, _ in tiles)]
    steps = [after - before for before, after in pairwise(ids)]
    lengths = [len(body) for _, body in tiles]
    offsets = [1, *(0 for _ in tiles[1:])]
    return _packed([len(tiles), *steps, *(1 for _ in tiles), *lengths, *offsets])


def _packed(numbers: Iterable[int]) -> bytes:
    return b"".join(map(_varint, numbers))


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])
