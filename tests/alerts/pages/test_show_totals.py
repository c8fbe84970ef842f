"""Totals for outside: whole quarters of five alerts or more, and nobody can be found in them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from alerts import services
from alerts.models import Recipient
from alerts.overview.totals import quarter_of, totals_of
from alerts.services import Answer
from nucleus.ground.clock import advance, held_at
from nucleus.ground.database import db
from tests.alerts.stage import opened
from tests.cast import Cast

SPRING = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def spring() -> Iterator[None]:
    """Hold the clock before anybody is invited, so that their trainings are of that time."""
    with held_at(SPRING):
        yield


def alerts(cast: Cast, number: int, **changes: object) -> None:
    """Open, answer after three minutes, and close so many alerts."""
    for _ in range(number):
        with cast.stage():
            alert = opened(cast, **changes)
            advance(timedelta(minutes=3))
            first = (
                db.session.query(Recipient).filter_by(alert_id=alert.id, state="alerted").first()
            )
            assert first is not None
            services.answer(first, Answer.COMING, eta_minutes=5, by=first.person_id)
            services.close_alert(alert, "resolved", cast.carla)
        advance(timedelta(days=1))


def test_a_quarter_of_five_is_told_and_one_of_four_is_not(cast_on_both: Cast) -> None:
    alerts(cast_on_both, 5)
    alerts(cast_on_both, 3, drill=True)
    advance(timedelta(days=95))
    alerts(cast_on_both, 4)
    advance(timedelta(days=95))
    with cast_on_both.stage():
        summer, spring = totals_of(None)
    assert summer.row() == ("2026-3", "", "", "", "", "")
    assert (spring.name, spring.alerts, spring.accepted, spring.full) == ("2026-2", 5, 5, 0)
    assert spring.minutes_to_first_yes == 3


def test_the_quarter_that_goes_on_is_not_told_and_other_associations_neither(cast: Cast) -> None:
    alerts(cast, 6)
    with cast.stage():
        assert totals_of(None) == ()
    advance(timedelta(days=95))
    with cast.stage():
        assert totals_of(frozenset({cast.other_organisation})) == ()
        assert len(totals_of(frozenset({cast.organisation}))) == 1


def test_the_page_and_the_table_name_no_place_and_no_person(cast: Cast) -> None:
    alerts(cast, 5)
    advance(timedelta(days=95))
    browser = cast.signed_in(cast.carla)
    page = browser.get("/alerts/totals/show?lang=en").text
    table = browser.get("/alerts/totals.csv").text
    assert "2026-2" in page
    assert table.splitlines()[1].startswith("2026-2,5,")
    for private in ("Aversa", "Vito"):
        assert private not in page + table


def test_a_quarter_is_counted_on_the_calendar_of_the_place(cast: Cast) -> None:
    with cast.stage():
        assert quarter_of(datetime(2026, 3, 31, 22, 30, tzinfo=UTC)) == "2026-2"
