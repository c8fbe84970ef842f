"""Promises about shapes: inside is inside, whatever the outline looks like; pure."""

from hypothesis import given
from hypothesis import strategies as st

from maps.earth.geometry import Point, distance_km
from maps.earth.shapes import Circle, Outline, Region, circle_ring, closed, from_json, to_json

SQUARE = closed(((40.0, 14.0), (41.0, 14.0), (41.0, 15.0), (40.0, 15.0)))
HOLE = closed(((40.4, 14.4), (40.6, 14.4), (40.6, 14.6), (40.4, 14.6)))
ISLAND = closed(((42.0, 16.0), (42.1, 16.0), (42.1, 16.1)))


@given(st.floats(39.5, 41.5), st.floats(13.5, 15.5))
def test_a_square_holds_what_lies_between_its_edges(lat: float, lon: float) -> None:
    edge = lat in {40.0, 41.0} or lon in {14.0, 15.0}
    inside = 40 < lat < 41 and 14 < lon < 15
    assert edge or Outline((SQUARE,)).holds(Point(lat, lon)) is inside


def test_holes_are_outside_and_islands_inside() -> None:
    shape = Outline((SQUARE, HOLE, ISLAND))
    assert shape.holds(Point(40.2, 14.2))
    assert not shape.holds(Point(40.5, 14.5))
    assert shape.holds(Point(42.06, 16.02))


@given(st.floats(36, 46), st.floats(7, 18), st.floats(0.2, 150), st.floats(0, 1.2))
def test_a_drawn_circle_is_the_circle_that_is_asked(
    lat: float, lon: float, km: float, share: float
) -> None:
    circle = Circle(Point(lat, lon), km)
    for corner in circle_ring(circle):
        assert abs(distance_km(circle.centre, Point(*corner)) - km) < 0.02 * km
    point = Point(lat + share * km / 111, lon)
    assert circle.holds(point) is (distance_km(circle.centre, point) <= km)
    assert Region((circle,)).holds(circle.centre)


def test_a_shape_is_kept_as_it_was() -> None:
    for shape in (Circle(Point(40.1, 14.1), 2.5), Outline((SQUARE, HOLE))):
        assert from_json(to_json(shape)) == shape
