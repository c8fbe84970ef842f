"""The board reads honest facts: given is not reached, perhaps is not given."""

from datetime import timedelta

from nucleus.ground.clock import held_at, now
from nucleus.messages.queries import DeliveryFacts, delivery_facts
from nucleus.messages.services import post_message
from tests.cast import Cast
from tests.messages.helpers import draft, rows, to
from tests.messages.test_post_message import MORNING, settle_row


def test_each_person_has_one_line_of_facts(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with held_at(MORNING), cast.stage():
        post_message(draft(), to(cast.vito, cast.amina, cast.luca), step_seconds=60)
        post_message(draft(origin_id=99), to(cast.bea))
        settle_row(cast.vito, "email", state="sent", copies=1, settled_at=now(), seen_at=now())
        settle_row(cast.amina, "email", state="sent", copies=2, unsure=True)
        settle_row(cast.luca, "email", state="failed")
        settle_row(cast.luca, "ntfy", state="failed")
        facts = delivery_facts("matter", 12)
        next_due = MORNING + timedelta(seconds=60)
    assert set(facts) == {cast.vito, cast.amina, cast.luca}
    assert facts[cast.vito] == DeliveryFacts(
        person_id=cast.vito, waiting=1, given=1, seen=1, copies=1, next_due=next_due,
        last_settled=MORNING,
    )  # fmt: skip
    assert (facts[cast.amina].perhaps, facts[cast.amina].given) == (1, 0)
    assert facts[cast.luca].ended_in_nothing
    assert not facts[cast.amina].ended_in_nothing


def test_only_the_asked_for_kinds_count(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        post_message(draft("update"), to(cast_on_both.vito))
        assert delivery_facts("matter", 12, kinds=("call",)) == {}
        assert len(rows()) == 2
