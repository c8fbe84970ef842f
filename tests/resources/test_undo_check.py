"""A slip of the finger in the check round is taken back, and leaves no date behind."""

from datetime import timedelta

from sqlalchemy import select

from nucleus.ground import clock
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.resources.checking.models import CheckAnswer
from nucleus.resources.checking.undoing import as_it_is
from nucleus.resources.models import Freshness, Revision
from nucleus.resources.services import edit_resource, suspend_resource
from tests.cast import Cast
from tests.resources.furnish import resource
from tests.resources.test_edit_area import ENGLISH
from tests.resources.test_list_checks import answer, due


def put_old(days: int = 9, **facts: object) -> int:
    """Put a place that somebody confirmed long ago, and where nobody answered twice since."""
    number = due("Primo", days, **facts)
    place = resource(number)
    place.silent_calls = 2
    for row in place.freshness:
        row.confirmed_at, row.how = now() - timedelta(days=200), "visit"
    return number


def undo(cast: Cast, number: int, person: int) -> str:
    sent = cast.signed_in(person).post(f"/resources/check/undo/{number}", headers=ENGLISH)
    assert sent.status_code == 303
    return cast.signed_in(person).get(sent.location, headers=ENGLISH).text


def state_of(cast: Cast, number: int) -> dict[str, object]:
    with cast.stage():
        return as_it_is(resource(number))


def test_each_answer_of_one_tap_can_be_taken_back_to_the_letter(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        number = put_old(capacity_unit="letti")
        gone = db.session.get_one(Freshness, (number, "phone"))
        db.session.delete(gone)  # a group nobody ever looked at
    before = state_of(cast, number)
    for word in ("same", "silent"):
        answer(cast, number, word, person=cast.carla)
        assert state_of(cast, number) != before
        page = cast.signed_in(cast.carla).get("/resources/check/list", headers=ENGLISH).text
        assert "Take back: Primo" in page
        undo(cast, number, cast.carla)
        assert state_of(cast, number) == before
    with cast.stage():
        assert db.session.scalars(select(CheckAnswer)).all() == []
        assert db.session.scalars(select(Revision)).all() == []


def test_a_place_opened_again_by_a_slip_is_shut_again(cast: Cast) -> None:
    with cast.stage():
        number = due("Primo", 9, state="verified")
        suspend_resource(resource(number), actor=cast.carla)
        for row in resource(number).freshness:
            row.due_at = now() - timedelta(days=1)
    before = state_of(cast, number)
    for word in ("same", "shut"):
        answer(cast, number, word)
        undo(cast, number, cast.carla)
        assert state_of(cast, number) == before
    with cast.stage():
        told = db.session.scalars(select(Revision).order_by(Revision.id))
        assert [one.after["state"] for one in told] == ["suspended", "verified", "suspended"]


def test_what_somebody_did_since_is_never_taken_back(cast: Cast) -> None:
    with cast.stage():
        number = put_old()
    answer(cast, number, "same")
    with cast.stage():
        edit_resource(resource(number), {"phones": ["+390815550199"]})
    later = state_of(cast, number)
    undo(cast, number, cast.carla)
    assert state_of(cast, number) == later


def test_only_ones_own_answer_and_only_for_an_hour(cast: Cast) -> None:
    with clock.held_at(now()):
        with cast.stage():
            number = put_old()
        answer(cast, number, "same")
        later = state_of(cast, number)
        undo(cast, number, cast.dario)
        assert state_of(cast, number) == later
        clock.advance(timedelta(minutes=61))
        undo(cast, number, cast.carla)
        assert state_of(cast, number) == later
        page = cast.signed_in(cast.carla).get("/resources/check/list", headers=ENGLISH).text
        assert "Take back" not in page
