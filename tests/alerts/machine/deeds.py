"""What people, the clock and the sender may do to an open alert, in any order."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy import select

from alerts.models import Recipient
from alerts.sender.outcomes import Kind, Outcome
from alerts.sender.slips import Parcel
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
from nucleus.ground.database import db, transaction
from nucleus.messages.models import Message
from nucleus.roster.models import Responder
from tests.alerts.machine.ending import Ending
from tests.alerts.machine.house import EVENING, empty
from tests.alerts.stage import opened

PEOPLE = st.integers(0, 5)
REASONS = st.sampled_from(["resolved", "cancelled"])
ANSWERS = st.sampled_from([Answer.COMING, Answer.COMING, Answer.CANT, Answer.KNOW_MORE])
OUTCOMES = st.sampled_from(
    [Kind.SENT, Kind.SENT, Kind.SENT, Kind.REFUSED, Kind.TEMPORARY, Kind.UNSURE]
)


class AlertMachine(Ending):
    """One alert from its opening to its end."""

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
        self.pass_time(timedelta(seconds=seconds))

    @precondition(lambda self: self.jumps_back < 2)
    @rule()
    def clock_is_put_right(self) -> None:
        """14: somebody sets the clock back by an hour."""
        self.jumps_back += 1
        self.pass_time(timedelta(hours=-1))

    @rule()
    def jobs_sweep(self) -> None:
        """The sweeper comes by."""
        self.sweep()

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

    def must_be_wanted(self, parcel: Parcel) -> None:
        """6: no call leaves after close, decline, release; only one already in hand may."""
        message = db.session.get_one(Message, parcel.held.text.id)
        if message.kind != "call":
            return
        mine = select(Recipient).where(Recipient.person_id == parcel.held.person_id)
        row = db.session.scalars(mine).one()
        assert row.alert.state == "open"
        assert (row.state, row.called_wave) == ("alerted", message.wave)
