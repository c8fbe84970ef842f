"""Promises about points as people write, copy and share them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nucleus.places.coordinates import ShortLink, read_point

TOWN = (40.9949, 14.2108)


@pytest.mark.parametrize(
    "typed",
    [
        "41.9028, 12.4964", "41,9028 12,4964", "41,9028; 12,4964", "41,9028, 12,4964",
        "41.9028 12.4964", "(41.9028, 12.4964)", "41.9028,12.4964", "41.9028° N, 12.4964° E",
        "41.9028/12.4964", " +41.9028  +12.4964 ",
        "geo:41.9028,12.4964", "geo:41.9028,12.4964?z=17", "GEO:41.9028,12.4964".lower(),
        "https://www.openstreetmap.org/#map=17/41.9028/12.4964",
        "https://www.openstreetmap.org/?mlat=41.9028&mlon=12.4964#map=5/10.0/10.0",
        "https://www.google.com/maps/@41.9028,12.4964,17z",
        "https://www.google.com/maps/place/Roma/@10.5,10.5,17z/data=!3m1!4b1!3d41.9028!4d12.4964",
        "https://www.google.com/maps?q=41.9028,12.4964",
        "https://maps.google.com/?q=loc:41.9028,12.4964",
        "https://www.google.com/maps/search/?api=1&query=41.9028%2C12.4964",
        "https://www.google.com/maps/search/41.9028,+12.4964",
        "https://maps.apple.com/?ll=41.9028,12.4964&q=Roma",
        "https://www.bing.com/maps?cp=41.9028~12.4964&lvl=16",
        "https://www.openstreetmap.org/directions?from=&to=#map=12.5/41.9028/12.4964",
    ],
)  # fmt: skip
def test_a_point_is_read_however_it_was_copied(typed: str) -> None:
    assert read_point(typed) == pytest.approx((41.9028, 12.4964))


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("41°54\u203210\u2033N 12°29\u203247\u2033E", (41.902778, 12.496389)),
        ("41° 54' 10.08\" N, 12° 29' 47,04\" E", (41.9028, 12.4964)),
        ("12°29'47\"E 41°54'10\"N", (41.902778, 12.496389)),
        ("41º54\u201910\u201dN 12º29\u201947\u201dE", (41.902778, 12.496389)),
        ("41°54.168\u2032N 12°29.784\u2032E", (41.9028, 12.4964)),
        ("33.8568 S 151.2153 E", (-33.8568, 151.2153)),
        ("41,9", None),
        ("41.9028", None),
        ("91.0, 12.0", None),
        ("41.9, 181.5", None),
        ("via Roma 8", None),
        ("", None),
        ("41,12", None),
        ("41,9 12,5", (41.9, 12.5)),
        ("41.9, 12.5", (41.9, 12.5)),
        ("https://example.org/41.9028", None),
        ("javascript:alert(1)", None),
        ("\u221233.8568, 151.2153", (-33.8568, 151.2153)),
    ],
)
def test_degrees_minutes_and_what_is_no_point(typed: str, point: tuple[float, float]) -> None:
    found = read_point(typed)
    assert found == (pytest.approx(point, abs=1e-6) if point else None)


@pytest.mark.parametrize(
    ("code", "point"),
    [
        # As in the test data of the specification.
        ("7FG49Q00+", (20.375, 2.775)),
        ("8FVC9G8F+6X", (47.3655625, 8.5249375)),
        ("8FVC9G8F+6XQ", (47.365590, 8.524997)),
        ("8fvc9g8f+6x Zürich", (47.3655625, 8.5249375)),
    ],
)
def test_a_plus_code_is_the_middle_of_its_square(code: str, point: tuple[float, float]) -> None:
    if "0" in code:
        assert read_point(code) is None, "a padded code is a whole region, not a point"
        return
    assert read_point(code) == pytest.approx(point, abs=2e-5)


def test_a_short_plus_code_is_meant_from_the_town() -> None:
    assert read_point("9G8F+6X Zürich") is None
    assert read_point("9G8F+6X Zürich", near=(47.37, 8.54)) == pytest.approx(
        (47.3655625, 8.5249375)
    )
    # From the edge of the wide square the nearest one may lie in the next.
    assert read_point("9G8F+6X", near=(47.37, 8.0001)) == pytest.approx((47.3655625, 7.5249375))


@pytest.mark.parametrize(
    "link", ["https://maps.app.goo.gl/AbC", "https://goo.gl/maps/x", "https://osm.org/go/xxT8"]
)
def test_a_shortened_link_is_said_to_be_one(link: str) -> None:
    with pytest.raises(ShortLink):
        read_point(link)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_point_that_is_written_out_is_read_back(lat: float, lon: float) -> None:
    for written in (f"{lat:.6f}, {lon:.6f}", f"{lat:.6f} {lon:.6f}".replace(".", ",")):
        assert read_point(written) == pytest.approx((lat, lon), abs=1e-6)


@given(st.text(max_size=80))
def test_nothing_typed_ever_breaks_it(typed: str) -> None:
    point = None
    try:
        point = read_point(typed, near=TOWN)
    except ShortLink:
        return
    assert point is None or (abs(point[0]) <= 90 and abs(point[1]) <= 180)
