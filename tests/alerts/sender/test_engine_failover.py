"""A way that fails hands over to the next one; a shut lane delays nobody's other channel."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from alerts.sender import ways
from alerts.sender.engine import WRITE_OFF, Engine, run_until_idle
from alerts.sender.heartbeat import SENDER, Heartbeat
from alerts.sender.letters import Letter, NtfyServer, Provider
from alerts.sender.outcomes import Kind, Outcome, sent, temporary, unsure
from alerts.sender.routing import BREAKS_AT, Health
from alerts.sender.slips import Parcel
from alerts.sender.ways import Way
from nucleus.ground.clock import advance, held_at, now, steady
from nucleus.ground.database import db
from nucleus.messages.models import ALERT, LIFE_AT_RISK
from nucleus.messages.services import post_message
from tests.alerts.sender.test_engine import NOON, crowd, post, state_of
from tests.cast import Cast
from tests.messages.helpers import draft, rows, to

OTHER = NtfyServer("https://other.example")


def second_way(cast: Cast, **more: Any) -> None:
    """Add a second way for ntfy, behind the settings' own."""
    told: dict[str, Any] = {"label": "ntfy:other", "lane": "ntfy", "host": "other", "rank": 60}
    ways.pin(cast.app, lambda: [Way(provider=OTHER, **(told | more))])


class Two:
    """Two ntfy servers of which one answers as told; keeps which one was asked."""

    def __init__(self, first: Outcome) -> None:
        """Let the first answer so, the second yes."""
        self.first, self.asked = first, list[str]()

    def send(self, provider: Provider, _address: str, _letter: Letter) -> Outcome:
        """Take a letter."""
        self.asked.append("second" if provider == OTHER else "first")
        return sent("taken", "r1") if provider == OTHER else self.first


def only_ntfy(cast: Cast) -> None:
    """Let Vito be reached by ntfy alone at first."""
    post(cast, priority=LIFE_AT_RISK)
    with cast.stage():
        email, ntfy = rows(person_id=cast.vito)
        email.state, ntfy.due_at = "skipped", NOON


@pytest.mark.parametrize("kind", [Kind.TEMPORARY, Kind.THROTTLED, Kind.REFUSED])
def test_a_no_of_one_way_is_tried_by_the_other_at_once(cast_on_both: Cast, kind: Kind) -> None:
    second_way(cast_on_both)
    outside = Two(Outcome(kind, "no", retry_after=600.0))
    with held_at(NOON):
        only_ntfy(cast_on_both)
        run_until_idle(cast_on_both.app, send=outside.send)
    assert outside.asked == ["first", "second"]
    with cast_on_both.stage():
        assert {(row.state, row.provider) for row in rows(lane="ntfy")} == {("sent", "ntfy:other")}


def test_a_doubtful_copy_is_repeated_by_the_other_way_and_marked(cast_on_both: Cast) -> None:
    second_way(cast_on_both)
    outside = Two(unsure("no answer"))
    with held_at(NOON):
        only_ntfy(cast_on_both)
        run_until_idle(cast_on_both.app, send=outside.send)
    assert outside.asked == ["first", "second"]
    assert state_of(cast_on_both, "ntfy") == ("sent", "taken", False)


def test_a_closed_way_is_not_asked_while_the_other_is_open(cast_on_both: Cast) -> None:
    second_way(cast_on_both)
    outside = Two(temporary("away"))
    with held_at(NOON), cast_on_both.app.app_context():
        only_ntfy(cast_on_both)
        engine = Engine(cast_on_both.app, threads=8)
        for _ in range(BREAKS_AT):
            engine.roads.learn("ntfy:127.0.0.1:9", temporary("away"), seconds=0.1, busy=1)
        (parcel,) = engine.turn()
        assert parcel.way.label == "ntfy:other"
        engine.finish(parcel, outside.send(parcel.way.provider, "", None))  # type: ignore[arg-type]
        engine.turn()
    assert state_of(cast_on_both, "ntfy")[0] == "sent"


@pytest.mark.parametrize("priority", [ALERT, LIFE_AT_RISK])
def test_a_lane_that_is_shut_delays_nobody_s_other_channel_beyond_its_step(
    cast_on_both: Cast, priority: int
) -> None:
    """Mail is down for good; with many others in the queue Vito has his notice in sixty seconds."""
    cast, reached = cast_on_both, dict[int, float]()
    with held_at(NOON), cast.app.app_context():
        with cast.stage():
            post_message(draft(priority=priority), to(*crowd(60), cast.vito), step_seconds=60)
        engine = Engine(cast.app, threads=64)
        for _ in range(62):
            turn_until_still(engine, lambda parcel: note(parcel, reached))
            advance(timedelta(seconds=1))
    assert reached[cast.vito] <= (60.0 if priority == ALERT else 20.0)


def note(parcel: Parcel, reached: dict[int, float]) -> Outcome:
    """Take what goes by ntfy, and say no to every mail."""
    if parcel.held.lane == "email":
        return temporary("away")
    reached.setdefault(parcel.held.person_id, steady())
    return sent("taken")


def turn_until_still(engine: Engine, answer: Callable[[Parcel], Outcome]) -> None:
    """Turn as long as there is something to do now."""
    while engine.is_worth_a_turn():
        for parcel in engine.turn():
            engine.finish(parcel, answer(parcel))


def test_a_life_waits_for_no_lane_that_is_shut_for_long(cast_on_both: Cast) -> None:
    with held_at(NOON), cast_on_both.app.app_context():
        post(cast_on_both, priority=LIFE_AT_RISK, step_seconds=3600)
        engine = Engine(cast_on_both.app, threads=8)
        for _ in range(BREAKS_AT - 1):
            engine.roads.learn("email:127.0.0.1:9", temporary("away"), seconds=0.1, busy=1)
        (parcel,) = engine.turn()
        engine.finish(parcel, temporary("away"))
        engine.turn()
        advance(timedelta(seconds=2))
        (other,) = [each for _ in range(3) for each in engine.turn()]
    assert other.held.lane == "ntfy"


def test_a_provider_with_a_rate_gets_no_more_than_that(cast_on_both: Cast) -> None:
    cast, told = cast_on_both, list[float]()
    ways.pin(cast.app, lambda: [Way(label="email:paced", lane="email", host="paced", rank=1,
                                    provider=OTHER, rate=2.0)])  # fmt: skip

    def take(_parcel: Parcel) -> Outcome:
        told.append(steady())
        return sent("taken")

    with held_at(NOON), cast.app.app_context():
        with cast.stage():
            post_message(draft(), to(*crowd(12)))
        engine = Engine(cast.app, threads=64)
        engine.roads.health["email:127.0.0.1:9"] = Health(closed_until=steady() + 3600)
        for _ in range(24):
            turn_until_still(engine, take)
            advance(timedelta(seconds=0.25))
    assert told == [n / 2 for n in range(12)]


def test_processes_that_send_share_what_a_provider_takes_until_one_is_gone(
    cast_on_both: Cast,
) -> None:
    cast = cast_on_both
    with held_at(NOON), cast.app.app_context():
        with cast.stage():
            for number, ago in enumerate((0, 10, 29, 31)):
                at = now() - timedelta(seconds=ago)
                db.session.add(Heartbeat(name=SENDER, process=f"other:{number}", at=at, facts={}))
            db.session.add(Heartbeat(name="ticker", process="web:1", at=now(), facts={}))
        engine = Engine(cast.app, threads=8)
        engine.open_lanes()
        assert engine.roads.scene([]).sharing == 4
        assert engine.roads.most_in_hand("ntfy") == 256
        engine.roads.ways = {"sms": (Way(label="sms:a", lane="sms", host="a", provider=OTHER,
                                         rate=2.0),)}  # fmt: skip
        assert engine.roads.most_in_hand("sms") == 2
        advance(timedelta(seconds=40))
        engine.open_lanes()
        assert engine.roads.scene([]).sharing == 1


def test_a_thread_that_hangs_is_written_off_and_its_late_word_not_heard(
    cast_on_both: Cast,
) -> None:
    with held_at(NOON), cast_on_both.app.app_context():
        post(cast_on_both)
        engine = Engine(cast_on_both.app, threads=2)
        (parcel,) = engine.turn()
        advance(timedelta(seconds=WRITE_OFF))
        assert engine.is_worth_a_turn()
        engine.turn()
        assert (engine.on_their_way, len(engine.lost)) == (0, 1)
        assert state_of(cast_on_both, "email")[::2] == ("sent", True)
        engine.finish(parcel, temporary("late"))
        assert (len(engine.finished), engine.lost) == (0, [])
    assert state_of(cast_on_both, "email")[::2] == ("sent", True)
