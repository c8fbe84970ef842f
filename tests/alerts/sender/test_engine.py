"""What is due is sent once, in order, by the first contact that takes it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from alerts.sender.addressing import repeat_mark
from alerts.sender.engine import run_until_idle
from alerts.sender.outcomes import Kind, Outcome, sent, unsure
from nucleus.ground.clock import advance, held_at
from nucleus.ground.database import db, transaction
from nucleus.ground.lifecycle import GRAPHS, may_follow
from nucleus.ground.tokens import derive_token
from nucleus.messages.models import LIFE_AT_RISK, NEWS
from nucleus.messages.services import (
    Asked,
    pin_still_wanted,
    post_message,
    post_to_contact,
    skip_deliveries,
)
from nucleus.people.models import Channel, Person
from nucleus.people.services import (
    add_contact_point,
    add_person,
    retire_contact_point,
    stop_person,
)
from tests.alerts.sender.outside import World, channel_says
from tests.cast import Cast
from tests.messages.helpers import draft, point_of, rows, to

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
VITO = [("email", "vito@example.org"), ("ntfy", "vito-topic")]


def state_of(cast: Cast, lane: str, **where: int) -> tuple[str, str | None, bool]:
    """Return state, reason and doubt of Vito's only row of a lane."""
    with cast.stage():
        (row,) = rows(person_id=cast.vito, lane=lane, **where)
        return row.state, row.reason, row.unsure


def post(cast: Cast, *people: int, step_seconds: int = 60, **more: Any) -> None:
    with cast.stage():
        post_message(draft(**more), to(*(people or (cast.vito,))), step_seconds=step_seconds)


def test_what_is_due_goes_out_and_is_written_down(cast_on_both: Cast) -> None:
    world = World(lambda _told: Outcome(Kind.SENT, "taken", provider_ref="ref7"))
    with held_at(NOON):
        post(cast_on_both)
        assert run_until_idle(cast_on_both.app, send=world.send) == 1
        assert run_until_idle(cast_on_both.app, send=world.send) == 0
    assert world.where == VITO[:1]
    with cast_on_both.stage():
        first, second = rows()
        assert (first.state, first.copies, first.claim) == ("sent", 1, 1)
        assert (first.settled_at, first.provider_ref) == (NOON, "ref7")
        assert (second.state, second.copies, second.lease_until) == ("queued", 0, None)


@pytest.mark.parametrize("alike", [True, False])
def test_what_ends_together_is_written_down_each_with_its_own_number(
    cast_on_both: Cast, alike: bool
) -> None:
    answers = [sent("taken", "ref-0"), sent("taken", "ref-1"), sent("taken", "ref-2")]
    if not alike:
        answers[1] = unsure("lost")
    world, people = World(lambda _told: answers.pop()), (cast_on_both.vito, cast_on_both.amina)
    post(cast_on_both, *people, cast_on_both.luca, urgent=False)
    assert run_until_idle(cast_on_both.app, send=world.send) == 3
    with cast_on_both.stage():
        ended = {(row.provider_ref, row.unsure) for row in rows(state="sent")}
    middle = ("ref-1", False) if alike else (None, True)
    assert ended == {("ref-0", False), middle, ("ref-2", False)}


def test_the_letter_carries_number_link_and_the_reader_s_language(cast_on_both: Cast) -> None:
    world = World()
    with cast_on_both.stage():
        db.session.get_one(Person, cast_on_both.amina).language = "en"
    link: Any = {"link_purpose": "answer", "link_path": "/a/", "nonce": "n1"}
    post(cast_on_both, cast_on_both.vito, cast_on_both.amina, **link)
    run_until_idle(cast_on_both.app, send=world.send)
    italian, english = (told.letter for told in world.told)
    assert italian.subject == "[A-1001] Serve una mano"
    assert (english.subject, english.language) == ("[A-1001] A hand is needed", "en")
    with cast_on_both.app.app_context():
        token = derive_token("answer", cast_on_both.vito + 500, "n1")
    assert italian.link == f"http://127.0.0.1:8000/a/{token}"
    assert italian.tag == english.tag == "A-1001"


def test_a_drill_says_so_in_every_text(cast_on_both: Cast) -> None:
    world = World()
    post(cast_on_both, drill=True, step_seconds=0)
    run_until_idle(cast_on_both.app, send=world.send)
    assert len(world.told) == 2
    for told in world.told:
        assert "ESERCITAZIONE/DRILL" in told.letter.subject
        assert "ESERCITAZIONE/DRILL" in told.letter.body


def test_a_silent_person_s_next_contact_is_tried_at_its_time(cast_on_both: Cast) -> None:
    world = World()
    with held_at(NOON):
        post(cast_on_both)
        run_until_idle(cast_on_both.app, send=world.send)
        advance(timedelta(seconds=60))
        run_until_idle(cast_on_both.app, send=world.send)
    assert world.where == VITO


def test_a_refused_contact_hands_over_to_the_next_at_once(cast_on_both: Cast) -> None:
    world = World(channel_says("email", Kind.REFUSED))
    with held_at(NOON):
        post(cast_on_both)
        run_until_idle(cast_on_both.app, send=world.send)
    assert world.where == VITO
    assert state_of(cast_on_both, "email") == ("failed", "refused it is", False)
    assert state_of(cast_on_both, "ntfy")[0] == "sent"


def test_a_stumbling_channel_is_tried_after_2_4_and_8_seconds_then_the_next(
    cast_on_both: Cast,
) -> None:
    world = World(channel_says("email", Kind.TEMPORARY))
    tries = []
    with held_at(NOON):
        post(cast_on_both, step_seconds=3600)
        for second in range(20):
            before = len(world.told)
            run_until_idle(cast_on_both.app, send=world.send)
            tries += [(second, told.channel) for told in world.told[before:]]
            advance(timedelta(seconds=1))
    assert tries == [(0, "email"), (2, "email"), (6, "email"), (14, "email"), (14, "ntfy")]
    with cast_on_both.stage():
        (row,) = rows(lane="email")
        assert (row.state, row.refusals, row.copies) == ("failed", 4, 0)
    assert not any(repeated(cast_on_both, world))


def test_a_provider_that_asks_us_to_wait_is_obeyed(cast_on_both: Cast) -> None:
    world = World(channel_says("email", Kind.THROTTLED, retry_after=30.0))
    with held_at(NOON):
        post(cast_on_both, step_seconds=3600)
        run_until_idle(cast_on_both.app, send=world.send)
        advance(timedelta(seconds=29))
        run_until_idle(cast_on_both.app, send=world.send)
        assert len(world.told) == 1
        world.answer = lambda _told: sent("taken")
        advance(timedelta(seconds=1))
        run_until_idle(cast_on_both.app, send=world.send)
    assert state_of(cast_on_both, "email") == ("sent", "taken", False)


def test_no_wait_outlasts_the_message(cast_on_both: Cast) -> None:
    world = World(channel_says("email", Kind.THROTTLED, retry_after=3600.0))
    with held_at(NOON):
        post(cast_on_both, valid_until=NOON + timedelta(hours=1))
        run_until_idle(cast_on_both.app, send=world.send)
    assert world.where == VITO
    assert state_of(cast_on_both, "email")[0] == "failed"


def test_a_doubtful_copy_of_an_urgent_message_is_repeated_once_and_marked(
    cast_on_both: Cast,
) -> None:
    world = World(channel_says("email", Kind.UNSURE))
    with held_at(NOON):
        post(cast_on_both, priority=LIFE_AT_RISK)
        run_until_idle(cast_on_both.app, send=world.send)
    assert world.where == [*VITO[:1] * 2, VITO[1]]
    assert repeated(cast_on_both, world) == [False, True, False]
    first, second, _ = (told.letter for told in world.told)
    assert (first.message_id, first.tag) == (second.message_id, second.tag)
    assert state_of(cast_on_both, "email") == ("sent", "unsure it is", True)


def test_a_doubtful_copy_of_an_ordinary_message_waits_for_a_receipt(cast_on_both: Cast) -> None:
    world = World(channel_says("email", Kind.UNSURE))
    with held_at(NOON):
        post(cast_on_both)
        run_until_idle(cast_on_both.app, send=world.send)
    assert world.where == VITO[:1]
    assert state_of(cast_on_both, "email") == ("sent", "unsure it is", True)


def test_the_most_urgent_goes_first(cast_on_both: Cast) -> None:
    world = World()
    with held_at(NOON):
        post(cast_on_both, origin_id=1, priority=NEWS, thread="news")
        post(cast_on_both, cast_on_both.luca, origin_id=2, priority=LIFE_AT_RISK, thread="life")
        run_until_idle(cast_on_both.app, send=world.send)
    assert [told.letter.tag for told in world.told] == ["life", "news"]


def test_the_next_message_follows_once_the_first_is_settled(cast_on_both: Cast) -> None:
    world = World(channel_says("email", Kind.TEMPORARY))
    with held_at(NOON):
        post(cast_on_both, thread="first")
        post(cast_on_both, kind="update", thread="second")
        run_until_idle(cast_on_both.app, send=world.send)
        assert [told.letter.tag for told in world.told] == ["first"]
        world.answer = lambda _told: sent("taken")
        advance(timedelta(seconds=2))
        run_until_idle(cast_on_both.app, send=world.send)
    assert [told.letter.tag for told in world.told] == ["first", "first", "second"]


def test_what_overtakes_passes_what_is_only_queued(cast_on_both: Cast) -> None:
    world = World(channel_says("email", Kind.TEMPORARY))
    with held_at(NOON):
        post(cast_on_both, thread="call")
        run_until_idle(cast_on_both.app, send=world.send)
        post(cast_on_both, kind="all_clear", thread="clear", overtakes=True)
        run_until_idle(cast_on_both.app, send=world.send)
    assert [told.letter.tag for told in world.told] == ["call", "clear"]


def test_what_a_room_no_longer_wants_is_skipped_with_its_reason(cast_on_both: Cast) -> None:
    app, asked = cast_on_both.app, []

    def closed(deliveries: Sequence[Asked]) -> Mapping[int, str]:
        asked.append(len(deliveries))
        return {row.id: "alert_closed" for row in deliveries if row.person_id != cast_on_both.amina}

    pin_still_wanted(app, "matter", closed)
    world = World()
    with held_at(NOON):
        post(cast_on_both, cast_on_both.vito, cast_on_both.luca)
        post(cast_on_both, cast_on_both.amina, origin_id=13)
        run_until_idle(app, send=world.send)
    assert world.where == [("email", "amina@example.org")]
    assert state_of(cast_on_both, "email") == ("skipped", "alert_closed", False)
    assert asked == [3]


def test_a_room_that_stumbles_stops_nobody_s_message(cast_on_both: Cast) -> None:
    def broken(_deliveries: Sequence[Asked]) -> Mapping[int, str]:
        raise KeyError("a mistake of ours")

    pin_still_wanted(cast_on_both.app, "matter", broken)
    world = World()
    post(cast_on_both)
    run_until_idle(cast_on_both.app, send=world.send)
    assert world.where == VITO[:1]


def test_a_contact_retired_meanwhile_and_a_person_who_left_get_nothing(cast_on_both: Cast) -> None:
    world, cast = World(), cast_on_both
    with held_at(NOON):
        post(cast, cast.vito, cast.luca)
        with cast.stage():
            retire_contact_point(point_of(cast.vito, "email"))
            stop_person(db.session.get_one(Person, cast.luca))
        run_until_idle(cast.app, send=world.send)
    assert world.told == []
    with cast.stage():
        reasons = {(row.person_id, row.reason) for row in rows(lane="email")}
    assert reasons == {(cast.vito, "contact_retired"), (cast.luca, "person_stopped")}


def test_nothing_leaves_after_its_time(cast_on_both: Cast) -> None:
    world = World()
    with held_at(NOON):
        post(cast_on_both, valid_until=NOON + timedelta(minutes=5))
        advance(timedelta(minutes=5))
        run_until_idle(cast_on_both.app, send=world.send)
    assert world.told == []
    assert state_of(cast_on_both, "email") == ("skipped", "expired", False)


def test_a_retry_that_falls_into_quiet_hours_waits_for_their_end(cast_on_both: Cast) -> None:
    world = World(channel_says("email", Kind.TEMPORARY))
    with held_at(NOON), cast_on_both.stage():
        email = point_of(cast_on_both.vito, "email")
        email.quiet_from, email.quiet_until = 12 * 60 + 1, 15 * 60  # in Rome it is two hours later
        post_message(draft(), to(cast_on_both.vito), step_seconds=7200)
    with held_at(NOON):
        run_until_idle(cast_on_both.app, send=world.send)
        advance(timedelta(seconds=90))
        run_until_idle(cast_on_both.app, send=world.send)
        assert len(world.told) == 1
    with cast_on_both.stage():
        (row,) = rows(lane="email")
        assert (row.due_at, row.deferred_until) == (NOON + timedelta(hours=3),) * 2


def test_a_code_reaches_a_contact_that_is_not_proven(cast_on_both: Cast) -> None:
    world = World()
    with cast_on_both.stage():
        point = point_of(cast_on_both.vito, "ntfy")
        point.verified_at = None
        post_to_contact(draft("code", origin=None, origin_id=None), point.id)
    run_until_idle(cast_on_both.app, send=world.send)
    assert world.where == VITO[1:]


def test_taking_back_a_call_lets_nothing_leave(cast_on_both: Cast) -> None:
    world = World()
    post(cast_on_both)
    with cast_on_both.stage():
        skip_deliveries("matter", 12, kinds=("call",), reason="answered")
    assert run_until_idle(cast_on_both.app, send=world.send) == 0


def test_an_address_of_a_lost_key_and_a_channel_without_a_server_end_in_words(
    cast_on_both: Cast,
) -> None:
    world = World()
    with cast_on_both.stage():
        point_of(cast_on_both.vito, "email").sealed_address = b"gone|nothing"
    post(cast_on_both)
    run_until_idle(cast_on_both.app, send=world.send)
    assert world.where == VITO[1:]
    reason = "it was sealed with a key that is gone"
    assert state_of(cast_on_both, "email") == ("failed", reason, False)


def test_a_thousand_people_get_one_copy_each_in_the_order_of_their_rows(app: Flask) -> None:
    world = World()
    with app.app_context(), transaction():
        people = crowd(1000)
        post_message(draft(), to(*people), step_seconds=60)
    run_until_idle(app, send=world.send)
    assert [told.address for told in world.told] == [f"c{n}@example.org" for n in range(1000)]


def crowd(count: int) -> list[int]:
    """Bring so many people with an e-mail address each, and return their ids."""
    people = [add_person(f"C{n} Crowd") for n in range(count)]
    for n, person in enumerate(people):
        add_contact_point(person, Channel.EMAIL, address=f"c{n}@example.org", verified=True)
    return [person.id for person in people]


def test_every_step_of_the_engine_is_in_the_lifecycle() -> None:
    steps = [("queued", "leased"), ("queued", "skipped")]
    steps += [("leased", state) for state in ("queued", "sent", "failed", "skipped")]
    assert all(may_follow("delivery.state", *step) for step in steps)
    assert sum(len(after) for after in GRAPHS["delivery.state"].values()) == len(steps)


def repeated(cast: Cast, world: World) -> list[bool]:
    """Say of each letter whether it owns up to being a repeat."""
    with cast.app.app_context():
        mark = repeat_mark("it")
    return [mark in told.letter.subject for told in world.told]
