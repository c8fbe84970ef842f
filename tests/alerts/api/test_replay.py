"""A call repeated with the same key changes nothing and is answered as the first one was."""

import threading

from sqlalchemy import func, select

from alerts.models import Alert
from nucleus.ground.database import db
from nucleus.ground.models import ApiCall, LogEntry
from nucleus.messages.models import Delivery
from tests.alerts.api.conftest import SENT, Makes, maker
from tests.cast import Cast

ALERTS = "/api/v1/alerts"


def counts(cast: Cast) -> list[int]:
    with cast.stage():
        tables = (Alert, Delivery, LogEntry, ApiCall)
        return [db.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables]


def test_every_call_repeated_changes_nothing(cast_on_both: Cast) -> None:
    cast = cast_on_both
    robot = maker(cast)()
    at = f"{ALERTS}/A-1001"
    calls: list[tuple[str, object]] = [(ALERTS, SENT), (f"{at}/raise", {}), (f"{at}/waves", {})]
    calls += [(f"{at}/updates", {"words": "x"}), (f"{at}/close", {"reason": "resolved"})]
    first = [robot.post(path, body, key=f"key-{n:04}") for n, (path, body) in enumerate(calls)]
    before = counts(cast)
    for order in (range(5), reversed(range(5))):
        for n in order:
            path, body = calls[n]
            again = robot.post(path, body, key=f"key-{n:04}")
            assert (again.status_code, again.data) == (first[n].status_code, first[n].data)
            assert again.headers.get("Location") == first[n].headers.get("Location")
            assert again.headers["Idempotency-Replayed"] == "true"
    assert counts(cast) == before


def test_a_key_used_for_another_body_is_refused(program: Makes) -> None:
    robot = program()
    assert robot.post(ALERTS, SENT, key="samesame").status_code == 201
    refused = robot.post(ALERTS, {**SENT, "drill": True}, key="samesame")
    assert refused.status_code == 422
    assert "fresh key" in refused.get_json()["todo"]


def test_a_key_belongs_to_one_token_and_one_address(cast: Cast, program: Makes) -> None:
    one, two = program(), program()
    assert one.post(ALERTS, SENT, key="samesame").get_json()["number"] == "A-1001"
    assert two.post(ALERTS, SENT, key="samesame").get_json()["number"] == "A-1002"
    assert one.post(f"{ALERTS}/A-1001/raise", {}, key="samesame").status_code == 200


def test_a_refused_call_is_not_remembered(program: Makes) -> None:
    robot = program()
    assert robot.post(ALERTS, {**SENT, "what": ""}, key="samesame").status_code == 422
    assert robot.post(ALERTS, SENT, key="samesame").status_code == 201


def test_a_changing_call_without_a_key_is_refused(cast: Cast, program: Makes) -> None:
    robot = program()
    for key in ("short", "x" * 129, "with space here", "\u00e8" * 10):
        assert robot.post(ALERTS, SENT, key=key).status_code == 400, key
    assert counts(cast)[0] == 0


def test_a_revoked_token_replays_nothing(cast: Cast, program: Makes) -> None:
    robot = program("alerts:draft")
    robot.post(ALERTS, SENT, key="samesame")
    robot.token = robot.token[:-1] + ("a" if robot.token[-1] != "a" else "b")
    assert robot.post(ALERTS, SENT, key="samesame").status_code == 401


def test_of_two_who_raise_at_the_same_moment_one_does(cast_on_both: Cast) -> None:
    cast = cast_on_both
    robot, answers = maker(cast)(), []
    at = robot.post(ALERTS, SENT).location
    start = threading.Barrier(4)

    def call() -> None:
        start.wait()
        answers.append(robot.post(f"{at}/raise", {}).status_code)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409, 409, 409]


def test_two_at_the_same_moment_are_one(cast_on_both: Cast) -> None:
    cast = cast_on_both
    robot, answers = maker(cast)(), []
    start = threading.Barrier(4)

    def call() -> None:
        start.wait()
        answers.append(robot.post(ALERTS, SENT, key="samesame"))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.get_json()["number"] for answer in answers} == {"A-1001"}
    assert counts(cast)[0] == 1
