"""Programs find what a visitor finds, and tell of places by the rules of every list."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from nucleus.ground.clock import held_at
from nucleus.ground.database import db
from nucleus.people.models import Organisation
from nucleus.resources.keeping.services import edit_area
from nucleus.resources.models import Resource
from nucleus.resources.queries import revisions_of
from nucleus.resources.reach import Patch
from tests.alerts.api.conftest import Robot, maker
from tests.cast import Cast
from tests.resources.furnish import AVERSA, NAPLES, SECRET, put_resource

A_PLAIN_TUESDAY = datetime(2026, 11, 24, 10, tzinfo=UTC)
TOLD = {
    "source": "Parish", "id": "17", "name": "Sportello Aurora", "category": "health_desk",
    "address": "Via Roma 8", "comune": "Teverola", "province": "CE", "lat": 40.9949,
    "lon": 14.2108, "phones": ["081 5550123"], "hours": "lunedì 9-12", "languages": ["it", "ar"],
    "age_from": 18, "cost": "free",
}  # fmt: skip


@pytest.fixture
def robot(cast: Cast) -> Robot:
    return maker(cast)("resources:write")


def tell(robot: Robot, **changes: Any) -> Any:
    answer = robot.post("/api/v1/resources", {"source": "Parish", "id": "17", **changes})
    assert answer.status_code == 200, answer.text
    return answer.json


def the_row() -> Resource:
    return db.session.scalars(select(Resource)).one()


def listed(client: FlaskClient, question: str = "") -> Any:
    answer = client.get(f"/api/v1/resources?{question}")
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_program_asks_the_question_of_the_page_and_gets_its_count(
    cast_on_both: Cast,
) -> None:
    cast, client = cast_on_both, cast_on_both.app.test_client()
    with cast.stage():
        put_resource("Vicino", where=AVERSA, languages=("ar",), wheelchair="yes",
                     accessibility=["toilet"])  # fmt: skip
        put_resource("Lontano", where=NAPLES, category="food", hours=None)
        put_resource("Per noi", visibility="members")
    for question in ("", "near=Aversa&within=5", "open_now=true", "language=ar", "category=food",
                     "wheelchair=true", "accessibility=toilet", "who=children", "text=vicino",
                     "text=vicinno"):  # fmt: skip
        told = listed(client, question)
        page = client.get(f"/maps/resources.geojson?{question.replace('true', 'y')}").json
        assert page
        assert told["total"] == len(page["features"]) == len(told["resources"]) > 0, question
        assert "Per noi" not in str(told)
    near = listed(client, "near=Aversa")["resources"]
    assert [one["name"] for one in near] == ["Vicino", "Lontano"]
    assert near[0]["km"] < 3 < near[1]["km"]


def test_pages_lead_to_one_another_and_a_reader_keeps_what_has_not_changed(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        for number in range(5):
            put_resource(f"Posto {number}")
    first = listed(client, "limit=3&text=posto")
    second = client.get(first["next"]).json
    assert second
    names = {one["name"] for one in (*first["resources"], *second["resources"])}
    assert (len(names), second["next"], second["total"]) == (5, None, 5)
    etag = client.get("/api/v1/categories").headers["ETag"]
    assert client.get("/api/v1/categories", headers={"If-None-Match": etag}).status_code == 304


def test_a_place_shows_its_door_its_freshness_and_whom_it_is_owed_to(
    cast: Cast, client: FlaskClient, robot: Robot
) -> None:
    uid = tell(robot, **TOLD)["uid"]
    answer = robot.post(f"/api/v1/resources/{uid}/confirm", {"how": "call", "groups": ["phone"]})
    assert answer.status_code == 200
    with held_at(A_PLAIN_TUESDAY):
        shown = client.get(f"/api/v1/resources/{uid}").json
    assert shown
    ages = {one["group"]: one["age"] for one in shown["freshness"]}
    assert (ages["phone"], ages["hours"]) == ("fresh", "never")
    assert shown["owed"] == [{"source": "Parish", "attribution": "Parish"}]
    assert shown["door"] == "closed"
    assert shown["hours_words"] == "lunedì 9-12"
    assert client.get("/api/v1/resources/none").status_code == 404


def test_a_confidential_place_tells_a_program_its_town_alone(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        put_resource("Rifugio Alba", where=SECRET, how_to_get_in="Vicolo Segretissimo")
    (shown,) = listed(client)["resources"]
    assert (shown["address"], shown["comune"], shown["how_to_get_in"]) == (None, "Aversa", None)
    assert shown["point"] == {"lat": 40.973, "lon": 14.2065, "roughly": True}
    for question in ("text=segretissimo", "near=Aversa&within=5"):
        assert "Segretissimo" not in client.get(f"/api/v1/resources?{question}").text


def test_what_nobody_knows_is_named_by_its_field(client: FlaskClient, cast: Cast) -> None:
    for question in ("category=x", "near=Xyzzy", "within=5", "limit=0", "x=1"):
        told = client.get(f"/api/v1/resources?{question}").json
        assert told
        assert told["status"] == 422
        assert told["errors"][0]["pointer"] == f"/{question.partition('=')[0]}"


def test_a_source_tells_a_place_once_and_then_only_what_changed(cast: Cast, robot: Robot) -> None:
    assert tell(robot, **TOLD)["outcome"] == "created"
    assert tell(robot, **TOLD)["outcome"] == "unchanged"
    assert tell(robot, cost="5 euro", age_from=None, age_to=12)["outcome"] == "updated"
    assert tell(robot, cost="5 euro")["outcome"] == "unchanged"
    with cast.stage():
        row = the_row()
        assert (row.cost, row.age_from, row.age_to) == ("5 euro", None, 12)
        assert (row.hours, row.phones) == ("Mo 09:00-12:00", ["+390815550123"])
        assert (row.place.address, row.organisation_id) == ("Via Roma 8", cast.organisation)  # type: ignore[union-attr]
        assert len(revisions_of(row.id)) == 1


def test_a_call_sent_twice_has_one_result(cast: Cast, robot: Robot) -> None:
    answers = [robot.post("/api/v1/resources", TOLD, key="the-same-key") for _ in range(2)]
    assert answers[0].json == answers[1].json
    with cast.stage():
        assert len(db.session.scalars(select(Resource)).all()) == 1


def test_a_new_place_needs_a_name_a_kind_and_a_town(robot: Robot) -> None:
    answer = robot.post("/api/v1/resources", {"source": "Parish", "id": "1", "cost": "x"})
    assert answer.status_code == 422
    pointers = {one["pointer"] for one in answer.json["errors"]}  # type: ignore[index]
    assert pointers == {"/name", "/category", "/comune"}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": "<script>alert(1)</script>"}, "/name"),
        ({"what": "=1+1"}, "/what"),
        ({"lat": 0, "lon": 0}, "/lat"),
        ({"lat": 14.2, "lon": 40.9}, "/lat"),
        ({"name": "Casa rifugio per donne"}, "/name"),
        ({"lat": 40.9, "lon": None}, "/lat"),
        ({"age_from": -1}, "/age_from"),
        ({"hidden": "yes"}, "/hidden"),
    ],
)
def test_what_a_list_may_not_say_a_program_may_not_either(
    cast: Cast, robot: Robot, changes: dict[str, Any], pointer: str
) -> None:
    answer = robot.post("/api/v1/resources", {**TOLD, **changes})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)  # type: ignore[index]
    with cast.stage():
        assert db.session.scalars(select(Resource)).all() == []


def test_what_was_confirmed_here_since_is_not_overwritten(cast: Cast, robot: Robot) -> None:
    uid = tell(robot, **TOLD)["uid"]
    robot.post(f"/api/v1/resources/{uid}/confirm", {"how": "visit"})
    answer = robot.post("/api/v1/resources", {**TOLD, "phones": ["081 5550999"]})
    assert answer.status_code == 409
    with cast.stage():
        assert the_row().phones == ["+390815550123"]


def test_another_association_changes_nothing_of_ours(cast: Cast, robot: Robot) -> None:
    uid = tell(robot, **TOLD)["uid"]
    other = maker(cast)("resources:write", organisation=cast.other_organisation)
    assert other.post("/api/v1/resources", {**TOLD, "cost": "x"}).status_code == 403
    assert other.post(f"/api/v1/resources/{uid}/confirm", {"how": "call"}).status_code == 403
    reader = maker(cast)("alerts:read")
    assert reader.post("/api/v1/resources", TOLD).status_code == 403


def test_a_program_changes_no_free_place_outside_its_associations_area(
    cast: Cast, robot: Robot
) -> None:
    uid = tell(robot, **TOLD)["uid"]
    with cast.stage():
        the_row().organisation_id = None
        here = db.session.get_one(Organisation, cast.organisation)
        edit_area(here, [Patch(province="BZ")], actor=cast.carla)
    sent = {"source": "Parish", "id": "17", "cost": "5 euro"}
    assert robot.post("/api/v1/resources", sent).status_code == 403
    assert robot.post(f"/api/v1/resources/{uid}/confirm", {"how": "call"}).status_code == 403
    with cast.stage():
        assert the_row().cost == "free"
        here = db.session.get_one(Organisation, cast.organisation)
        edit_area(here, [Patch(province="CE")], actor=cast.carla)
    assert tell(robot, cost="5 euro")["outcome"] == "updated"


def test_half_a_fact_never_breaks_the_other_half(cast: Cast, robot: Robot) -> None:
    tell(robot, **TOLD, age_to=20)
    assert tell(robot, age_from=50)["outcome"] == "updated"
    assert tell(robot, emergency_until="2999-01-01")["outcome"] in {"unchanged", "updated"}
    with cast.stage():
        assert (the_row().age_from, the_row().age_to) == (50, None)
