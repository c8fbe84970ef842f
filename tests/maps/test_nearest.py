"""Promises of the three nearest on a plan's step: open, near, fitting; and nothing told on."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from maps.earth.geometry import Point
from maps.nearest import FAR_KM, nearest_three
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.people.models import Person
from nucleus.plans.queries import plan_of
from nucleus.plans.services import add_item, add_service, begin_plan
from tests.cast import Cast
from tests.resources.furnish import AVERSA, NAPLES, TEVEROLA, put_resource, resource

STEP = "/plans/plan/use?lang=en"


@pytest.fixture
def bea(cast: Cast) -> FlaskClient:
    with cast.stage():
        named = put_resource("Il mio ascolto", where=AVERSA, category="counselling", hours="off")
        for name, where in (("Vicino", AVERSA), ("Meno vicino", TEVEROLA), ("Lontano", NAPLES)):
            put_resource(name, where=where, category="counselling", phones=["+390815550123"])
        put_resource("Chiuso", where=AVERSA, category="counselling", hours="off")
        put_resource("Mensa", where=AVERSA, category="food")
        put_resource("Quarto", where=NAPLES, category="counselling")
        person = db.session.get(Person, cast.bea)
        assert person
        begin_plan(person)
        plan = plan_of(cast.bea)
        assert plan
        add_service(plan, resource(named))
        add_item(plan, "alone", "Apro la finestra.")
    return cast.signed_in(cast.bea)


def box(page: str) -> str:
    return page.partition('id="nearest-three"')[2].partition("</section>")[0]


def test_a_step_shows_the_three_nearest_open_ones_of_its_kind(bea: FlaskClient) -> None:
    shown = box(bea.get(f"{STEP}&step=2").text)
    names = ("Vicino", "Meno vicino", "Lontano")
    assert [shown.index(f">{name}<") for name in names] == sorted(
        shown.index(f">{name}<") for name in names
    )
    for absent in ("Chiuso", "Mensa", "Quarto", "Il mio ascolto"):
        assert absent not in shown
    assert shown.count("tel:") == 3


def test_a_step_of_ones_own_has_no_box(bea: FlaskClient) -> None:
    assert "nearest-three" not in bea.get(STEP).text


def test_a_town_is_kept_in_the_cookie_and_nowhere_else(cast: Cast, bea: FlaskClient) -> None:
    with cast.stage():
        before = db.session.scalar(select(func.count()).select_from(LogEntry))
    answer = bea.post("/maps/near/set", data={"town": "Napoli", "next": f"{STEP}&step=2"})
    assert answer.status_code == 303
    assert answer.location == f"{STEP}&step=2"
    shown = box(bea.get(answer.location).text)
    assert shown.index(">Lontano<") < shown.index(">Quarto<") < shown.index(">Vicino<")
    with cast.stage():
        assert db.session.scalar(select(func.count()).select_from(LogEntry)) == before


def test_a_town_nobody_knows_is_said_and_no_other_site_is_gone_to(bea: FlaskClient) -> None:
    sent = {"town": "Qwertyuiop", "next": "https://elsewhere.example"}
    answer = bea.post("/maps/near/set?lang=en", data=sent)
    assert answer.location == "/"
    assert "We do not know a town of this name" in bea.get("/?lang=en").text


def test_how_far_it_is_and_how_long_it_takes_is_said(bea: FlaskClient) -> None:
    bea.post("/maps/near/set", data={"town": "Teverola", "next": "/"})
    shown = box(bea.get(f"{STEP}&step=2").text)
    assert "km, 5 minutes on foot" in shown, shown
    assert "minutes by car" in shown


def test_what_is_more_than_an_hour_away_is_left_out_and_that_is_said(bea: FlaskClient) -> None:
    bea.post("/maps/near/set", data={"town": "Salerno", "next": "/"})
    shown = box(bea.get(f"{STEP}&step=2").text)
    assert "Vicino" not in shown
    assert "none that is open near there" in shown
    assert "The next one that is open is about 49 km away: more than an hour" in shown


def test_a_helpline_is_never_too_far(cast: Cast, bea: FlaskClient) -> None:
    with cast.stage():
        put_resource("Telefono amico", where=AVERSA, category="helpline", phones=["+390815550199"])
    hits = [Point(45.4642, 9.19), Point(38.1157, 13.3615)]
    with cast.app.test_request_context():
        for far in hits:
            found = nearest_three(far, ("helpline", "counselling"), [])
            assert len(found.hits) == 1
            assert found.left_out_km
            assert found.left_out_km > FAR_KM
