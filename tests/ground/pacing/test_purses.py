"""A purse empties, fills again, is shared by forked processes, and the table never grows."""

import os

from nucleus.ground.pacing.purses import SETS, WAYS, Purses


def test_an_empty_purse_fills_by_a_second_each_second() -> None:
    purses = Purses(10)
    for _ in range(3):
        purses.take("a", 100.0, price=5)
    assert purses.wait("a", 100.0) == 5
    assert purses.wait("a", 103.0) == 2
    assert purses.wait("a", 105.0) == 0
    assert purses.wait("b", 100.0) == 0
    purses.take("a", 500.0, price=5)
    assert purses.wait("a", 500.0) == 0, "a purse never holds more than it holds"


def test_processes_of_one_machine_share_the_purses() -> None:
    """The web server makes the house once and forks its processes from there."""
    purses = Purses(10)
    if (child := os.fork()) == 0:  # pragma: no cover  the other process
        purses.take("a", 100.0, price=25)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert purses.wait("a", 100.0) == 15


def test_who_comes_from_ever_new_addresses_never_fills_the_table() -> None:
    """What is pushed out is the fullest purse, so the one that must wait goes on waiting."""
    purses = Purses(10)
    purses.take("flood", 100.0, price=1000)
    for number in range(2 * SETS * WAYS):
        purses.take(f"new {number}", 100.0, price=0.02)
    assert purses.wait("flood", 100.0) == 990
