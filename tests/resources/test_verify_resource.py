"""Promises of checking a place: whoever checked, when and how, is known."""

import pytest
from sqlalchemy import select

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from tests.cast import Cast
from tests.resources.furnish import put_resource, resource


@pytest.mark.parametrize("how", ["call", "visit", "web"])
def test_a_check_is_noted_with_its_date_and_way(cast: Cast, how: str) -> None:
    with cast.stage():
        number = put_resource()
    answer = cast.signed_in(cast.carla).post(
        f"/resources/resource/verify/{number}", data={"how": how}
    )
    assert answer.status_code == 303
    with cast.stage():
        row = resource(number)
        assert row.state == "verified"
        assert {one.how for one in row.freshness} == {how}
        assert all(
            one.confirmed_at and (now() - one.confirmed_at).total_seconds() < 60
            for one in row.freshness
        )
        entry = db.session.scalars(
            select(LogEntry).where(LogEntry.word == "resources.verify_resource")
        ).one()
        assert (entry.actor_id, entry.subject) == (cast.carla, f"resource:{number}")


def test_a_check_nobody_can_explain_is_refused(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    client = cast.signed_in(cast.carla)
    sent = {"how": "dream"}
    assert client.post(f"/resources/resource/verify/{number}", data=sent).status_code == 422
    with cast.stage():
        assert resource(number).state == "proposed"


def test_a_suspended_place_that_was_checked_is_back(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(state="suspended")
    client = cast.signed_in(cast.carla)
    client.post(f"/resources/resource/verify/{number}", data={"how": "call"})
    with cast.stage():
        assert resource(number).state == "verified"


@pytest.mark.parametrize("name", ["bea", "vito"])
def test_nobody_else_checks(cast: Cast, name: str) -> None:
    with cast.stage():
        number = put_resource()
    client = cast.signed_in(getattr(cast, name))
    sent = {"how": "call"}
    assert client.post(f"/resources/resource/verify/{number}", data=sent).status_code == 404
