"""What people, the clock and the sender may do to an open alert, in any order."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy import select

from alerts.choosing.timers import PHONE_THEM
from alerts.choosing.unwanted import add_unwanted
from alerts.helping.help import press_help
from alerts.models import Recipient
from alerts.sender.outcomes import Kind, Outcome
from alerts.sender.slips import Parcel
from alerts.services import (
    Answer,
    NeedDraft,
    accept_handover,
    answer,
    approve_surplus,
    ask_next_wave,
    break_glass,
    close_alert,
    decline_handover,
    give_sign,
    mark_arrived,
    mark_done,
    offer_handover,
    refuse_surplus,
    say_alright,
    send_correction,
    send_update,
    spoke_by_phone,
    take_alert,
    withdraw,
)
from nucleus.ground import clock
from nucleus.ground.database import db, transaction
from nucleus.messages.models import Delivery, Message
from nucleus.messages.receipts import What, note_receipt
from nucleus.people.models import Person
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
        anybody=st.integers(0, 4), arabic=st.integers(0, 1), drill=st.booleans(),
        at_risk=st.booleans(), scale=st.sampled_from(["person", "area", "pressed"]),
        unwanted=st.sampled_from([None, None, 1, 2]),  # Amina is the only one who speaks Arabic
    )  # fmt: skip
    def open(
        self, anybody: int, arabic: int, drill: bool, at_risk: bool, scale: str,
        unwanted: int | None,
    ) -> None:  # fmt: skip
        """Carla opens an alert, or Bea presses; Bea may not want somebody."""
        counts = ((arabic, "ar"), (anybody or 1 - arabic, None))
        needs = tuple(NeedDraft(count=n, language=tongue) for n, tongue in counts if n)
        severity = "Extreme" if at_risk else "Moderate"
        with self.cast.app.app_context(), transaction():
            empty()
        with self.cast.app.app_context(), transaction():
            if scale != "area" and unwanted is not None:
                self.keep_out(self.people[unwanted])
            if scale == "pressed":
                bea = db.session.get_one(Person, self.cast.bea)
                alert = press_help(bea, what="alone", comune="Aversa", circle=())
            else:
                alert = opened(
                    self.cast, needs=needs, drill=drill, severity=severity, urgency="Immediate",
                    scale=scale, person_id=self.cast.bea if scale == "person" else None,
                )  # fmt: skip
            assert any(row.called_wave for row in self.recipients())
            self.alert_id, self.drill = alert.id, alert.drill
        self.restart()

    def keep_out(self, person: int) -> None:
        """Bea does not want somebody near her."""
        add_unwanted(self.cast.bea, db.session.get_one(Person, person).name)
        self.unwanted = {person}

    @rule(said=st.lists(st.tuples(PEOPLE, ANSWERS), min_size=1, max_size=4))
    def people_answer(self, said: list[tuple[int, Answer]]) -> None:
        """Some answer by link, one after the other; said again at once it changes nothing."""
        for who, how in said:
            with self.step():
                row = self.recipient(who)
                outcome = answer(row, how, eta_minutes=10, by=row.person_id)
                self.said.append((row.id, how, 10))
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

    @precondition(lambda self: self.said)
    @rule(which=st.integers(0, 20))
    def an_old_no_comes_twice(self, which: int) -> None:
        """9: a button pressed again in an old tab, where it says what stands already."""
        row_id, how, eta = self.said[which % len(self.said)]
        with self.step():
            row = db.session.get_one(Recipient, row_id)
            stands = {Answer.COMING: "accepted", Answer.CANT: "declined"}.get(how)
            if row.state == stands and row.care_step not in PHONE_THEM:
                before = self.everything()
                answer(row, how, eta_minutes=row.eta_minutes and eta, by=row.person_id)
                db.session.flush()
                assert self.everything() == before

    @rule(who=PEOPLE, deed=st.sampled_from(["arrive", "arrive", "leave", "alright"]))
    def someone_is_there(self, who: int, deed: str) -> None:
        """Somebody who said yes arrives, leaves, or says that they are all right."""
        with self.step():
            coming = [row for row in self.recipients() if row.state == "accepted"]
            if coming:
                row = coming[who % len(coming)]
                do = {"arrive": mark_arrived, "leave": mark_done, "alright": say_alright}[deed]
                do(row, row.person_id)

    @rule(
        who=st.sampled_from(["carla", "dario", "dario"]),
        deed=st.sampled_from(["agree", "agree", "refuse", "break"]),
    )
    def a_crowd_is_decided(self, who: str, deed: str) -> None:
        """A coordinator agrees to a crowd, refuses it, or goes on alone and says why."""
        person = getattr(self.cast, who)
        with self.step() as alert:
            if deed == "agree":
                approve_surplus(alert, person)
            elif deed == "refuse":
                refuse_surplus(alert, person, reason="enough")
            elif who == "carla":
                break_glass(alert, person, reason="the bridge is down")

    @rule(deed=st.sampled_from(["offer", "accept", "decline", "look"]))
    def it_is_handed_over(self, deed: str) -> None:
        """One coordinator asks another to take over, who says yes or no."""
        cast = self.cast
        with self.step() as alert:
            if deed == "offer" and alert.coordinator_id:
                there = {cast.carla: cast.dario, cast.dario: cast.carla}
                offer_handover(alert, there[alert.coordinator_id], alert.coordinator_id)
            elif deed == "accept" and alert.handover_id:
                assert accept_handover(alert, alert.handover_id)
            elif deed == "decline" and alert.handover_id:
                assert decline_handover(alert, alert.handover_id)
            elif deed == "look":
                give_sign(alert, cast.carla)

    @precondition(lambda self: self.alert_id)
    @rule()
    def bea_presses_again(self) -> None:
        """A second press is news and opens no second alert."""
        with self.step() as alert:
            if alert.help and alert.state == "open":
                bea = db.session.get_one(Person, self.cast.bea)
                assert press_help(bea, what="alone", comune=None, circle=()).id == alert.id

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

    @rule(
        deed=st.sampled_from(["ask", "ask", "write", "correct", "take", "take over", "close"]),
        why=REASONS,
    )
    def carla_does(self, deed: str, why: str) -> None:
        """Carla does not wait for the next wave, writes to all, hands over, or ends it."""
        with self.step() as alert:
            if deed == "ask":
                ask_next_wave(alert, by=self.cast.carla)
            elif deed == "write":
                send_update(alert, "The door is on the left.", self.cast.carla)
            elif deed == "correct":
                send_correction(alert, "The door is on the right.", self.cast.carla)
            elif deed.startswith("take"):
                take_alert(alert, self.cast.carla if deed == "take" else self.cast.dario)
            else:
                close_alert(alert, why, self.cast.carla)

    @rule(seconds=st.sampled_from([1, 5, 20, 45, 121, 610, 3600, 40_000]))
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
    def nobody_looks(self) -> None:
        """i: whoever follows it falls asleep, is asked for a sign, and is replaced."""
        for minutes in (16, 11, 4):  # a last wave; the question; the answer that never came
            self.pass_time(timedelta(minutes=minutes))
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
            reference = f"ref-{parcel.held.id}"
            self.engine.finish(parcel, Outcome(kind, kind.value, provider_ref=reference))
            self.receipts.append((reference, str(kind.value)))

    @precondition(lambda self: self.receipts)
    @rule(which=st.integers(0, 30), what=st.sampled_from(["delivered", "seen", "failed"]))
    def a_receipt_comes(self, which: int, what: What) -> None:
        """9: a provider's receipt, early, late or twice, moves nobody's answer."""
        reference, _ = self.receipts[which % len(self.receipts)]
        with self.step():
            stands = [(row.id, row.state, row.called_wave) for row in self.recipients()]
            for _ in range(2):
                for label in self.labels():
                    note_receipt(label, reference, what=what, at=clock.now())
                db.session.flush()
            assert stands == [(row.id, row.state, row.called_wave) for row in self.recipients()]

    def labels(self) -> list[str]:
        """Return the ways that have carried anything so far."""
        used = select(Delivery.provider).where(Delivery.provider.is_not(None)).distinct()
        return [str(label) for label in db.session.scalars(used)]

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
