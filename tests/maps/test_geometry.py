"""Promises about distances and boxes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.earth.geometry import Point, box_around, distance_km, wider

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


@given(st.floats(0.1, 1500), st.integers(0, 19))
def test_the_next_ring_is_wider_and_drawn_for_twice_as_many(radius: float, found: int) -> None:
    following = wider(radius, found, 20)
    assert 1.4 * radius < following <= 4 * radius
    if found >= 3:
        assert found * (following / radius) ** 2 == pytest.approx(40)
