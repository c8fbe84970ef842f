"""The alert machine as Hypothesis drives it: the real services, the real engine, a held clock.

Only the wire is invented. Every step is a transaction of its own, as a request or a job is;
between claiming, sending and settling anything else may happen, and the sender may be killed.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import delete, select, text, update

from alerts import jobs, matching, queries, seating, story
from alerts.board import entries_of
from alerts.models import Alert, Approval, Need, Recipient
from alerts.sender import outbox
from alerts.sender.addressing import Addressed, address, repeat_mark
from alerts.sender.engine import Engine
from alerts.sender.letters import Letter
from alerts.sender.outcomes import Kind, Outcome
from alerts.sender.slips import Parcel
from alerts.sender.wording import DRILL
from alerts.services import (
    Answer,
    NeedDraft,
    answer,
    ask_next_wave,
    close_alert,
    send_update,
    spoke_by_phone,
    take_alert,
    withdraw,
)
from nucleus.ground import clock
from nucleus.ground.database import db, transaction
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import ContactPoint
from nucleus.roster.models import Award, Responder
from tests.alerts.stage import add_responders, opened
from tests.cast import Cast

EVENING = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # the clocks change in the night that follows
ENDS = ("stand_down", "all_clear")
PEOPLE = st.integers(0, 5)
REASONS = st.sampled_from(["resolved", "cancelled"])
ANSWERS = st.sampled_from([Answer.COMING, Answer.COMING, Answer.CANT, Answer.KNOW_MORE])
OUTCOMES = st.sampled_from(
    [Kind.SENT, Kind.SENT, Kind.SENT, Kind.REFUSED, Kind.TEMPORARY, Kind.UNSURE]
)
TABLES = (Delivery, Message, Approval, Recipient, Need, Alert, LogEntry)


@dataclass(frozen=True)
class OnTheWire:
    """One letter that a phone may have shown."""

    delivery: int
    message: int
    letter: Letter


class AlertMachine(RuleBasedStateMachine):
    """One alert from its opening to its end; `cast` is set by the promise that runs it."""

    cast: Cast
    people: list[int]

    def __init__(self) -> None:
        """Stand before an empty house at half past ten in the evening."""
        super().__init__()
        self.held = clock.held_at(EVENING)
        self.held.__enter__()
        self.wire: list[OnTheWire] = []
        self.in_flight: list[Parcel] = []
        self.resting: set[int] = set()
        self.calls: dict[int, int] = {}
        self.alert_id = 0

    @contextmanager
    def step(self) -> Iterator[Alert]:
        """Open a transaction, as a request or a job does."""
        with self.cast.app.app_context(), transaction():
            yield db.session.get_one(Alert, self.alert_id)

    @initialize(
        anybody=st.integers(0, 2), arabic=st.integers(0, 1), drill=st.booleans(),
        at_risk=st.booleans(), scale=st.sampled_from(["person", "area"]),
    )  # fmt: skip
    def open(self, anybody: int, arabic: int, drill: bool, at_risk: bool, scale: str) -> None:
        """Carla opens an alert."""
        counts = ((arabic, "ar"), (anybody or 1 - arabic, None))
        needs = tuple(NeedDraft(count=n, language=tongue) for n, tongue in counts if n)
        severity = "Extreme" if at_risk else "Moderate"
        with self.cast.app.app_context(), transaction():
            empty()
        with self.cast.app.app_context(), transaction():
            alert = opened(
                self.cast, needs=needs, drill=drill, severity=severity, urgency="Immediate",
                scale=scale, person_id=self.cast.bea if scale == "person" else None,
            )  # fmt: skip
            self.alert_id, self.drill = alert.id, drill
            assert any(row.called_wave for row in self.recipients())
        self.restart()

    def restart(self) -> None:
        """Let a fresh sender begin with empty hands."""
        self.engine, self.in_flight = Engine(self.cast.app, threads=64), []

    # --- people

    @rule(said=st.lists(st.tuples(PEOPLE, ANSWERS), min_size=1, max_size=4))
    def people_answer(self, said: list[tuple[int, Answer]]) -> None:
        """Some answer by link, one after the other; said again at once it changes nothing."""
        for who, how in said:
            with self.step():
                row = self.recipient(who)
                outcome = answer(row, how, eta_minutes=10, by=row.person_id)
                db.session.flush()
                before = self.everything()
                again = answer(row, how, eta_minutes=10, by=row.person_id)
                db.session.flush()
                assert again is outcome
                assert self.everything() == before

    @rule(who=PEOPLE)
    def someone_withdraws(self, who: int) -> None:
        """Somebody takes their yes back."""
        with self.step():
            coming = [row for row in self.recipients() if row.state == "accepted"]
            if coming:
                row = coming[who % len(coming)]
                withdraw(row, by=row.person_id)

    @rule(who=PEOPLE, how=ANSWERS)
    def carla_phones(self, who: int, how: Answer) -> None:
        """Carla notes what somebody said on the phone."""
        with self.step():
            spoke_by_phone(self.recipient(who), how, by=self.cast.carla)

    @rule(who=PEOPLE)
    def someone_rests(self, who: int) -> None:
        """Somebody switches their availability off for the night."""
        self.resting.add(self.people[who])
        with self.step():
            db.session.get_one(Responder, self.people[who]).resting_until = EVENING + timedelta(9)

    @rule(deed=st.sampled_from(["ask", "ask", "write", "hand over", "close"]), why=REASONS)
    def carla_does(self, deed: str, why: str) -> None:
        """Carla does not wait for the next wave, writes to all, hands over, or ends it."""
        with self.step() as alert:
            if deed == "ask":
                ask_next_wave(alert, by=self.cast.carla)
            elif deed == "write":
                send_update(alert, "The door is on the left.", self.cast.carla)
            elif deed == "hand over":
                take_alert(alert, self.cast.dario)
            else:
                close_alert(alert, why, self.cast.carla)

    # --- time and the sender

    @rule(seconds=st.sampled_from([1, 5, 20, 45, 121, 3600, 40_000]))
    def time_passes(self, seconds: int) -> None:
        """The clock goes on, also over the change of hour."""
        clock.advance(timedelta(seconds=seconds))

    @rule()
    def jobs_sweep(self) -> None:
        """The sweeper comes by."""
        with self.step():
            jobs.sweep()
            outbox.sweep()

    @rule()
    def sender_turns(self) -> None:
        """One turn of the sender: what it takes in hand must still be wanted."""
        with self.cast.app.app_context():
            going = self.engine.turn()
        self.in_flight += going
        with self.step():
            for parcel in going:
                self.must_be_wanted(parcel)

    @rule(kinds=st.lists(OUTCOMES, min_size=3, max_size=3))
    def sender_works(self, kinds: list[Kind]) -> None:
        """A turn, and each of its letters goes out with an outcome of its own."""
        self.sender_turns()
        for number in range(len(self.in_flight)):
            self.letters_go_out(kinds[number % 3], arrives=bool(number % 2), all_of_them=False)

    @precondition(lambda self: self.in_flight)
    @rule(kind=OUTCOMES, arrives=st.booleans(), all_of_them=st.booleans())
    def letters_go_out(self, kind: Kind, arrives: bool, all_of_them: bool) -> None:
        """Letters in hand go over the wire; an unsure one may have arrived or not."""
        letters = self.in_flight if all_of_them else self.in_flight[:1]
        self.in_flight = [] if all_of_them else self.in_flight[1:]
        for parcel in letters:
            if kind is Kind.SENT or (kind is Kind.UNSURE and arrives):
                self.note(parcel)
            self.engine.finish(parcel, Outcome(kind, kind.value))

    @rule(after_sending=st.booleans())
    def sender_is_killed(self, after_sending: bool) -> None:
        """Killed before sending, or after it and before anything could be written down."""
        for parcel in self.in_flight if after_sending else ():
            self.note(parcel)
        self.restart()

    # --- what always holds

    @precondition(lambda self: self.alert_id)
    @invariant()
    def nobody_is_accepted_beyond_the_need(self) -> None:
        """1: everybody who was accepted has a place of their own."""
        with self.step() as alert:
            coming = seating.coming(alert)
            assert len(matching.seat(coming, seating.places(alert))) == len(coming)

    @precondition(lambda self: self.alert_id)
    @invariant()
    def every_answer_stands_in_the_journal(self) -> None:
        """3 and 10: who is coming and who is not is a fold of the journal."""
        with self.step() as alert:
            told = story.fold(entries_of(alert))
            rows = self.recipients()
            assert told.accepted == {row.id for row in rows if row.state == "accepted"}
            assert told.declined == {row.id for row in rows if row.state == "declined"}
            assert {row.id for row in rows if row.called_wave} == told.asked

    @invariant()
    def copies_are_bounded_and_owned_up_to(self) -> None:
        """5: at most three copies, and every one after the first says so."""
        copies: Counter[int] = Counter()
        for sent in self.wire:
            copies[sent.delivery] += 1
            if copies[sent.delivery] > 1:
                assert repeat_mark_in(self.cast, sent.letter), "a repeat that is not owned up to"
        assert not copies or max(copies.values()) <= 3

    @invariant()
    def a_drill_is_marked_everywhere(self) -> None:
        """8: and nothing real ever says that it is a drill."""
        for sent in self.wire:
            assert (DRILL in sent.letter.subject) is self.drill
            assert (DRILL in sent.letter.body) is self.drill

    @precondition(lambda self: self.alert_id)
    @invariant()
    def off_duty_means_silence(self) -> None:
        """Nobody who rests is called in a new wave."""
        with self.step():
            for row in self.recipients():
                if row.called_wave > self.calls.get(row.person_id, 0):
                    assert row.person_id not in self.resting
                    self.calls[row.person_id] = row.called_wave

    @precondition(lambda self: self.alert_id)
    @invariant()
    def nothing_is_queued_for_nobody(self) -> None:
        """6: a call never taken up waits only for who is being asked, while the alert is open."""
        with self.step() as alert:
            waiting = self.deliveries("call", Delivery.state == "queued", Delivery.claim == 0)
            asked = {row.person_id for row in self.recipients() if row.state == "alerted"}
            assert not waiting or alert.state == "open"
            assert {row.person_id for row, _ in waiting} <= asked

    @precondition(lambda self: self.alert_id)
    @invariant()
    def every_wave_posts_a_call_of_its_own(self) -> None:
        """7: whoever is asked anew really gets a new call (only one of the six has no contact)."""
        with self.step():
            posted = {(row.person_id, call.wave) for row, call in self.deliveries("call")}
            asked = {(row.person_id, row.called_wave) for row in self.recipients()}
            assert {who for who, wave in asked - posted if wave} <= {self.people[3]}

    def teardown(self) -> None:
        """The alert ends, a healthy sender runs: then everything must have come to its end."""
        try:
            if self.alert_id:
                self.end()
        finally:
            self.held.__exit__(None, None, None)

    # --- the end of every example

    def end(self) -> None:
        """4 and 7: every delivery ends; everybody who was called is told once, or phoned."""
        with self.step() as alert:
            close_alert(alert, "resolved", self.cast.carla)
        self.restart()
        for _ in range(12):
            clock.advance(timedelta(seconds=31))
            self.jobs_sweep()
            self.run_healthy_sender()
        with self.step() as alert:
            self.every_delivery_has_ended()
            self.everybody_was_told_the_end(alert)

    def run_healthy_sender(self) -> None:
        """Send whatever is due, with nothing going wrong."""
        with self.cast.app.app_context():
            while self.engine.held or self.engine.is_worth_a_turn():
                for parcel in self.engine.turn():
                    self.note(parcel)
                    self.engine.finish(parcel, Outcome(Kind.SENT, "taken"))

    def every_delivery_has_ended(self) -> None:
        """4: nothing is left waiting."""
        left = [(row.id, row.state) for row, _ in self.deliveries(None, Delivery.state.in_(
            ["queued", "leased"]))]  # fmt: skip
        assert left == []

    def everybody_was_told_the_end(self, alert: Alert) -> None:
        """7: exactly one closing message for each time somebody was called or came."""
        to_phone = queries.never_told_the_end(alert)
        yes = Counter(
            entry.facts["recipient"]
            for entry in entries_of(alert)
            if entry.word == "alerts.answer" and entry.facts["outcome"] == "accepted"
        )
        wire = {sent.delivery for sent in self.wire}
        for row in self.recipients():
            calls = self.messages_to(row.person_id, ("call",))
            ends = self.messages_to(row.person_id, ENDS)
            assert len(ends) <= len(calls) + yes[row.id], "told the end once too often"
            assert sum(kind == "all_clear" for _, kind, _ in ends) <= 1
            if any(set(ids) & wire for _, _, ids in calls) and row.id not in to_phone:
                assert any(set(ids) & wire for _, _, ids in ends), "never told that it is over"
            assert row.told_wave >= row.called_wave

    # --- looking

    def recipient(self, who: int) -> Recipient:
        """Return one of the people on the list, mostly one who was called."""
        everybody = self.recipients()
        called = [row for row in everybody if row.called_wave]
        likely = called if called and who else everybody
        return likely[who % len(likely)]

    def recipients(self) -> list[Recipient]:
        """Return everybody on the list."""
        return list(db.session.scalars(select(Recipient).order_by(Recipient.id)))

    def deliveries(self, kind: str | None, *conditions: Any) -> list[tuple[Delivery, Message]]:
        """Return the deliveries of a kind of message with their messages."""
        found = select(Delivery, Message).join(Message, Message.id == Delivery.message_id)
        if kind:
            found = found.where(Message.kind == kind)
        rows = db.session.execute(found.where(*conditions).order_by(Delivery.id))
        return [(row[0], row[1]) for row in rows]

    def messages_to(self, person: int, kinds: tuple[str, ...]) -> list[tuple[int, str, list[int]]]:
        """Return (message, kind, delivery ids) of what may have reached a person."""
        found: dict[tuple[int, str], list[int]] = {}
        for row, message in self.deliveries(None, Delivery.person_id == person):
            if message.kind in kinds and (row.copies or row.state == "sent"):
                found.setdefault((message.id, message.kind), []).append(row.id)
        return [(message, kind, ids) for (message, kind), ids in found.items()]

    def everything(self) -> list[tuple[Any, ...]]:
        """Return all that an answer could change, except that it is noted."""
        rows = [
            *db.session.execute(select(Recipient.__table__).order_by(Recipient.id)),
            *db.session.execute(select(Delivery.__table__).order_by(Delivery.id)),
            *db.session.execute(select(Alert.__table__)),
        ]
        return [tuple(row) for row in rows]

    def must_be_wanted(self, parcel: Parcel) -> None:
        """6: no call leaves after close, decline, release; only one already in hand may."""
        message = db.session.get_one(Message, parcel.held.text.id)
        if message.kind != "call":
            return
        mine = select(Recipient).where(Recipient.person_id == parcel.held.person_id)
        row = db.session.scalars(mine).one()
        assert row.alert.state == "open"
        assert (row.state, row.called_wave) == ("alerted", message.wave)

    def note(self, parcel: Parcel) -> None:
        """Keep what a phone may have shown."""
        with self.cast.app.app_context():
            ready: Addressed = address(parcel)
        self.wire.append(OnTheWire(parcel.held.id, parcel.held.text.id, ready.letter))


def repeat_mark_in(cast: Cast, letter: Letter) -> bool:
    """Say whether a letter owns up to being a repeat."""
    with cast.app.app_context():
        return any(repeat_mark(code) in letter.subject for code in ("it", "en"))


def people_for(cast: Cast) -> list[int]:
    """Bring the six who may be asked: one of them has no address that works."""
    with cast.stage():
        more = add_responders(cast, 3)
        mute = update(ContactPoint).where(ContactPoint.person_id == more[0])
        db.session.execute(mute.values(retired_at=EVENING))
        trained = EVENING.date() - timedelta(days=30), EVENING.date() + timedelta(days=300)
        db.session.execute(update(Award).values(issued_on=trained[0], expires_on=trained[1]))
    return [cast.amina, cast.vito, cast.luca, *more]


def empty() -> None:
    """Forget every earlier alert, and who was resting; the journal lets go only here."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER IF EXISTS log_entry_kept"))
        for table in TABLES:
            db.session.execute(delete(table))
    else:
        names = ", ".join(table.__tablename__ for table in TABLES)
        db.session.execute(text(f"TRUNCATE {names}"))
    db.session.execute(update(Responder).values(resting_until=None))
