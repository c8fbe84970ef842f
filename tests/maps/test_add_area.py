"""Promises of an area: drawn or named, kept until its end, public only when somebody says so."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from maps.models import Area
from nucleus.ground.clock import local, now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.places.services import Whereabouts
from nucleus.resources.services import edit_capacity
from tests.cast import Cast
from tests.resources.furnish import AVERSA, NAPLES, SECRET, put_resource, resource

AROUND_AVERSA = "40.965 14.195\n40.985 14.195\n40.985 14.220\n40.965 14.220"
AROUND_SECRET = "40.9605 14.187\n40.9620 14.187\n40.9620 14.1885\n40.9605 14.1885"


def until(days: float = 2) -> str:
    return f"{local(now() + timedelta(days=days), 'Europe/Rome'):%Y-%m-%dT%H:%M}"


def said(**more: str) -> dict[str, str]:
    return {"name": "Alluvione", "until": until(), **more}


def opened(carla: FlaskClient, **more: str) -> str:
    answer = carla.post("/maps/area/add", data=said(**more))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


@pytest.fixture
def places(cast: Cast) -> Cast:
    with cast.stage():
        put_resource("Sportello Aurora")
        put_resource("Mensa della Pace", where=AVERSA, category="food")
        put_resource("Ascolto", where=NAPLES, category="counselling")
        put_resource("Senza punto", where=Whereabouts(comune="Aversa", province="CE"))
        put_resource("Rifugio Alba", where=SECRET, visibility="members")
    return cast


@pytest.mark.parametrize(
    ("region", "inside", "outside"),
    [
        ({"towns": "aversa"}, {"Mensa della Pace", "Senza punto"}, {"Sportello Aurora"}),
        ({"corners": AROUND_AVERSA}, {"Mensa della Pace"}, {"Sportello Aurora", "Senza punto"}),
        ({"centre": "Teverola", "km": "1"}, {"Sportello Aurora"}, {"Ascolto"}),
        ({"centre": "40,8401 14,2488", "km": "0,5"}, {"Ascolto"}, {"Mensa della Pace"}),
        ({"towns": "Napoli (NA)\nTeverola"}, {"Ascolto", "Sportello Aurora"}, {"Senza punto"}),
    ],
)
def test_an_area_holds_what_lies_in_it(
    places: Cast, region: dict[str, str], inside: set[str], outside: set[str]
) -> None:
    carla = places.signed_in(places.carla)
    where = opened(carla, **region)
    page = carla.get(where).text
    assert {name for name in inside if name in page} == inside
    assert {name for name in outside if name in page} == set()
    pins = carla.get(f"/maps/resources.geojson?area={where.rpartition('/')[2]}").get_json()
    assert f'data-total="{len(pins["features"])}"' in page


def test_an_area_of_the_house_is_for_the_house_and_a_public_one_for_everybody(
    places: Cast, client: FlaskClient
) -> None:
    carla, bea = places.signed_in(places.carla), places.signed_in(places.bea)
    closed = opened(carla, towns="Aversa")
    public = opened(carla, towns="Aversa", public="y")
    assert [client.get(closed).status_code, bea.get(closed).status_code] == [404, 200]
    for path in (
        f"/maps/area/{closed[-1]}/shape.geojson",
        f"/maps/resources.geojson?area={closed[-1]}",
    ):
        assert client.get(path).status_code == 404, path
    assert client.get(public).status_code == 200
    assert "Rifugio Alba" in bea.get(public).text
    assert "Rifugio Alba" not in client.get(public).text


def test_an_area_closes_at_its_end_or_when_somebody_ends_it(
    places: Cast, client: FlaskClient
) -> None:
    carla = places.signed_in(places.carla)
    first, second = (opened(carla, towns="Aversa", public="y") for _ in range(2))
    assert carla.post(first.replace("show", "end")).status_code == 303
    with places.stage():
        area = db.session.get(Area, int(second[-1]))
        assert area is not None
        area.until = now() - timedelta(minutes=1)
    for path in (first, second):
        assert client.get(path).status_code == 404
        assert "This area is over." in carla.get(f"{path}?lang=en").text
    with places.stage():
        words = list(db.session.scalars(select(LogEntry.word).where(LogEntry.subject == "area:1")))
    assert words == ["maps.add_area", "maps.end_area"]


def test_a_small_area_does_not_find_a_confidential_place(places: Cast) -> None:
    carla, bea = places.signed_in(places.carla), places.signed_in(places.bea)
    around = opened(carla, corners=AROUND_SECRET)
    assert "Rifugio Alba" in carla.get(around).text
    assert "Rifugio Alba" not in bea.get(around).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "Name a town, or draw an area or a circle"),
        ({"towns": "Qwertyuiop"}, "We do not know a town called"),
        ({"towns": "Castro"}, "may be"),
        ({"corners": "40.9 14.2\n40.8 14.1"}, "An area needs three corners"),
        ({"corners": "14.2 40.9\nhello\n0 0"}, "is no point in Italy"),
        ({"centre": "Teverola"}, "Say how far the circle goes"),
        ({"towns": "Aversa", "until": "2020-01-01T10:00"}, "The end must lie ahead"),
        ({"towns": "Aversa", "until": until(200)}, "The end must lie ahead"),
    ],
)
def test_what_cannot_be_an_area_is_said_and_nothing_is_kept(
    places: Cast, wrong: dict[str, str], words: str
) -> None:
    carla = places.signed_in(places.carla)
    answer = carla.post("/maps/area/add?lang=en", data=said(**wrong))
    assert answer.status_code == 422
    assert words in answer.text
    with places.stage():
        assert db.session.scalar(select(Area)) is None


def test_one_may_look_before_saving(places: Cast) -> None:
    carla = places.signed_in(places.carla)
    answer = carla.post("/maps/area/add?lang=en", data=said(towns="Aversa", look="y"))
    assert answer.status_code == 200
    assert "Inside it are now" in answer.text
    with places.stage():
        assert db.session.scalar(select(Area)) is None


def test_the_page_says_what_is_free_and_as_of_when(places: Cast) -> None:
    with places.stage():
        number = put_resource("Dormitorio", where=AVERSA, category="shelter")
        facts = {"capacity_unit": "letti", "capacity_free": 7, "capacity_max": 12}
        edit_capacity(resource(number), facts, actor=places.carla)
        beds = resource(number)
        beds.emergency_hours, beds.emergency_until = "24/7", now().date() + timedelta(days=3)
    page = places.signed_in(places.carla).get(
        opened(places.signed_in(places.carla), towns="Aversa") + "?lang=en"
    ).text  # fmt: skip
    assert "7 free of 12" in page
    assert "counted at 1 place" in page
    assert "Other hours than usual until" in page


def test_an_area_can_be_changed_and_opened_again(places: Cast) -> None:
    carla = places.signed_in(places.carla)
    where = opened(carla, corners=AROUND_AVERSA, centre="Teverola", km="1")
    carla.post(where.replace("show", "end"))
    form = carla.get(where.replace("show", "edit")).text
    assert "40.96500 14.19500" in form
    answer = carla.post(where.replace("show", "edit"), data=said(towns="Napoli", public="y"))
    assert answer.status_code == 303
    page = carla.get(where + "?lang=en").text
    assert "Ascolto" in page
    assert "This area is over" not in page
