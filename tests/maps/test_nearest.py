"""Promises of the three nearest on a plan's step: open, near, fitting; and nothing told on."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

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
