"""Draws the map of a printed sheet as SVG: land, borders, names, numbers; black on white; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import cos, log10, radians
from string import ascii_uppercase

from maps.earth.geometry import Box, Point
from maps.earth.shapes import Ring
from maps.sheets.marks import Mark, is_crowd, marks_of

WIDE, TALL = 720.0, 460.0
SMALLER = 0.62
"""Maps of a crowd are printed at half the width: with so much less in them they can be read."""

MARGIN = 40.0
LEAST_DEGREES = 0.02
"""A single point is shown with some two kilometres around it."""

KM_A_DEGREE = 111.195
MOST_MAPS = 6
"""So many maps of a crowd fit on paper beside the first one."""


@dataclass(frozen=True)
class Scale:
    """The bar that says how long a kilometre is."""

    km: float
    length: float


@dataclass(frozen=True)
class Name:
    """The name of a town, its middle under the point."""

    words: str
    x: float
    y: float


@dataclass(frozen=True)
class Ground:
    """What lies under the numbers: land, borders, what was drawn, towns by name."""

    land: Sequence[Ring] = ()
    borders: Sequence[Ring] = ()
    shapes: Sequence[Ring] = ()
    towns: Sequence[tuple[str, Point]] = ()


@dataclass(frozen=True)
class Picture:
    """A map for paper: paths in a drawing of `wide` by `tall`, marks, names, and a scale.

    `letter` is empty for the first map.
    """

    land: tuple[str, ...]
    borders: tuple[str, ...]
    shapes: tuple[str, ...]
    names: tuple[Name, ...]
    marks: tuple[Mark, ...]
    scale: Scale
    wide: float
    tall: float
    letter: str = ""


class Frame:
    """Puts points of the earth onto the sheet: flat, true in the middle, north above."""

    def __init__(self, box: Box, share: float = 1.0) -> None:
        """Make the box fill the sheet, or a share of one."""
        self.wide, self.tall = WIDE * share, TALL * share
        middle = (box.south + box.north) / 2
        self.narrow = cos(radians(middle))
        tall = max(box.north - box.south, LEAST_DEGREES)
        wide = max((box.east - box.west) * self.narrow, LEAST_DEGREES)
        self.size = min((self.wide - 2 * MARGIN) / wide, (self.tall - 2 * MARGIN) / tall)
        self.lat, self.lon = middle, (box.west + box.east) / 2

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Return where a point is on the sheet."""
        x = self.wide / 2 + (lon - self.lon) * self.narrow * self.size
        return x, self.tall / 2 - (lat - self.lat) * self.size

    def path(self, ring: Ring) -> str:
        """Return a ring as an SVG path, or nothing when it lies outside."""
        points = [self.at(lat, lon) for lat, lon in ring]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        if max(xs) < 0 or min(xs) > self.wide or max(ys) < 0 or min(ys) > self.tall:
            return ""
        steps = " ".join(f"{x:.0f} {y:.0f}" for x, y in _apart(points))
        return f"M{steps}Z"

    def scale(self) -> Scale:
        """Return a bar of a round number of kilometres, about a fifth of the sheet."""
        most = self.wide / 5 / self.size * KM_A_DEGREE
        power = 10.0 ** int(log10(most) - (most < 1))
        km = max(step * power for step in (1, 2, 5) if step * power <= most)
        return Scale(km, km / KM_A_DEGREE * self.size)


def pictures(points: Sequence[Point | None], ground: Ground) -> list[Picture]:
    """Draw numbered points, counted from 1; a crowd gets a letter and a map of its own.

    Those without a point keep their number. The maps of crowds may have crowds themselves; when
    the letters are used up, a mark is as long as it must be.
    """
    spots = {at: point for at, point in enumerate(points, start=1) if point}
    rings = [ring for ring in ground.shapes if ring]
    corners = [*spots.values(), *(Point(*corner) for ring in rings for corner in ring)]
    if not corners:
        return []
    letters = iter(ascii_uppercase[:MOST_MAPS])
    todo, drawn = [("", corners, spots)], list[Picture]()
    while todo:
        letter, seen, shown = todo.pop(0)
        one = _picture(Frame(_box_of(seen), SMALLER if letter else 1.0), shown, ground)
        marks = []
        for mark in one.marks:
            theirs = {number: spots[number] for number in mark.numbers}
            apart = len(set(theirs.values())) > 1
            lettered = next(letters, "") if is_crowd(mark) and apart else ""
            marks.append(replace(mark, letter=lettered))
            if lettered:
                todo.append((lettered, list(theirs.values()), theirs))
        drawn.append(replace(one, marks=tuple(marks), letter=letter))
    return drawn


def _picture(frame: Frame, spots: dict[int, Point], ground: Ground) -> Picture:
    marks = marks_of((number, *frame.at(spot.lat, spot.lon)) for number, spot in spots.items())
    return Picture(
        land=_paths(frame, ground.land),
        borders=_paths(frame, ground.borders),
        shapes=_paths(frame, ground.shapes),
        names=tuple(_names(frame, marks, ground.towns)),
        marks=tuple(marks),
        scale=frame.scale(),
        wide=frame.wide,
        tall=frame.tall,
    )


def _box_of(points: Sequence[Point]) -> Box:
    lats, lons = [point.lat for point in points], [point.lon for point in points]
    return Box(min(lats), min(lons), max(lats), max(lons))


def _paths(frame: Frame, rings: Iterable[Ring]) -> tuple[str, ...]:
    return tuple(path for ring in rings if ring and (path := frame.path(ring)))


def _names(
    frame: Frame, marks: Sequence[Mark], towns: Iterable[tuple[str, Point]]
) -> Iterator[Name]:
    """Give the names of towns that have room beside the marks and one another."""
    taken = [(mark.x, mark.y, mark.wide / 2, mark.tall / 2) for mark in marks]
    for words, point in towns:
        x, y = frame.at(point.lat, point.lon)
        half = 3.6 * len(words)
        inside = half < x < frame.wide - half and 20 < y < frame.tall - 40
        if inside and all(abs(x - a) > w + half or abs(y - b) > h + 9 for a, b, w, h in taken):
            taken.append((x, y, half, 9))
            yield Name(words, x, y)


def _apart(points: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Leave out corners less than a dot from the last one, and what is far outside the sheet."""
    before = (-9e9, -9e9)
    for x, y in points:
        x, y = min(max(x, -WIDE), 2 * WIDE), min(max(y, -TALL), 2 * TALL)
        if abs(x - before[0]) + abs(y - before[1]) >= 1:
            yield x, y
            before = (x, y)
