"""Promises of freshness: two dates, a term, and due dates that make no cliff."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from nucleus.resources.freshness import SPREAD, TERM, UNCONFIRMED_TERM, due_at, term_of
from nucleus.resources.models import FIELD_GROUPS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(some.uuids(), some.sampled_from(FIELD_GROUPS))
def test_nobody_is_asked_after_the_term_nor_much_before(uid: UUID, group: str) -> None:
    due = due_at(str(uid), group, looked=NOON, confirmed=NOON)
    assert NOON + term_of(group) * (1 - SPREAD) <= due <= NOON + term_of(group)
    assert due == due_at(str(uid), group, looked=NOON, confirmed=NOON)


def test_a_list_checked_in_one_day_does_not_come_due_in_one_day() -> None:
    ids = [str(UUID(int=n)) for n in range(3600)]
    days = Counter(due_at(one, "hours", looked=NOON, confirmed=NOON).date() for one in ids)
    assert len(days) >= TERM.days * SPREAD
    assert max(days.values()) < 2 * 3600 / (TERM.days * SPREAD)


def test_what_nobody_confirmed_comes_due_within_a_month() -> None:
    due = [due_at(str(UUID(int=n)), "phone", looked=NOON, confirmed=None) for n in range(300)]
    assert min(due) >= NOON
    assert max(due) <= NOON + UNCONFIRMED_TERM


def test_free_beds_are_true_for_a_day() -> None:
    assert (due_at("x", "capacity", looked=NOON, confirmed=NOON) - NOON).days < 1
