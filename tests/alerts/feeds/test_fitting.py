"""Which warnings concern us: what is near, serious and not over; what can't be placed comes in."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.cap.model import Area, CapAlert, Circle, Info
from alerts.feeds.fitting import Wanted, km_to_ring, left_out
from alerts.feeds.polling import LONGEST, pause_after
from maps.earth.geometry import Point

AT = datetime(2026, 11, 22, 2, tzinfo=UTC)
HERE = Point(41.0, 14.2)
SQUARE = ((40.9, 14.1), (40.9, 14.3), (41.1, 14.3), (41.1, 14.1), (40.9, 14.1))
EAST = tuple((lat, lon + 1) for lat, lon in SQUARE)
LONG = ((40.0, 14.3), (42.0, 14.3), (42.0, 15.0), (40.0, 15.0), (40.0, 14.3))


def said(*areas: Area, severity: str = "Severe", expires: datetime | None = None) -> CapAlert:
    info = Info(
        language="it", event="x", urgency="Expected", severity=severity, certainty="Likely",
        expires=expires, areas=areas,
    )  # fmt: skip
    facts = {"identifier": "1", "sender": "a", "sent": AT, "status": "Actual"}
    return CapAlert(message_type="Alert", infos=(info,), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("area", "why"),
    [
        (Area(words="x", polygons=(SQUARE,)), None),
        (Area(words="x", polygons=(EAST,)), "elsewhere"),
        (Area(words="x", polygons=(LONG,)), None),
        (Area(words="x", polygons=(EAST, SQUARE)), None),
        (Area(words="x", circles=(Circle(41.0, 15.2, 70.0),)), None),
        (Area(words="x", circles=(Circle(41.0, 15.2, 10.0),)), "elsewhere"),
        (Area(words="x", geocodes=(("ISTAT", "061005"),)), None),
        (Area(words="Bolzano", geocodes=(("EMMA_ID", "IT016"),)), "elsewhere"),
        (Area(words="Campania"), None),
        (Area(words="Caserta"), None),
        (Area(words="Sardegna"), "elsewhere"),
        (Area(words="Sector B4"), None),
    ],
)
def test_a_warning_is_for_us_if_its_area_comes_near(area: Area, why: str | None) -> None:
    assert left_out(said(area), Wanted(near=HERE, km=20), AT) == why


def test_one_area_we_can_not_place_lets_a_warning_in() -> None:
    areas = Area(words="x", polygons=(EAST,)), Area(words="Sector B4")
    assert left_out(said(*areas), Wanted(near=HERE, km=20), AT) is None


def test_without_a_place_everything_is_near() -> None:
    assert left_out(said(Area(words="x", polygons=(EAST,))), Wanted(), AT) is None


@pytest.mark.parametrize(
    ("severity", "why"),
    [("Extreme", None), ("Moderate", None), ("Minor", "minor"), ("Unknown", None)],
)
def test_small_things_are_left_out_and_unknown_ones_are_not(severity: str, why: str | None) -> None:
    assert left_out(said(severity=severity), Wanted(least="Moderate"), AT) == why


def test_what_is_over_is_left_out() -> None:
    assert left_out(said(expires=AT - timedelta(seconds=1)), Wanted(), AT) == "past"
    assert left_out(said(expires=AT), Wanted(), AT) is None
    assert left_out(said(), Wanted(), AT + timedelta(days=3)) == "past"


def test_a_side_that_passes_by_counts_and_not_its_corners_alone() -> None:
    assert km_to_ring(SQUARE, HERE) == 0
    assert km_to_ring(LONG, HERE) == pytest.approx(8.4, abs=0.2)


def test_a_pause_grows_and_ends_growing() -> None:
    pauses = [pause_after(tries) for tries in range(12)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(minutes=5), LONGEST)
    assert pause_after(0, 1e9) == LONGEST
