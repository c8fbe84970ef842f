"""Promises of the place a person starts from: theirs alone, looked up here unless they say so."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from maps.jobs import geocode_waiting_places
from maps.locating.asking import ask_for_somebody, ask_next
from maps.locating.starting import (
    edit_start,
    forget_streets_without_a_yes,
    point_of,
    starting_point,
)
from maps.models import GeocodeAnswer, GeocodeClock, StartingPoint
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.ground.settings import GeocoderSettings, Settings
from nucleus.people.models import Person
from nucleus.people.services import give_consent, stop_person
from nucleus.plans.services import begin_plan
from tests.cast import Cast
from tests.maps.provider import ROMA_8, Provider, provider

PAGE = "/maps/start/edit?lang=en"
HOME = "Via Roma 8, Teverola"
CONSENT = {"purpose": "look_up_online"}


@pytest.fixture
def nominatim(cast: Cast) -> Iterator[Provider]:
    with provider() as one:
        use(cast, one.settings)
        yield one


@pytest.fixture
def bea(cast: Cast) -> FlaskClient:
    """Bea, who has a plan."""
    with cast.stage():
        begin_plan(db.session.get_one(Person, cast.bea))
    return cast.signed_in(cast.bea)


def use(cast: Cast, geocoder: GeocoderSettings) -> None:
    settings: Settings = cast.app.extensions["nucleus.settings"]
    cast.app.extensions["nucleus.settings"] = replace(settings, geocoder=geocoder)


def ask(cast: Cast) -> None:
    """Let every job that looks places up do its work, the clock being free."""
    with cast.stage():
        geocode_waiting_places()
        for row in db.session.scalars(select(GeocodeClock)):
            row.free_at = 0.0
    for job in (ask_for_somebody, ask_next):
        with cast.app.app_context():
            job(cast.app.extensions["nucleus.settings"])


def start_of_bea(cast: Cast) -> tuple[float, float, str]:
    with cast.stage():
        start = starting_point(db.session.get(Person, cast.bea))
        assert start
        point = point_of(start)
        assert point
        return point.lat, point.lon, start.found["precision"]


def test_without_a_yes_no_byte_leaves_the_house(
    cast: Cast, bea: FlaskClient, nominatim: Provider
) -> None:
    assert bea.post(PAGE, data={"address": HOME}).status_code == 303
    for _ in range(3):
        ask(cast)
    assert nominatim.calls == []
    assert start_of_bea(cast)[2] == "comune", "the town is known here"
    page = bea.get(PAGE).text
    assert "is sent to 127.0.0.1, which is not ours" in page
    assert "You have not agreed" in page


def test_with_a_yes_the_address_alone_is_asked_once_and_kept_in_no_cache(
    cast: Cast, bea: FlaskClient, nominatim: Provider
) -> None:
    bea.post(PAGE, data={"address": HOME})
    assert bea.post("/accounts/consent/give", data=CONSENT).status_code == 303
    ask(cast)
    ask(cast)
    assert nominatim.asked == [HOME]
    assert "Bea" not in str(nominatim.calls)
    assert start_of_bea(cast) == (*ROMA_8, "street")
    with cast.stage():
        assert db.session.scalar(select(func.count()).select_from(GeocodeAnswer)) == 0
        kept = db.session.execute(text("SELECT * FROM starting_point")).one()
        assert not any("Roma" in str(value) or "40.99" in str(value) for value in kept)
        said = str([(row.word, row.facts) for row in db.session.scalars(select(LogEntry))])
        assert "maps.edit_start" in said
        assert "accounts.give_consent" in said
        assert "Roma" not in said


def test_a_yes_that_is_taken_back_or_was_for_another_machine_counts_no_more(
    cast: Cast, bea: FlaskClient, nominatim: Provider
) -> None:
    bea.post("/accounts/consent/give", data=CONSENT)
    bea.post("/accounts/consent/withdraw", data=CONSENT)
    bea.post(PAGE, data={"address": HOME})
    ask(cast)
    assert nominatim.calls == []
    bea.post("/accounts/consent/give", data=CONSENT)
    use(
        cast,
        replace(nominatim.settings, url=nominatim.settings.url.replace("127.0.0.1", "localhost")),
    )
    ask(cast)
    assert nominatim.calls == []
    assert "You have not agreed" in bea.get(PAGE).text
    bea.post("/accounts/consent/give", data=CONSENT)
    ask(cast)
    assert nominatim.asked == [HOME]


def test_a_yes_that_is_taken_back_leaves_only_the_town_and_says_so_before(
    cast: Cast, bea: FlaskClient, nominatim: Provider
) -> None:
    bea.post(PAGE, data={"address": HOME})
    bea.post("/accounts/consent/give", data=CONSENT)
    ask(cast)
    assert start_of_bea(cast) == (*ROMA_8, "street")
    for page in (PAGE, "/accounts/consent/list?lang=en"):
        assert "the street that was found is forgotten" in bea.get(page).text
    bea.post("/accounts/consent/withdraw", data={"purpose": "news"})
    assert start_of_bea(cast)[2] == "street", "another purpose changes nothing"
    bea.post("/accounts/consent/withdraw", data=CONSENT)
    lat, _lon, precision = start_of_bea(cast)
    assert (precision, lat == ROMA_8[0]) == ("comune", False)
    assert "To the middle of the town." in bea.get(PAGE).text
    bea.post("/accounts/consent/give", data=CONSENT)
    ask(cast)
    assert start_of_bea(cast) == (*ROMA_8, "street"), "a new yes is a new question"


def test_an_answer_that_comes_after_the_yes_was_taken_back_is_dropped(
    cast: Cast, bea: FlaskClient, nominatim: Provider
) -> None:
    bea.post(PAGE, data={"address": HOME})
    bea.post("/accounts/consent/give", data=CONSENT)
    nominatim.meanwhile = lambda: bea.post("/accounts/consent/withdraw", data=CONSENT)
    ask(cast)
    assert nominatim.asked == [HOME]
    assert start_of_bea(cast)[2] == "comune"


def test_an_upgrade_lets_go_of_streets_without_a_yes(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        for number in (cast.bea, cast.amina):
            person = db.session.get_one(Person, number)
            edit_start(person, HOME)
            start = starting_point(person)
            assert start
            start.found, start.asked_at = {"lat": 1.0, "lon": 2.0, "precision": "street"}, now()
        give_consent(db.session.get_one(Person, cast.amina), "look_up_online", "2025")
    with cast.stage():
        forget_streets_without_a_yes(cast.app)
    with cast.stage():
        kept = [starting_point(db.session.get(Person, one)) for one in (cast.bea, cast.amina)]
        assert [one.found["precision"] for one in kept if one] == ["comune", "street"]


def test_the_start_is_used_for_what_is_near_and_nobody_else_reads_it(
    cast: Cast, bea: FlaskClient
) -> None:
    bea.post(PAGE, data={"address": "Teverola"})
    assert "the nearest first" in bea.get("/maps/resources/show?here=1&lang=en").text
    assert "Teverola" in bea.get(PAGE).text
    carla = cast.signed_in(cast.carla)
    assert "Teverola" not in carla.get(PAGE).text
    assert "the nearest first" not in carla.get("/maps/resources/show?here=1&lang=en").text


def test_a_town_nobody_knows_is_said_and_an_empty_answer_forgets(
    cast: Cast, bea: FlaskClient
) -> None:
    refused = bea.post(PAGE, data={"address": "Via Roma 8, Qwertyuiop"})
    assert refused.status_code == 422
    assert "We do not know a town" in refused.text
    assert "Samone (TO), Samone (TN)" in bea.post(PAGE, data={"address": "Samone"}).text
    bea.post(PAGE, data={"address": HOME})
    assert bea.post(PAGE, data={"address": ""}).status_code == 303
    with cast.stage():
        assert db.session.scalar(select(func.count()).select_from(StartingPoint)) == 0


def test_who_leaves_is_forgotten_and_a_visitor_finds_no_door(
    cast: Cast, bea: FlaskClient, client: FlaskClient
) -> None:
    bea.post(PAGE, data={"address": HOME})
    with cast.stage():
        stop_person(db.session.get_one(Person, cast.bea))
    with cast.stage():
        assert db.session.scalar(select(func.count()).select_from(StartingPoint)) == 0
    assert client.get(PAGE).status_code in (302, 303, 404)


def test_an_answer_that_comes_after_the_person_wrote_something_else_is_dropped(
    cast: Cast, bea: FlaskClient, nominatim: Provider
) -> None:
    bea.post(PAGE, data={"address": HOME})
    bea.post("/accounts/consent/give", data=CONSENT)
    nominatim.meanwhile = lambda: bea.post(PAGE, data={"address": "Aversa"})
    ask(cast)
    assert start_of_bea(cast)[2] == "comune"
    assert "Aversa" in bea.get(PAGE).text
