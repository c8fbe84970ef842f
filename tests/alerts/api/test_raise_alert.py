"""A program writes, raises, watches, answers for somebody and closes; nobody is named to it."""

import pytest
from sqlalchemy import func, select

from alerts.models import Alert, Recipient
from nucleus.ground.database import db
from tests.alerts.api.conftest import SENT, Makes, maker
from tests.alerts.stage import opened
from tests.cast import Cast

ALERTS = "/api/v1/alerts"
NAMES = ("Vito", "Amina", "Luca", "Bea", "Carla", "example.org", "Vitale", "Haddad")


def test_a_program_takes_an_alert_from_draft_to_end(cast_on_both: Cast) -> None:
    cast = cast_on_both
    robot = maker(cast)()
    made = robot.post(ALERTS, SENT)
    assert (made.status_code, made.get_json()["state"], made.get_json()["comune"]) == (
        201,
        "draft",
        "Aversa (CE)",
    )
    at = made.location
    assert robot.post(f"{at}/raise", {}).get_json()["state"] == "open"
    people = robot.get(f"{at}/recipients").get_json()["recipients"]
    assert {one["word"] for one in people} == {"waiting"}
    for one in people[:2]:
        said = {"answer": "coming", "eta_minutes": 20}
        told = robot.post(f"{at}/recipients/{one['recipient']}/answer", said)
        assert told.json == {"outcome": "accepted"}
    assert robot.get(at).get_json()["full"] is True
    assert robot.get(f"{at}/board").get_json()["people"]["coming"] == 2
    assert robot.post(f"{at}/updates", {"words": "Bring boots"}).status_code == 200
    ended = robot.post(f"{at}/close", {"reason": "resolved"})
    assert (ended.get_json()["state"], ended.get_json()["reason"]) == ("closed", "resolved")
    pages = [robot.get(path).text for path in (ALERTS, at, f"{at}/board", f"{at}/recipients")]
    assert not [name for name in NAMES if name in "".join(pages)]


def test_nobody_follows_what_a_program_raised_until_a_person_does(
    cast: Cast, program: Makes
) -> None:
    robot = program()
    at = robot.raises()
    assert robot.get(at).get_json()["followed"] is False
    with cast.stage():
        alert = db.session.scalars(select(Alert)).one()
        assert alert.coordinator_id is None
        assert alert.author.name == "Bridge"


@pytest.mark.parametrize(
    ("path", "scope"),
    [("", "alerts:draft"), ("/A-1001/raise", "alerts:raise"), ("/A-1001/close", "alerts:close")],
)
def test_a_token_does_only_what_its_scopes_say(program: Makes, path: str, scope: str) -> None:
    others = {"alerts:read", "alerts:draft", "alerts:raise", "alerts:answer", "alerts:close"} - {
        scope
    }
    refused = program(*others).post(ALERTS + path, SENT)
    assert refused.status_code == 403
    assert refused.content_type == "application/problem+json"
    assert program(scope).post(ALERTS + path, {"x": 1}).status_code in {404, 409, 422}


def test_other_peoples_alerts_are_not_there(cast: Cast, program: Makes) -> None:
    here, there = program(), program(organisation=cast.other_organisation)
    at = here.raises()
    with cast.stage():
        personal = f"{ALERTS}/{opened(cast, person_id=cast.bea).short_number}"
        pressed = f"{ALERTS}/{opened(cast, scale='area', help=True).short_number}"
        named = f"{ALERTS}/{opened(cast, scale='area', person_id=cast.bea).short_number}"
    refusals = [there.get(at), here.get(personal), here.get(pressed), here.get(named)]
    refusals += [
        here.get(f"{ALERTS}/A-9999"),
        here.get(f"{ALERTS}/1001"),
        here.get(f"{ALERTS}/A-" + "9" * 10),
    ]
    told = {(one.status_code, one.get_json()["detail"], one.get_json()["todo"]) for one in refusals}
    assert len(told) == 1
    assert refusals[0].status_code == 404
    assert there.get(ALERTS).get_json()["alerts"] == []
    assert [one["number"] for one in here.get(ALERTS).get_json()["alerts"]] == [
        at.rpartition("/")[2]
    ]
    for deed in ("raise", "waves", "close", "updates"):
        assert there.post(f"{at}/{deed}", {"reason": "resolved"}).status_code in {404, 422}
        assert here.post(f"{personal}/{deed}", {}).status_code in {404, 422}


def test_of_an_alert_for_one_person_its_program_sees_how_far_it_has_come(program: Makes) -> None:
    robot, other = program(), program()
    at = robot.raises(scale="person", what="Keep company", needs=[{"count": 1, "language": "ar"}])
    shown = robot.get(at).get_json()
    assert (shown["what"], shown["comune"], shown["needs"][0]["language"]) == (None, None, None)
    assert shown["needs"][0]["count"] == 1
    assert other.get(at).status_code == 404


def test_a_recipient_of_one_alert_is_nobody_in_another(program: Makes) -> None:
    robot = program()
    first, second = robot.raises(), robot.raises()
    someone = robot.get(f"{first}/recipients").get_json()["recipients"][0]["recipient"]
    crossed = robot.post(f"{second}/recipients/{someone}/answer", {"answer": "coming"})
    assert crossed.status_code == 404


def test_what_can_not_be_done_now_is_a_conflict(program: Makes) -> None:
    robot = program()
    at = robot.raises()
    assert robot.post(f"{at}/raise", {}).status_code == 409
    assert robot.post(f"{at}/close", {"reason": "cancelled"}).status_code == 200
    for deed, body in (
        ("close", {"reason": "resolved"}),
        ("waves", {}),
        ("updates", {"words": "x"}),
    ):
        refused = robot.post(f"{at}/{deed}", body)
        assert (refused.status_code, bool(refused.get_json()["todo"])) == (409, True)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"comune": "Atlantis on Sea"}, "/comune"),
        ({"comune": "Samone"}, "/comune"),
        ({"needs": []}, "/needs"),
        ({"needs": [{"count": 0}]}, "/needs/0/count"),
        ({"needs": [{"count": True}]}, "/needs/0/count"),
        ({"needs": [{"count": 40}, {"count": 11}]}, "/needs"),
        ({"needs": [{"count": 1, "competence": "magic"}]}, "/needs/0/competence"),
        ({"needs": [{"count": 1, "language": "xx"}]}, "/needs/0/language"),
        ({"what": ""}, "/what"),
        ({"what": " \u202e\x00 "}, "/what"),
        ({"what": "x" * 201}, "/what"),
        ({"what": "\ud800"}, "/what"),
        ({"drill": "yes"}, "/drill"),
        ({"drill": 1}, "/drill"),
        ({"severity": "severe"}, "/severity"),
        ({"person_id": 6}, "/person_id"),
        ({"everyone": True}, "/everyone"),
        ({"organisation_id": 2}, "/organisation_id"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(
    cast: Cast, program: Makes, change: dict[str, object], pointer: str
) -> None:
    refused = program().post(ALERTS, {**SENT, **change})
    assert refused.status_code == 422, refused.text
    assert pointer in [fault["pointer"] for fault in refused.get_json()["errors"]]
    with cast.stage():
        assert db.session.scalar(select(func.count()).select_from(Alert)) == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'{"a":' * 9000 + b"1" + b"}" * 9000, "application/json", 400),
        (b'{"needs": [{"count": 1e999}]}', "application/json", 422),
        (b'{"needs": [{"count": NaN}]}', "application/json", 400),
        (b'{"drill": true, "drill": false}', "application/json", 400),
        (b"x" * 70_000, "application/json", 413),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"", "", 415),
        (b"<a/>", "application/xml", 415),
    ],
)
def test_whatever_else_is_sent_gets_a_problem_document(
    cast: Cast, program: Makes, body: bytes, kind: str, status: int
) -> None:
    robot = program()
    shown = {"Authorization": f"Bearer {robot.token}", "Idempotency-Key": "k" * 8}
    answer = cast.app.test_client().post(ALERTS, data=body, content_type=kind, headers=shown)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_a_program_that_runs_wild_is_stopped_after_ten(program: Makes) -> None:
    robot = program()
    for _ in range(10):
        robot.raises(drill=True)
    eleventh = robot.post(ALERTS, SENT)
    refused = robot.post(f"{eleventh.location}/raise", {})
    assert refused.status_code == 429
    assert "phone" in refused.get_json()["todo"]


def test_a_page_that_has_not_changed_is_not_sent_again(program: Makes) -> None:
    robot = program()
    at = robot.raises()
    first = robot.get(at)
    assert robot.get(at, **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    robot.post(f"{at}/close", {"reason": "resolved"})
    assert robot.get(at, **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_list_is_read_page_by_page(program: Makes) -> None:
    robot = program()
    for _ in range(5):
        robot.post(ALERTS, SENT)
    path, seen = f"{ALERTS}?limit=2&state=draft", []
    while path:
        page = robot.get(path).get_json()
        seen += [one["number"] for one in page["alerts"]]
        path = page["next"]
    assert seen == ["A-1005", "A-1004", "A-1003", "A-1002", "A-1001"]
    for wrong in (
        "limit=0",
        "limit=101",
        "limit=x",
        "before=7",
        "state=gone",
        "x=1",
        "limit=\u0662",
    ):
        assert robot.get(f"{ALERTS}?{wrong}").status_code == 422, wrong


def test_the_recipients_are_read_page_by_page(cast: Cast, program: Makes) -> None:
    robot = program()
    at = robot.raises()
    path, seen = f"{at}/recipients?limit=1", []
    while path:
        page = robot.get(path).get_json()
        seen += [one["recipient"] for one in page["recipients"]]
        path = page["next"]
    with cast.stage():
        asked = select(func.count()).where(Recipient.called_wave > 0)
        assert len(set(seen)) == len(seen) == db.session.scalar(asked)
