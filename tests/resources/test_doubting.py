"""Promises of the doubt about a point that does not lie in the town somebody typed."""

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.resources.categories import ensure_categories
from nucleus.resources.forms import as_typed
from nucleus.resources.models import Resource, Revision
from tests.cast import Cast
from tests.resources.furnish import put_resource, resource

WRONG = {"lat": "40.8401", "lon": "14.2488"}
"""Naples, where the address says Teverola."""
NEW = {
    "name": "Sportello Aurora",
    "category": "health_desk",
    "comune": "Teverola",
    "province": "CE",
    "wheelchair": "unknown",
    "visibility": "public",
    **WRONG,
}
WHY = "L’ufficio è a Napoli, la sede legale a Teverola"


@pytest.fixture
def carla(cast: Cast) -> FlaskClient:
    with cast.stage():
        ensure_categories()
    return cast.signed_in(cast.carla)


def add(carla: FlaskClient, **more: str) -> TestResponse:
    return carla.post("/resources/resource/add?lang=en", data={**NEW, **more})


def edit(cast: Cast, carla: FlaskClient, number: int, **more: str) -> TestResponse:
    with cast.stage():
        typed = {k: v for k, v in as_typed(resource(number)).items() if v not in (None, False)}
    return carla.post(f"/resources/resource/edit/{number}?lang=en", data={**typed, **more})


def only_place(cast: Cast) -> Place:
    with cast.app.app_context():
        place = db.session.scalars(select(Place)).one()
        db.session.expunge(place)
        return place


def test_adding_names_both_towns_and_three_ways_out(cast: Cast, carla: FlaskClient) -> None:
    answer = add(carla)
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    for words in (
        "This point is near Napoli (NA). The address says Teverola (CE)",
        "Keep the town, forget the point",
        "Write the right numbers",
        "It really is there",
    ):
        assert words in page
    assert 'value="40.8401"' in page, "what was typed is still there"
    first = re.findall(r"<button[^>]*>", page.partition('id="doubt"')[2])[0]
    assert "settle" not in first, "the Enter key presses it"
    with cast.stage():
        assert db.session.scalar(select(func.count()).select_from(Resource)) == 0


def test_the_town_may_be_kept_and_the_point_is_looked_for(cast: Cast, carla: FlaskClient) -> None:
    assert add(carla, settle="town").status_code == 303
    place = only_place(cast)
    assert (place.comune, place.lat, place.precision) == ("Teverola", None, "none")


def test_insisting_needs_a_reason_that_stays_with_the_point(cast: Cast, carla: FlaskClient) -> None:
    refused = add(carla, settle="there", insists="  ")
    assert refused.status_code == 422
    assert "Say in a few words why the point is right" in refused.text
    assert add(carla, settle="there", insists=WHY).status_code == 303
    place = only_place(cast)
    assert (place.lat, place.precision, place.insisted) == (40.8401, "pin", WHY)
    with cast.stage():
        number = db.session.scalars(select(Resource.id)).one()
    page = f"/resources/resource/show/{number}"
    assert WHY in carla.get(page).text
    assert WHY not in cast.app.test_client().get(page).text


def test_editing_is_refused_too_and_the_reason_stands_in_the_changes(
    cast: Cast, carla: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource()
    assert edit(cast, carla, number, **WRONG).status_code == 422
    assert only_place(cast).lat == 40.9949
    told = edit(cast, carla, number, **WRONG, settle="there", insists=WHY)
    assert told.status_code == 303
    assert only_place(cast).insisted == WHY
    with cast.stage():
        assert db.session.scalars(select(Revision.why)).all() == [WHY]
    assert edit(cast, carla, number, name="Altro nome").status_code == 303, "it is settled"
    assert edit(cast, carla, number, comune="Aversa").status_code == 422, "another town is not"
    back = edit(cast, carla, number, lat="40.9949", lon="14.2108")
    assert back.status_code == 303
    assert only_place(cast).insisted is None


def test_a_reason_that_nobody_asked_for_is_not_kept(cast: Cast, carla: FlaskClient) -> None:
    right = {"lat": "40.9949", "lon": "14.2108"}
    assert add(carla, **right, settle="there", insists=WHY).status_code == 303
    assert only_place(cast).insisted is None
