"""Promises about the days of patron saints: no door is called open that may be shut."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from maps.earth.geometry import Point
from maps.finding.search import Eyes, Filters, search
from nucleus.ground.clock import held_at
from nucleus.ground.database import db
from nucleus.places.services import Whereabouts
from nucleus.resources.holidays.models import LocalHoliday
from nucleus.resources.holidays.queries import local_holidays
from nucleus.resources.holidays.services import add_holiday
from nucleus.resources.hours import ITALY, Holiday, OpenState
from nucleus.resources.queries import opening_of
from nucleus.resources.reach import read_patch
from tests.cast import Cast
from tests.resources.furnish import put_resource, resource

SAINT = (1, 26)
MORNING = datetime(2026, 1, 26, 10, tzinfo=ITALY)
"""A Monday that is no holiday of all Italy."""
WEEK = "Mo-Su 09:00-18:00"
POINT = (40.9730, 14.2065)
ASKED = {"Accept-Language": "en"}
EMERGENCY: dict[str, Any] = {
    "emergency_hours": WEEK,
    "emergency_until": MORNING.date() + timedelta(days=1),
}


def put(comune: str | None, province: str | None = "CE", **facts: Any) -> int:
    where = Whereabouts("Via Roma 1", comune, province, point=POINT)
    return put_resource(f"Casa {comune} {province}", where=where, **{"hours": WEEK, **facts})


def put_holiday(cast: Cast, town: str) -> int:
    return add_holiday(read_patch(town), SAINT, name="San Paolo", actor=cast.carla).id


def test_map_list_and_page_say_the_same_of_every_door(cast_on_both: Cast) -> None:
    """Whatever way its town is written; another town of the name, or one unsaid, is not meant."""
    with cast_on_both.stage():
        put_holiday(cast_on_both, "Aversa (CE)")
        shut = [put("Aversa"), put("AVERSA"), put("aversa", None), put("Aversa", None)]
        others = [
            *(put("Aversa", "NA"), put("Teverola"), put(None), put("Aversa", hours="24/7")),
            put("Aversa", **EMERGENCY),
        ]
        put("Aversa", hours=None)
    for filters in (Filters(), Filters(open_now=True), Filters(text="casa")):
        with cast_on_both.stage():
            found = search(filters, Eyes(), MORNING)
            states = {hit.id: hit.state for hit in found.hits(limit=20)}
            assert {one for one, state in states.items() if state is OpenState.OPEN} == {*others}
            assert found.total == len(states)
            for number, state in states.items():
                assert opening_of(resource(number), MORNING, local_holidays()).state is state
    with cast_on_both.stage():
        why = {opening_of(resource(one), MORNING, local_holidays()).holiday for one in shut}
        assert why == {Holiday.LOCAL}


def test_the_nearest_open_door_is_none_that_keeps_holiday(cast: Cast) -> None:
    with cast.stage():
        put_holiday(cast, "Aversa")
        put("Aversa")
        near = Filters(near=Point(*POINT))
        assert search(near, Eyes(), MORNING).hits(limit=3)[0].state is OpenState.UNKNOWN
        after = search(near, Eyes(), MORNING + timedelta(days=1))
        assert after.hits(limit=3)[0].state is OpenState.OPEN


@pytest.fixture
def aversa(cast: Cast) -> Iterator[int]:
    """A desk in a town that keeps holiday today, open by its hours."""
    with held_at(MORNING):
        with cast.stage():
            put_holiday(cast, "Aversa")
            number = put("Aversa")
        yield number


def test_a_visitor_reads_why_and_what_to_do(client: FlaskClient, aversa: int) -> None:
    page = client.get(f"/resources/resource/show/{aversa}", headers=ASKED).text
    assert "Holiday of this town: ask before you go" in page
    assert "Today is <bdi>San Paolo</bdi>." in page
    assert "00:00–" not in page
    listed = client.get("/maps/resources/show", headers=ASKED).text
    assert "Holiday of this town: ask before you go" in listed


def test_what_travels_without_the_net_knows_it_too(cast: Cast, aversa: int) -> None:
    with cast.stage():
        uid = resource(aversa).uid
    client = cast.app.test_client()
    assert "EXDATE;TZID=Europe/Rome:20260126" in client.get(f"/maps/resources/{uid}.ics").text
    kept = client.get("/maps/resources/keep", headers=ASKED).text
    assert 'data-doors="0?' in kept


def test_a_coordinator_writes_a_day_down_and_strikes_it_out(cast: Cast) -> None:
    with cast.stage():
        put("Aversa")
    carla = cast.signed_in(cast.carla)
    offered = carla.get("/resources/holiday/list", headers=ASKED).text
    assert "town=Aversa+(CE)" in offered
    typed = {"town": "Aversa (ce)", "month": "1", "day": "26", "name": "San Paolo"}
    assert carla.post("/resources/holiday/add", data=typed).status_code == 303
    page = carla.get("/resources/holiday/list", headers=ASKED).text
    assert "26 January" in page
    assert "1 place" in page
    assert "town=Aversa" not in page
    again = carla.post("/resources/holiday/add", data=typed, headers=ASKED)
    assert (again.status_code, "in the list already" in again.text) == (422, True)
    with cast.stage():
        number = db.session.scalars(select(LocalHoliday.id)).one()
    assert carla.post(f"/resources/holiday/remove/{number}").status_code == 303
    assert carla.post(f"/resources/holiday/remove/{number}").status_code == 404
    with cast.stage():
        assert not local_holidays().rows


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"town": "CE"}, "Write one town"),
        ({"month": "2", "day": "30"}, "no such day"),
        ({"day": "0"}, "1"),
        ({"month": "13"}, ""),
        ({"town": ""}, ""),
    ],
)
def test_what_is_no_day_of_a_town_is_refused(cast: Cast, wrong: dict[str, str], words: str) -> None:
    typed = {"town": "Aversa", "month": "1", "day": "26", "name": "", **wrong}
    answer = cast.signed_in(cast.carla).post("/resources/holiday/add", data=typed, headers=ASKED)
    assert answer.status_code == 422
    assert words in answer.text
    with cast.stage():
        assert not local_holidays().rows


def test_a_misspelt_town_is_pointed_out(cast: Cast) -> None:
    with cast.stage():
        put("Aversa")
        put_holiday(cast, "Aversaa")
    page = cast.signed_in(cast.carla).get("/resources/holiday/list", headers=ASKED).text
    assert "is the town spelt right?" in page
