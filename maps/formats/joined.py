"""Looks into the XML of a sheet for what its reader keeps to itself: joined cells and formulas."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import IO

from flask_babel import gettext as _

from maps.formats.tables import Row, Unreadable

PIECE = 1024 * 1024
OVERLAP = 512
MOST_JOINED = 100_000
"""Joined cells in a sheet; each may be carried along while its rows are read."""

FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
JOINED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]{0,99}?ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)


@dataclass(frozen=True)
class Joined:
    """Cells that stand as one: the first has the value, the others nothing. Columns begin at 0."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Inside:
    """What else a sheet holds."""

    joined: frozenset[Joined]
    formulas: bool


def look_inside(file: IO[bytes]) -> Inside:
    """Read a sheet's XML once, without taking it apart; raise Unreadable for one made to burst."""
    joined, formulas, before = set[Joined](), False, b""
    while piece := file.read(PIECE):
        text = before + piece
        formulas = formulas or FORMULA.search(text) is not None
        joined.update(_joined(*found) for found in JOINED.findall(text))
        if len(joined) > MOST_JOINED:
            raise Unreadable(_("Too many cells of this workbook are joined. Save it as CSV."))
        before = text[-OVERLAP:]
    return Inside(frozenset(joined), formulas)


def _joined(left: bytes, top: bytes, right: bytes, bottom: bytes) -> Joined:
    return Joined(int(top), int(bottom), _column(left), _column(right))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def named(joined: Iterable[Joined], headings: tuple[str, ...], *, across: bool) -> tuple[str, ...]:
    """Return the headings whose cells are joined: across columns, or only downwards."""
    columns = {
        at
        for one in joined
        if (one.right > one.left) is across
        for at in range(one.left, min(one.right + 1, len(headings)))
    }
    return tuple(headings[at] for at in sorted(columns) if headings[at])


class Carrying:
    """Gives the value of cells joined downwards to every row they span that says something.

    A town written once beside five places means all five. Sideways nothing is carried: nobody
    can tell of which column the words were meant.
    """

    def __init__(self, joined: Iterable[Joined]) -> None:
        self.beginning: dict[int, list[Joined]] = {}
        self.carried: dict[int, tuple[int, str, str]] = {}
        for one in joined:
            if one.bottom > one.top:
                self.beginning.setdefault(one.top, []).append(one)

    def filled(self, row: Row) -> Row:
        """Return the row with what stands above it in the same joined cell."""
        if not self.beginning or row.fault:
            return row
        for one in self.beginning.get(row.number, ()):
            if one.left < len(row.raw) and (said := row.raw[one.left]):
                self.carried[one.left] = one.bottom, said, row.notes.get(one.left, "")
        cells, notes = list(row.raw), dict(row.notes)
        for at, (bottom, said, note) in self.carried.items():
            if row.number <= bottom and not cells[at]:
                cells[at] = said
                notes |= {at: note} if note else {}
        return replace(row, raw=tuple(cells), notes=notes)
