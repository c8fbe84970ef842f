"""Promises of adding a place."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.resources.categories import ensure_categories
from nucleus.resources.models import Resource
from tests.cast import Cast

URL = "/resources/resource/add?lang=en"
GOOD = {
    "name": "Sportello Aurora",
    "category": "health_desk",
    "address": "Via Roma 8",
    "comune": "Teverola",
    "province": "ce",
    "lat": "40,9949",
    "lon": "14,2108",
    "phones": "081 555 0123\n333 1234567",
    "hours": "dal lunedì al venerdì 8.30-12.30",
    "languages": ["it", "ar"],
    "wheelchair": "yes",
    "accessibility": ["toilet", "lift"],
    "visibility": "public",
}


@pytest.fixture
def carla(cast: Cast) -> FlaskClient:
    with cast.stage():
        ensure_categories()
    return cast.signed_in(cast.carla)


def count(cast: Cast) -> int:
    with cast.stage():
        return db.session.scalar(select(func.count()).select_from(Resource)) or 0


def test_a_coordinator_adds_a_place_and_it_is_found(cast: Cast, carla: FlaskClient) -> None:
    answer = carla.post(URL, data=GOOD)
    assert answer.status_code == 303
    with cast.stage():
        row = db.session.scalars(select(Resource)).one()
        assert row.phones == ["+390815550123", "+393331234567"]
        assert row.hours == "Mo-Fr 08:30-12:30"
        assert row.place
        assert (row.place.lat, row.place.province, row.place.precision) == (40.9949, "CE", "pin")
        assert [one.language for one in row.languages] == ["ar", "it"]
        assert (row.wheelchair, row.accessibility) == ("yes", ["toilet", "lift"])
        assert {one.by_id for one in row.freshness} == {cast.carla}
        words = db.session.scalars(select(LogEntry.word)).all()
        assert "resources.add_resource" in words
    assert "Sportello Aurora" in carla.get("/maps/resources/show?text=aurora").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "required"),
        ({"category": "astrology"}, "choose one of these"),
        ({"comune": ""}, "required"),
        ({"lat": "14,2", "lon": "40,9"}, "wrong order"),
        ({"lat": "0", "lon": "0"}, "zero"),
        ({"lat": "48.8", "lon": "2.3"}, "not in Italy"),
        ({"lat": "40.9", "lon": ""}, "Write both numbers"),
        ({"lat": "nord", "lon": "sud"}, "Write both numbers"),
        ({"phones": "chiamami"}, "can&#39;t be dialled"),
        ({"hours": "quando piove"}, "We did not understand: quando, piove"),
        ({"email": "no"}, "mail"),
        ({"web": "javascript:alert(1)"}, "begins with https://"),
        ({"province": "Caserta"}, "nvalid input"),
    ],
)
def test_what_cannot_be_right_is_refused_with_words_and_kept_on_the_page(
    cast: Cast, carla: FlaskClient, wrong: dict[str, str], words: str
) -> None:
    answer = carla.post(URL, data={**GOOD, **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Via Roma 8" in answer.text
    assert count(cast) == 0


def test_hours_are_shown_as_understood_before_anything_is_kept(
    cast: Cast, carla: FlaskClient
) -> None:
    asked = {**GOOD, "hours": "martedì 9-12 e quando piove", "preview": "1"}
    answer = carla.post(URL, data=asked)
    assert answer.status_code == 200
    assert "Tu 09:00-12:00" in answer.text
    assert "<bdi>quando</bdi>" in answer.text
    assert "<bdi>piove</bdi>" in answer.text
    assert count(cast) == 0


def test_words_nobody_understands_may_be_kept_as_words(cast: Cast, carla: FlaskClient) -> None:
    carla.post(URL, data={**GOOD, "hours": "quando piove", "keep_words": "y"})
    with cast.stage():
        row = db.session.scalars(select(Resource)).one()
        assert (row.hours, row.hours_words, row.hours_unsure) == (None, "quando piove", True)


def test_hours_in_osm_syntax_are_taken_as_they_are(cast: Cast, carla: FlaskClient) -> None:
    carla.post(URL, data={**GOOD, "hours": "Mo-Fr 08:00-12:00; PH off"})
    with cast.stage():
        assert db.session.scalars(select(Resource)).one().hours == "Mo-Fr 08:00-12:00; PH off"


@pytest.mark.parametrize("name", ["bea", "vito", "outsider"])
def test_nobody_else_finds_the_door(cast: Cast, name: str) -> None:
    client = cast.signed_in(getattr(cast, name))
    assert client.get(URL).status_code == 404
    assert client.post(URL, data=GOOD).status_code == 404
    assert count(cast) == 0


def test_a_visitor_finds_no_door(cast: Cast, client: FlaskClient) -> None:
    assert client.get(URL).status_code == 404
    assert client.post(URL, data=GOOD).status_code == 404
