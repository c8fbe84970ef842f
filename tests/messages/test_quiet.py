"""Quiet hours end on the wall clock of the people who sleep."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from nucleus.messages.quiet import quiet_end

ROME = ZoneInfo("Europe/Rome")
YEAR = datetime(2025, 1, 1)  # noqa: DTZ001 -- hypothesis adds the zone itself
MINUTES = st.integers(0, 1439)
INSTANTS = st.datetimes(min_value=YEAR, max_value=YEAR.replace(year=2028), timezones=st.just(UTC))


@given(instant=INSTANTS, start=MINUTES, until=MINUTES)
def test_the_end_is_soon_and_outside_the_quiet_hours(
    instant: datetime, start: int, until: int
) -> None:
    end = quiet_end(instant, start, quiet_until=until, zone=ROME)
    if end is None:
        return
    there = end.astimezone(ROME)
    assert timedelta(0) < end - instant <= timedelta(hours=25)
    if there.hour * 60 + there.minute == until:  # else it ends in an hour that clocks leave out
        assert quiet_end(end, start, quiet_until=until, zone=ROME) is None


@given(instant=INSTANTS)
def test_without_quiet_hours_nothing_waits(instant: datetime) -> None:
    assert quiet_end(instant, None, quiet_until=None, zone=ROME) is None
    assert quiet_end(instant, 60, quiet_until=60, zone=ROME) is None


def test_a_night_across_the_change_of_clocks_ends_at_seven() -> None:
    night = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # half past eleven; clocks go forward
    end = quiet_end(night, 22 * 60, quiet_until=7 * 60, zone=ROME)
    assert end == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)


def test_a_siesta_ends_the_same_day() -> None:
    noon = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert quiet_end(noon, 15 * 60, quiet_until=16 * 60, zone=ROME) is None
    end = quiet_end(noon, 14 * 60, quiet_until=15 * 60, zone=ROME)
    assert end == datetime(2026, 7, 1, 13, 0, tzinfo=UTC)
