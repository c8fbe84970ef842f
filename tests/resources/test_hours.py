"""Promises about opening hours: three states, what comes next, holidays of Italy."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nucleus.resources.hours import (
    ITALY,
    UNKNOWN,
    Holiday,
    OpenState,
    Span,
    UnreadableHours,
    check_hours,
    hours_on,
    is_open_at,
    opening_at,
    rest_rule,
)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ITALY)


MORNINGS = "Mo-Fr 08:30-12:30"


def test_a_desk_is_open_in_its_hours_and_says_when_it_closes() -> None:
    opening = opening_at(MORNINGS, at(23, 9))
    assert opening.is_open
    assert opening.closes_at == at(23, 12, 30)
    assert not opening.closes_soon


def test_half_an_hour_before_the_end_it_warns() -> None:
    assert opening_at(MORNINGS, at(23, 12)).closes_soon


def test_a_closed_desk_says_when_it_opens_next() -> None:
    opening = opening_at(MORNINGS, at(27, 13))
    assert opening.state is OpenState.CLOSED
    assert opening.opens_at == at(30, 8, 30)


@pytest.mark.parametrize(
    "hours",
    [
        MORNINGS,
        "Mo-Su 08:00-22:00;",
        "Mo-Fr 08:30-12:30; PH off",
        "Mo-Fr 08:30-12:30; PH,Su 10:00-12:00",
        'Mo-Fr 08:30-12:30 || "by appointment"',
    ],
)
def test_on_the_day_of_its_saint_nobody_is_told_that_a_door_is_open(hours: str) -> None:
    resting = hours + rest_rule([(6, 24), (11, 23)])
    opening = opening_at(resting, at(23, 9))
    assert (opening.state, opening.holiday) == (OpenState.UNKNOWN, Holiday.LOCAL)
    assert is_open_at(resting, at(23, 9)) is OpenState.UNKNOWN
    assert opening_at(resting, at(24, 9)) == opening_at(hours, at(24, 9))
    assert opening_at(resting, at(22, 12)).opens_at != at(23, 8, 30), "nor that it will be"


@pytest.mark.parametrize("hours", ["24/7", "Mo-Su,PH 08:00-22:00", "PH,Mo-Su 08:00-22:00"])
def test_a_door_that_opens_on_every_holiday_opens_on_this_one_too(hours: str) -> None:
    assert opening_at(hours + rest_rule([(11, 23)]), at(23, 9)).is_open


@pytest.mark.parametrize("hours", ["", " ", "when it rains"])
def test_a_saint_makes_no_hours_known(hours: str) -> None:
    assert opening_at(hours + rest_rule([(11, 23)]), at(24, 9)) == UNKNOWN


def test_a_day_nobody_wrote_down_adds_nothing() -> None:
    assert rest_rule([]) == ""


@pytest.mark.parametrize("hours", [None, "", "  ", "when it rains"])
def test_hours_nobody_knows_are_unknown_and_not_closed(hours: str | None) -> None:
    assert opening_at(hours, at(23, 9)) == UNKNOWN
    assert is_open_at(hours, at(23, 9)) is OpenState.UNKNOWN
    assert hours_on(hours, date(2026, 11, 23)) == []


@pytest.mark.parametrize(("day", "month"), [(8, 12), (25, 12), (2, 6), (6, 4)])
def test_on_a_holiday_of_italy_hours_that_do_not_speak_of_it_are_unknown(
    day: int, month: int
) -> None:
    opening = opening_at("Mo-Su 09:00-18:00", at(day, 10, month=month))
    assert (opening.state, opening.holiday) == (OpenState.UNKNOWN, Holiday.PUBLIC)


def test_a_desk_that_is_shut_on_holidays_opens_the_day_after() -> None:
    opening = opening_at("Mo-Su 09:00-18:00; PH off", at(8, 10, month=12))
    assert opening.state is OpenState.CLOSED
    assert opening.opens_at == at(9, 9, month=12)


def test_a_closed_desk_never_promises_to_open_on_a_holiday() -> None:
    assert opening_at("Mo-Fr 09:00-12:00", at(7, 13, month=12)).opens_at == at(9, 9, month=12)


def test_day_and_night_has_no_closing_time() -> None:
    opening = opening_at("24/7", at(25, 3, month=12))
    assert opening.is_open
    assert opening.closes_at is None


def test_hours_that_meet_do_not_close_in_between() -> None:
    assert opening_at("Mo 08:00-12:00,12:00-14:00", at(23, 11)).closes_at == at(23, 14)


def test_the_clock_of_italy_counts_whatever_zone_the_instant_has() -> None:
    instant = datetime(2026, 7, 1, 6, 45, tzinfo=UTC)
    assert opening_at(MORNINGS, instant).is_open, "in July 6:45 UTC is a quarter to nine in Rome"


def test_hours_that_may_hold_are_unknown() -> None:
    assert opening_at('Mo 08:00-12:00 unknown "call"', at(23, 9)) == UNKNOWN


def test_the_spans_of_a_day_come_in_order() -> None:
    spans = hours_on("Mo 15:00-17:00,08:30-12:00", date(2026, 11, 23))
    assert spans == [Span(time(8, 30), time(12)), Span(time(15), time(17))]
    assert hours_on(MORNINGS, date(2026, 11, 22)) == []


def test_unreadable_hours_are_refused_with_their_words() -> None:
    assert check_hours(" Mo-Fr 08:00-12:00 ") == "Mo-Fr 08:00-12:00"
    assert check_hours(" ") == ""
    with pytest.raises(UnreadableHours, match="sempre"):
        check_hours("sempre")


@given(st.integers(0, 730 * 24 * 60).map(lambda m: at(1, 0, month=1) + timedelta(minutes=m)))
def test_what_comes_next_is_after_now_and_really_another_state(now: datetime) -> None:
    hours = "Mo-Fr 08:30-12:30,15:00-17:00; Sa 09:00-12:00"
    opening = opening_at(hours, now)
    assert is_open_at(hours, now) is opening.state
    if opening.opens_at:
        assert opening.opens_at > now
        assert is_open_at(hours, opening.opens_at) is OpenState.OPEN
    if opening.closes_at:
        assert opening.closes_at > now
        assert is_open_at(hours, opening.closes_at) is not OpenState.OPEN
