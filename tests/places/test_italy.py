"""Promises about coordinates as people type them."""

import pytest

from nucleus.places.italy import Doubt, doubt_about, in_italy, read_degrees


@pytest.mark.parametrize(
    ("typed", "degrees"),
    [
        ("41,92", 41.92),
        (" 12.5 ", 12.5),
        ("-3", -3.0),
        ("41.9°", 41.9),
        ("12,4656946650698", 12.4656946650698),
    ],
)
def test_a_decimal_comma_is_as_good_as_a_point(typed: str, degrees: float) -> None:
    assert read_degrees(typed) == degrees


@pytest.mark.parametrize("typed", ["", "nord", "41.92.1", "1,234,5", "nan", "1e5", "41 92"])
def test_what_is_no_number_is_no_number(typed: str) -> None:
    assert read_degrees(typed) is None


def test_lampedusa_and_the_brenner_are_in_italy() -> None:
    assert in_italy(35.5, 12.6)
    assert in_italy(47.0, 11.5)


@pytest.mark.parametrize(
    ("lat", "lon", "doubt"),
    [
        (41.9, 12.5, None),
        (12.5, 41.9, Doubt.SWAPPED),
        (0.0, 0.0, Doubt.ZERO),
        (40.7, -74.0, Doubt.OUTSIDE),
    ],
)
def test_a_point_that_cannot_be_right_is_doubted(
    lat: float, lon: float, doubt: Doubt | None
) -> None:
    assert doubt_about(lat, lon) is doubt
