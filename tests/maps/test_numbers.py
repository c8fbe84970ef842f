"""Promises of the set of numbers in which long lists and borders wait: a set, and a small one."""

import sys

from hypothesis import given
from hypothesis import strategies as some

from maps.formats.numbers import LARGEST, Numbers


@given(some.lists(some.integers(1, LARGEST) | some.integers(1, 50)))
def test_it_says_what_a_set_says(numbers: list[int]) -> None:
    ours, known = Numbers(), set[int]()
    for number in numbers:
        assert ours.add(number) is (number not in known)
        known.add(number)
    assert len(ours) == len(known)
    assert all(number in ours for number in known)
    assert all((number ^ 1 in ours) is (number ^ 1 in known) for number in known if number > 1)


def test_numbers_in_a_row_and_with_equal_ends_are_found_quickly_and_take_little_room() -> None:
    ours = Numbers()
    for number in range(1, 20_000):
        assert ours.add(number << 26)
        assert ours.add(number)
    assert len(ours) == 2 * 19_999
    assert sys.getsizeof(ours._places) < 9 * 2**17
