"""The wall in the office: counts for whoever walks past, nothing of a person, while trusted."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from alerts import services
from alerts.models import Alert
from alerts.services import Answer
from alerts.watching import wall
from alerts.watching.models import WallLink
from nucleus.ground.clock import held_at, now
from nucleus.ground.database import db
from tests.alerts.stage import opened, recipient
from tests.cast import Cast
from tests.reading import has_word


@pytest.fixture
def address(cast: Cast) -> str:
    """The path of a trusted screen of Carla's association."""
    with cast.stage():
        link = wall.add_wall("The kitchen", cast.organisation, cast.carla)
        return f"/alerts/wall/{wall.token_of(link)}"


@pytest.fixture
def screen(cast: Cast) -> FlaskClient:
    """A browser in which nobody has signed in."""
    return cast.app.test_client()


def test_a_coordinator_makes_a_screen_and_its_link_opens_without_an_account(
    cast: Cast, screen: FlaskClient
) -> None:
    desk = cast.signed_in(cast.carla)
    said = {"name": "The kitchen", "organisation": str(cast.organisation)}
    assert desk.post("/alerts/wall/add", data=said).status_code == 303
    with cast.stage():
        link = db.session.query(WallLink).one()
        path = f"/alerts/wall/{wall.token_of(link)}/show"
    assert path in desk.get("/alerts/wall/list").text
    shown = screen.get(path + "?lang=en")
    assert "Nothing is open. That is good." in shown.text
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert desk.post("/alerts/wall/add", data={"name": " "}).status_code == 422


def test_it_counts_alerts_for_many_and_knows_nothing_of_one_person(
    cast: Cast, screen: FlaskClient, address: str
) -> None:
    with cast.stage():
        many = opened(cast, scale="area", what="Carry water", comune="Aversa")
        services.answer(recipient(many, cast.vito), Answer.COMING, eta_minutes=5, by=cast.vito)
        opened(cast, what="Company for Bea", person_id=cast.bea, comune="Trentola")
    page = screen.get(f"{address}/show?lang=en").text
    assert "Aversa" in page
    assert "<b>1</b> on their way" in page
    assert "1 person is missing" in page
    for private in ("Vito", "Bea", "Trentola", "Carla", "Carry water"):
        assert not has_word(page, private)


def test_what_has_not_changed_is_not_sent_again(
    cast: Cast, screen: FlaskClient, address: str
) -> None:
    with cast.stage():
        number = opened(cast, scale="area").id
    first = screen.get(f"{address}/wall-part")
    same = {"If-None-Match": first.headers["ETag"]}
    assert screen.get(f"{address}/wall-part", headers=same).status_code == 304
    with cast.stage():
        vito = recipient(db.session.get_one(Alert, number), cast.vito)
        services.answer(vito, Answer.CANT, by=cast.vito)
    assert screen.get(f"{address}/wall-part", headers=same).status_code == 200


def test_a_screen_that_is_no_longer_trusted_or_out_of_time_shows_nothing(
    cast: Cast, screen: FlaskClient, address: str
) -> None:
    assert screen.get(f"{address}/show").status_code == 200
    with held_at(now() + timedelta(days=31)):
        assert screen.get(f"{address}/show").status_code == 404
    assert cast.signed_in(cast.carla).post("/alerts/wall/1/revoke").status_code == 303
    assert screen.get(f"{address}/show").status_code == 404
    assert screen.get(f"{address}/wall-part").status_code == 404


def test_a_made_up_link_and_another_associations_screen_are_out_of_reach(
    cast: Cast, screen: FlaskClient, address: str
) -> None:
    assert screen.get("/alerts/wall/1-abcdefghijklmnopqrstuv/show").status_code == 404
    assert screen.get("/alerts/wall/x/show").status_code == 404
    there = cast.signed_in(cast.dario)
    assert there.post("/alerts/wall/1/revoke").status_code == 404
    assert address not in there.get("/alerts/wall/list").text
