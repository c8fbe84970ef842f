"""Numbers on a printed map: what lies close together shares a mark, a crowd gets a letter; pure.

Nothing on the paper hides anything. A mark that would need a long line of numbers is printed as a
letter, and a second map of that letter shows the same places larger.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

APART = 2.0
"""How much paper stays between two marks."""

MOST_AT_A_MARK = 5
"""More places than this under one mark are drawn once more, larger."""

SIGNS_A_LINE = 14
"""So many signs stand in one line of a mark; a longer row of numbers is broken."""


@dataclass(frozen=True)
class Mark:
    """One mark on the sheet: which numbers it stands for, and where it is in the drawing.

    With a `letter` the numbers stand on the map of that letter.
    """

    numbers: tuple[int, ...]
    x: float
    y: float
    letter: str = ""

    @property
    def label(self) -> str:
        """Return the numbers as they are printed: *3*, *3, 5* or *3–7, 9*."""
        return self.letter or ", ".join(_runs(self.numbers))

    @property
    def lines(self) -> list[str]:
        """Return the label in lines that a mark has room for."""
        if self.letter:
            return [self.letter]
        lines = [""]
        for run in _runs(self.numbers):
            longer = f"{lines[-1]}, {run}" if lines[-1] else run
            if lines[-1] and len(longer) > SIGNS_A_LINE:
                lines.append(run)
            else:
                lines[-1] = longer
        return lines

    @property
    def wide(self) -> float:
        """Return how wide its box is."""
        return max(20.0, 8.0 * max(map(len, self.lines)) + 8.0)

    @property
    def tall(self) -> float:
        """Return how tall its box is."""
        return 4.0 + 16.0 * len(self.lines)

    def at(self, width: float) -> float:
        """Return where its middle is printed on a sheet so wide: never over the edge."""
        return min(max(self.x, self.wide / 2 + 2), width - self.wide / 2 - 2)

    def covers(self, other: "Mark") -> bool:
        """Say whether the two boxes would lie on one another."""
        across = abs(self.x - other.x) < (self.wide + other.wide) / 2 + APART
        return across and abs(self.y - other.y) < (self.tall + other.tall) / 2 + APART


def marks_of(spots: Iterable[tuple[int, float, float]]) -> list[Mark]:
    """Give one mark for what lies too close together, the first number's place counting."""
    marks: list[Mark] = []
    for number, x, y in spots:
        marks = _with(marks, Mark((number,), x, y))
    return marks


def is_crowd(mark: Mark) -> bool:
    """Say whether a mark stands for too many to be told apart."""
    return len(mark.numbers) > MOST_AT_A_MARK or len(mark.lines) > 1


def _with(marks: list[Mark], new: Mark) -> list[Mark]:
    """Add a mark; the one it would lie on takes its numbers, grows, and may reach the next."""
    under = next((mark for mark in marks if mark.covers(new)), None)
    if under is None:
        return [*marks, new]
    others = [mark for mark in marks if mark is not under]
    numbers = tuple(sorted((*under.numbers, *new.numbers)))
    return _with(others, Mark(numbers, under.x, under.y))


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """Give numbers that follow one another as *3–7*, from three on."""
    start = 0
    for at in range(1, len(numbers) + 1):
        if at < len(numbers) and numbers[at] == numbers[at - 1] + 1:
            continue
        run = numbers[start:at]
        yield from [f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run)
        start = at
