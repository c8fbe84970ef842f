"""No live qualification, no call; off duty means silence; on the day and the minute."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.roster import queries
from nucleus.roster.models import Award, Responder, WeeklyHours
from tests.cast import Cast

ROME_MIDNIGHT = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)  # 1 July, 00:00 in Rome
MINUTE = timedelta(minutes=1)


def award_ends(cast: Cast, day: date) -> None:
    with cast.stage():
        db.session.execute(
            update(Award)
            .where(Award.person_id == cast.vito)
            .values(issued_on=date(2024, 7, 1), expires_on=day)
        )


def qualified_at(cast: Cast, instant: datetime) -> bool:
    with cast.app.app_context(), clock.held_at(instant):
        return queries.is_qualified(cast.vito)


def available_at(cast: Cast, instant: datetime) -> bool:
    with cast.app.app_context(), clock.held_at(instant):
        return queries.is_available(cast.vito)


def test_a_qualification_opens_nothing_from_local_midnight_of_the_day_it_expires(
    cast_on_both: Cast,
) -> None:
    award_ends(cast_on_both, date(2026, 7, 1))
    assert qualified_at(cast_on_both, ROME_MIDNIGHT - MINUTE)
    assert not qualified_at(cast_on_both, ROME_MIDNIGHT)


@pytest.mark.parametrize("column", ["suspended_at", "revoked_at"])
def test_a_suspended_or_revoked_qualification_opens_nothing(cast: Cast, column: str) -> None:
    with cast.stage():
        db.session.execute(
            update(Award).where(Award.person_id == cast.vito).values({column: clock.now()})
        )
    assert not qualified_at(cast, clock.now())


def only_hours(cast: Cast, weekday: int, opens: int, closes: int) -> None:
    with cast.stage():
        db.session.query(WeeklyHours).filter_by(person_id=cast.vito).delete()
        db.session.add(
            WeeklyHours(person_id=cast.vito, weekday=weekday, opens=opens, closes=closes)
        )


@pytest.mark.parametrize(
    ("instant", "can_come"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), True),  # Sunday 01:30, before the clocks jump
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), True),  # 03:30, an hour later on the wall
        (datetime(2026, 3, 29, 2, 0, tzinfo=UTC), False),  # 04:00
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True),  # 02:30, for the first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), True),  # 02:30, for the second time
        (datetime(2026, 10, 25, 3, 0, tzinfo=UTC), False),  # 04:00
    ],
)
def test_weekly_hours_follow_the_wall_clock_on_the_nights_it_is_changed(
    cast_on_both: Cast, instant: datetime, *, can_come: bool
) -> None:
    award_ends(cast_on_both, date(2030, 1, 1))
    only_hours(cast_on_both, weekday=6, opens=60, closes=240)
    assert available_at(cast_on_both, instant) is can_come


def test_who_rests_or_left_the_roster_is_not_available(cast_on_both: Cast) -> None:
    cast, now = cast_on_both, clock.now()
    assert available_at(cast, now)
    for change in ({"resting_until": now + MINUTE}, {"stopped_at": now, "resting_until": None}):
        with cast.stage():
            who = update(Responder).where(Responder.person_id == cast.vito)
            db.session.execute(who.values(change))
        assert not available_at(cast, now)


def test_a_rest_that_is_over_is_over(cast: Cast) -> None:
    with cast.stage():
        who = update(Responder).where(Responder.person_id == cast.vito)
        db.session.execute(who.values(resting_until=clock.now() - MINUTE))
    assert available_at(cast, clock.now())
