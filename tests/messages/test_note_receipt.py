"""Receipts add facts in any order, any number of times, and never change a state."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from nucleus.ground.clock import advance, held_at, now
from nucleus.ground.database import db
from nucleus.messages.queries import delivery_facts
from nucleus.messages.receipts import KEPT, UNDELIVERED, What, read_early_receipts
from nucleus.messages.services import note_receipt, post_message
from tests.cast import Cast
from tests.messages.helpers import draft, rows, to
from tests.messages.test_post_message import MORNING, settle_row

EVENTS: list[tuple[What, int]] = [("delivered", 5), ("seen", 3), ("failed", 4), ("delivered", 9)]


def sent(cast: Cast) -> None:
    """Let Vito's call by e-mail have been sent as number r1 of the mail server."""
    post_message(draft(), to(cast.vito), step_seconds=600)
    settle_row(cast.vito, "email", state="sent", copies=1, settled_at=now(), provider="email:x",
               provider_ref="r1")  # fmt: skip


def facts_of(cast: Cast) -> tuple[Any, ...]:
    """Return all that a receipt may touch, and the state."""
    db.session.expire_all()
    first, second = rows(person_id=cast.vito)
    return (first.state, first.delivered_at, first.seen_at, first.undelivered_at, first.reason,
            second.due_at, second.wanted_at)  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(EVENTS)))
def test_any_order_and_any_repeat_end_in_the_same_facts(cast: Cast, order: Any) -> None:
    with held_at(MORNING), cast.stage():
        sent(cast)
        advance(timedelta(seconds=10))
        for what, second in (*order, *order):
            note_receipt("email:x", "r1", what=what, at=MORNING + timedelta(seconds=second))
        found = facts_of(cast)
    seen, failed = MORNING + timedelta(seconds=3), MORNING + timedelta(seconds=4)
    pulled = MORNING + timedelta(seconds=10)
    assert found == ("sent", seen, seen, failed, UNDELIVERED, pulled, pulled)


def test_what_the_provider_could_not_deliver_is_not_given(cast_on_both: Cast) -> None:
    with held_at(MORNING), cast_on_both.stage():
        sent(cast_on_both)
        assert note_receipt("email:x", "r1", what="failed", at=now()) == 1
        facts = delivery_facts("matter", 12)[cast_on_both.vito]
        assert (facts.given, facts.failed, facts.waiting) == (0, 1, 1)
        assert rows(lane="ntfy")[0].due_at == MORNING
        note_receipt("email:x", "r1", what="delivered", at=now())
        facts = delivery_facts("matter", 12)[cast_on_both.vito]
        assert (facts.given, facts.failed, facts.reached) == (1, 0, 1)


def test_a_receipt_from_the_future_counts_as_now(cast: Cast) -> None:
    with held_at(MORNING), cast.stage():
        sent(cast)
        note_receipt("email:x", "r1", what="seen", at=MORNING + timedelta(hours=1))
        assert facts_of(cast)[1:3] == (MORNING, MORNING)


def test_a_receipt_faster_than_our_own_note_is_read_again_later(cast_on_both: Cast) -> None:
    with held_at(MORNING), cast_on_both.stage():
        for _ in range(2):
            assert note_receipt("email:x", "r1", what="delivered", at=MORNING) == 0
        assert read_early_receipts() == 0
        sent(cast_on_both)
        assert (read_early_receipts(), read_early_receipts()) == (1, 0)
        assert facts_of(cast_on_both)[1] == MORNING


def test_a_receipt_nobody_knows_is_forgotten_after_a_day(cast_on_both: Cast) -> None:
    with held_at(MORNING), cast_on_both.stage():
        note_receipt("email:x", "r1", what="delivered", at=MORNING)
        advance(KEPT + timedelta(seconds=1))
        read_early_receipts()
        sent(cast_on_both)
        assert read_early_receipts() == 0


def test_another_provider_s_number_touches_nothing(cast: Cast) -> None:
    with held_at(MORNING), cast.stage():
        sent(cast)
        before = facts_of(cast)
        assert note_receipt("sms:other", "r1", what="failed", at=MORNING) == 0
        assert facts_of(cast) == before
