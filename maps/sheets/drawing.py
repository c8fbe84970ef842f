"""Draws the map of a printed sheet as SVG: land, borders, numbers; black on white; pure.

Numbers that would cover each other are printed as one mark with all of them, so that nothing on
the paper hides anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, log10, radians

from maps.earth.geometry import Box, Point
from maps.earth.shapes import Ring

WIDE, TALL = 720.0, 460.0
MARGIN = 40.0
LEAST_DEGREES = 0.02
"""A single point is shown with some two kilometres around it."""

APART = 22.0
"""How far apart two marks must be on the sheet to be two."""

KM_A_DEGREE = 111.195


@dataclass(frozen=True)
class Mark:
    """One mark on the sheet: which numbers it stands for, and where it is in the drawing."""

    numbers: tuple[int, ...]
    x: float
    y: float

    @property
    def label(self) -> str:
        """Return the numbers as they are printed: *3*, *3, 5* or *3–7*."""
        first, last = self.numbers[0], self.numbers[-1]
        if len(self.numbers) > 2 and last - first == len(self.numbers) - 1:
            return f"{first}–{last}"
        return ", ".join(map(str, self.numbers))

    @property
    def wide(self) -> float:
        """Return how wide its box is."""
        return max(20.0, 8.0 * len(self.label) + 8.0)


@dataclass(frozen=True)
class Scale:
    """The bar that says how long a kilometre is."""

    km: float
    length: float


@dataclass(frozen=True)
class Picture:
    """A map for paper: paths in a drawing of `WIDE` by `TALL`, marks, and a scale."""

    land: tuple[str, ...]
    borders: tuple[str, ...]
    shapes: tuple[str, ...]
    marks: tuple[Mark, ...]
    scale: Scale


class Frame:
    """Puts points of the earth onto the sheet: flat, true in the middle, north above."""

    def __init__(self, box: Box) -> None:
        """Make the box fill the sheet."""
        middle = (box.south + box.north) / 2
        self.narrow = cos(radians(middle))
        tall = max(box.north - box.south, LEAST_DEGREES)
        wide = max((box.east - box.west) * self.narrow, LEAST_DEGREES)
        self.size = min((WIDE - 2 * MARGIN) / wide, (TALL - 2 * MARGIN) / tall)
        self.lat, self.lon = middle, (box.west + box.east) / 2

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Return where a point is on the sheet."""
        x = WIDE / 2 + (lon - self.lon) * self.narrow * self.size
        return x, TALL / 2 - (lat - self.lat) * self.size

    def path(self, ring: Ring) -> str:
        """Return a ring as an SVG path, or nothing when it lies outside."""
        points = [self.at(lat, lon) for lat, lon in ring]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        if max(xs) < 0 or min(xs) > WIDE or max(ys) < 0 or min(ys) > TALL:
            return ""
        steps = " ".join(f"{x:.0f} {y:.0f}" for x, y in _apart(points))
        return f"M{steps}Z"

    def scale(self) -> Scale:
        """Return a bar of a round number of kilometres, about a fifth of the sheet."""
        most = WIDE / 5 / self.size * KM_A_DEGREE
        power = 10.0 ** int(log10(most) - (most < 1))
        km = max(step * power for step in (1, 2, 5) if step * power <= most)
        return Scale(km, km / KM_A_DEGREE * self.size)


def picture(
    points: Sequence[Point | None],
    *,
    land: Iterable[Ring] = (),
    borders: Iterable[Ring] = (),
    shapes: Iterable[Ring] = (),
) -> Picture | None:
    """Draw numbered points, counted from 1; those without a point keep their number."""
    drawn = [ring for ring in shapes if ring]
    corners = [(p.lat, p.lon) for p in points if p] + [corner for ring in drawn for corner in ring]
    if not corners:
        return None
    lats, lons = [lat for lat, _ in corners], [lon for _, lon in corners]
    frame = Frame(Box(min(lats), min(lons), max(lats), max(lons)))
    return Picture(
        land=_paths(frame, land),
        borders=_paths(frame, borders),
        shapes=_paths(frame, drawn),
        marks=tuple(_marks(frame, points)),
        scale=frame.scale(),
    )


def _paths(frame: Frame, rings: Iterable[Ring]) -> tuple[str, ...]:
    return tuple(path for ring in rings if (path := frame.path(ring)))


def _marks(frame: Frame, points: Sequence[Point | None]) -> Iterator[Mark]:
    """Give one mark for what lies too close together, the first number's place counting."""
    groups: list[tuple[list[int], float, float]] = []
    for number, point in enumerate(points, start=1):
        if point is None:
            continue
        x, y = frame.at(point.lat, point.lon)
        near = (
            g for g in groups if abs(g[1] - x) < APART + 4 * len(g[0]) and abs(g[2] - y) < APART
        )
        group = next(near, None)
        if group:
            group[0].append(number)
        else:
            groups.append(([number], x, y))
    yield from (Mark(tuple(numbers), x, y) for numbers, x, y in groups)


def _covers(group: tuple[list[int], float, float], x: float, y: float) -> bool:
    """Say whether a mark would lie on another one, which is wider the more numbers it has."""
    numbers, at_x, at_y = group
    return abs(at_x - x) < APART + 4 * len(numbers) and abs(at_y - y) < APART


def _apart(points: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Leave out corners less than a dot from the last one, and what is far outside the sheet."""
    before = (-9e9, -9e9)
    for x, y in points:
        x, y = min(max(x, -WIDE), 2 * WIDE), min(max(y, -TALL), 2 * TALL)
        if abs(x - before[0]) + abs(y - before[1]) >= 1:
            yield x, y
            before = (x, y)
