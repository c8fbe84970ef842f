"""The needs of an alert are disjoint places, and nobody sits on one that is not theirs."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from alerts.choosing.matching import filled, may_be_taken, open_places, seat, ways_in

NEEDS = st.dictionaries(st.integers(1, 3), st.integers(1, 3), min_size=1)
PEOPLE = st.dictionaries(st.integers(1, 5), st.frozensets(st.integers(1, 3)), max_size=5)


def best_by_trying_all(fits: dict[int, frozenset[int]], places: dict[int, int]) -> int:
    choices = [[None, *sorted(needs & places.keys())] for needs in fits.values()]
    return max(
        sum(need is not None for need in each)
        for each in product(*choices)
        if all(each.count(need) <= count for need, count in places.items())
    )


@given(fits=PEOPLE, places=NEEDS)
def test_as_many_are_seated_as_trying_everything_would_seat(
    fits: dict[int, frozenset[int]], places: dict[int, int]
) -> None:
    assert len(seat(fits, places)) == best_by_trying_all(fits, places)


@given(fits=PEOPLE, places=NEEDS)
def test_nobody_sits_where_they_do_not_fit_and_no_need_is_overfilled(
    fits: dict[int, frozenset[int]], places: dict[int, int]
) -> None:
    assert all(need in fits[person] for person, need in seat(fits, places).items())
    assert all(filled(fits, places)[need] <= count for need, count in places.items())


@given(fits=PEOPLE, places=NEEDS, one_more=st.frozensets(st.integers(1, 3)))
def test_one_more_is_taken_exactly_when_a_seating_with_all_exists(
    fits: dict[int, frozenset[int]],
    places: dict[int, int],
    one_more: frozenset[int],
) -> None:
    coming: dict[int, frozenset[int]] = {}
    for person, needs in fits.items():
        if may_be_taken(needs, coming, places):
            coming[person] = needs
    everybody = {**coming, 99: one_more}
    fits_in = best_by_trying_all(everybody, places) == len(everybody)
    assert may_be_taken(one_more, coming, places) is fits_in
    assert len(coming) <= sum(places.values())


def test_the_only_arabic_speaker_gives_up_the_seat_anybody_could_have() -> None:
    places = {1: 1, 2: 1}
    coming = {7: frozenset({1, 2})}
    assert may_be_taken(frozenset({2}), coming, places)
    assert may_be_taken(frozenset({1}), coming, places)
    assert not may_be_taken(frozenset({2}), coming | {8: frozenset({2})}, places)
    assert open_places(coming | {8: frozenset({2})}, places) == {}


def test_a_lapsed_qualification_does_not_make_room_for_a_fourth_of_three() -> None:
    places = {1: 1, 2: 2}
    coming = {7: frozenset[int](), 8: frozenset[int](), 9: frozenset[int]()}
    assert ways_in(coming, places) == frozenset()
