"""A set of whole numbers at eight bytes each: of a million, Python's own takes ten times that.

They lie in one array, each at the first free place from where its own bits send it.
"""

from array import array

FULL = 0.6
"""The share of places that may be taken before there are twice as many."""

FIRST = 1024
NOBODY = 0
LARGEST = 2**63 - 1


class Numbers:
    """A growing set of whole numbers above zero that fit into eight bytes."""

    def __init__(self) -> None:
        """Begin with none."""
        self._places = array("q", bytes(8 * FIRST))
        self._count = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    def __contains__(self, number: int) -> bool:
        """Say whether a number is there."""
        return self._places[self._place_of(number)] == number

    def add(self, number: int) -> bool:
        """Put a number in; say whether it is new."""
        at = self._place_of(number)
        if self._places[at] == number:
            return False
        self._places[at] = number
        self._count += 1
        if self._count > FULL * len(self._places):
            self._grow()
        return True

    def _place_of(self, number: int) -> int:
        """Return where a number lies, or where it belongs."""
        places, last = self._places, len(self._places) - 1
        at = (number ^ number >> 29) * 0x9E3779B1 & last
        while places[at] != number and places[at] != NOBODY:
            at = at + 1 & last
        return at

    def _grow(self) -> None:
        before, self._places = self._places, array("q", bytes(16 * len(self._places)))
        for number in before:
            if number != NOBODY:
                self._places[self._place_of(number)] = number
