"""Leaves out the corners of borders that nobody sees, and opens no gap between neighbours; pure.

Two neighbours share their border. Each shared line is cut where a third one begins and thinned out
once, so that both keep the same corners: no place falls between them.
"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import hypot

from maps.earth.shapes import Ring
from maps.formats.numbers import LARGEST, Numbers

Corner = tuple[float, float]
Numbered = Sequence[int]
"""A ring whose corners are numbers of eight bytes: all borders of Italy wait so at once."""

DECIMALS = 5
SCALE = 10**DECIMALS
NORTHERN, EASTERN, BITS = 90 * SCALE, 180 * SCALE, 26
TOLERANCE = 0.0008
"""Degrees a thinned line may leave the true one: some 80 m, less than a comune's own doubt."""

MIXED = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
"""Two odd numbers that make one of a pair: of a million lines hardly two get the same."""


def numbered(ring: Ring) -> Numbered:
    """Return a ring as numbers; its corners have five decimals. Raise ValueError off the earth."""
    return array("q", (_number(corner) for corner in ring))


def _number(corner: Corner) -> int:
    north: int = round(corner[0] * SCALE) + NORTHERN
    east: int = round(corner[1] * SCALE) + EASTERN
    if not (0 < north <= 2 * NORTHERN and 0 < east <= 2 * EASTERN):
        raise ValueError(corner)
    return north << BITS | east


def _corner(number: int) -> Corner:
    north, east = number >> BITS, number & (1 << BITS) - 1
    return (north - NORTHERN) / SCALE, (east - EASTERN) / SCALE


class Lines:
    """The lines of a map: which corners lie between two others and nowhere else."""

    def __init__(self) -> None:
        """Begin with an empty map."""
        self._lines = Numbers()
        self._ends = Numbers(), Numbers(), Numbers()

    def add(self, ring: Numbered) -> None:
        """Draw a ring."""
        for line in pairwise(ring):
            first, last = sorted(line)
            if self._lines.add((first * MIXED[0] ^ last * MIXED[1]) & LARGEST or 1):
                for corner in line:  # the first line that ends here, else the second or third
                    any(ends.add(corner) for ends in self._ends)

    def is_knot(self, corner: int) -> bool:
        """Say whether other than two lines end at a corner."""
        _once, twice, thrice = self._ends
        return corner in thrice or corner not in twice

    def thinned(self, rings: Iterable[Numbered]) -> list[Ring]:
        """Return rings of the map with fewer corners; what touched still touches."""
        return [small for ring in rings if len(small := self._thin_ring(ring)) > 3]

    def _thin_ring(self, ring: Numbered) -> Ring:
        """Cut a ring where lines meet, thin each piece, and put it together again."""
        open_ring = ring[:-1]
        knots = [at for at, corner in enumerate(open_ring) if self.is_knot(corner)]
        if not knots:  # an island: begin at a corner both walks around it would choose
            knots = [open_ring.index(min(open_ring)), open_ring.index(max(open_ring))]
            knots = sorted(set(knots))
        turned = [_corner(number) for number in (*open_ring[knots[0] :], *open_ring[: knots[0]])]
        cuts = [*(at - knots[0] for at in knots), len(turned)]
        walk = (*turned, turned[0])
        pieces = (_thin_line(walk[start : end + 1]) for start, end in pairwise(cuts))
        corners = [corner for piece in pieces for corner in piece[:-1]]
        return (*corners, corners[0])


def _thin_line(line: tuple[Corner, ...]) -> tuple[Corner, ...]:
    """Leave out corners (Douglas, Peucker); walked the same way whoever asks."""
    if line[0] > line[-1]:
        return _thin_line(line[::-1])[::-1]
    kept, todo = {0, len(line) - 1}, [(0, len(line) - 1)]
    while todo:
        start, end = todo.pop()
        far, at = _furthest(line, start, end)
        if far > TOLERANCE:
            kept.add(at)
            todo += [(start, at), (at, end)]
    return tuple(line[at] for at in sorted(kept))


def _furthest(line: tuple[Corner, ...], start: int, end: int) -> tuple[float, int]:
    """Return how far the corner lies that is furthest from the straight line, and which it is."""
    (y, x), (far_y, far_x) = line[start], line[end]
    along_y, along_x = far_y - y, far_x - x
    length = hypot(along_y, along_x)
    found = (0.0, start)
    for at in range(start + 1, end):
        to_y, to_x = line[at][0] - y, line[at][1] - x
        away = abs(along_x * to_y - along_y * to_x) / length if length else hypot(to_y, to_x)
        if away > found[0]:
            found = (away, at)
    return found
