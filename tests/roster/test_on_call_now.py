"""Who is on call now: on a shift, qualified for it, and not resting."""

from datetime import UTC, datetime, timedelta

from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.roster.models import Duty, Responder
from nucleus.roster.queries import awards_of, on_call_now
from tests.cast import Cast

FAR = datetime(2999, 1, 1, tzinfo=UTC)


def test_on_call_now_names_who_is_qualified_and_not_resting(cast_on_both: Cast) -> None:
    with clock.held_at(clock.now()), cast_on_both.stage():
        for person in (cast_on_both.vito, cast_on_both.luca, cast_on_both.amina):
            _take_shift(person)
        db.session.get_one(Responder, cast_on_both.luca).resting_until = FAR
        awards_of(cast_on_both.amina)[0].revoked_at = clock.now()
        db.session.flush()
        assert [person.id for person in on_call_now()] == [cast_on_both.vito]
        assert on_call_now(cast_on_both.other_organisation) == []


def test_a_shift_ends_when_it_ends(cast_on_both: Cast) -> None:
    with clock.held_at(clock.now()), cast_on_both.stage():
        _take_shift(cast_on_both.vito)
        clock.advance(timedelta(hours=1))
        assert on_call_now() == []


def _take_shift(person: int) -> None:
    now = clock.now()
    db.session.add(
        Duty(kind="on_call", person_id=person, starts_at=now, ends_at=now + timedelta(hours=1))
    )
    db.session.flush()
