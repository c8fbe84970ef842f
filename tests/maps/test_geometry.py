"""Promises about distances and boxes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.earth.geometry import Point, box_around, distance_km, rings

lats, lons = st.floats(-89, 89), st.floats(-180, 180)
points = st.builds(Point, lats, lons)
ROME, NAPLES = Point(41.8931, 12.4828), Point(40.8359, 14.2488)


def test_rome_and_naples_are_189_kilometres_apart() -> None:
    assert distance_km(ROME, NAPLES) == pytest.approx(189, abs=1)


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_never_negative(a: Point, b: Point) -> None:
    assert distance_km(a, b) == pytest.approx(distance_km(b, a))
    assert 0 <= distance_km(a, b) <= 20016


@given(points, points, st.floats(0.1, 3000))
def test_whoever_is_within_the_radius_is_in_the_box(a: Point, b: Point, radius: float) -> None:
    if distance_km(a, b) <= radius and abs(a.lon - b.lon) <= 180:
        box = box_around(a, radius + 1e-6)
        assert box.holds(b)


def test_rings_end_where_the_person_says() -> None:
    assert list(rings(5)) == [1.5, 3, 5]
    assert list(rings())[-1] == 1500
