"""What holds after every step of an example; the numbers are those of the design's invariants."""

from collections import Counter

from hypothesis.stateful import invariant, precondition

from alerts import matching, seating, story
from alerts.board import entries_of
from alerts.models import Alert
from alerts.sender.wording import DRILL
from nucleus.messages.models import Delivery
from tests.alerts.machine.house import House


class Promises(House):
    """Looks at the house once after every step, in one transaction that keeps nothing."""

    @precondition(lambda self: self.alert_id)
    @invariant()
    def every_promise_about_the_rows_holds(self) -> None:
        """Look at all that stands in the database."""
        with self.looking() as alert:
            self.nobody_is_accepted_beyond_the_need(alert)
            self.every_answer_stands_in_the_journal(alert)
            self.off_duty_means_silence()
            self.nothing_is_queued_for_nobody(alert)
            self.every_wave_posts_a_call_of_its_own()
            self.nothing_expires_early(alert)

    @invariant()
    def copies_are_bounded_and_owned_up_to(self) -> None:
        """5: at most three copies, and every one after the first says so."""
        copies: Counter[int] = Counter()
        for sent in self.wire:
            copies[sent.delivery] += 1
            if copies[sent.delivery] > 1:
                assert self.owns_up(sent.letter), "a repeat that is not owned up to"
        assert not copies or max(copies.values()) <= 3

    @invariant()
    def a_drill_is_marked_everywhere(self) -> None:
        """8: and nothing real ever says that it is a drill."""
        for sent in self.wire:
            assert (DRILL in sent.letter.subject) is self.drill
            assert (DRILL in sent.letter.body) is self.drill

    def nobody_is_accepted_beyond_the_need(self, alert: Alert) -> None:
        """1: everybody who was accepted has a place of their own."""
        coming = seating.coming(alert)
        assert len(matching.seat(coming, seating.places(alert))) == len(coming)

    def every_answer_stands_in_the_journal(self, alert: Alert) -> None:
        """3 and 10: who is coming and who is not is a fold of the journal."""
        told = story.fold(entries_of(alert))
        rows = self.recipients()
        assert told.accepted == {row.id for row in rows if row.state == "accepted"}
        assert told.declined == {row.id for row in rows if row.state == "declined"}
        assert {row.id for row in rows if row.called_wave} == told.asked

    def off_duty_means_silence(self) -> None:
        """Nobody who rests is called in a new wave."""
        for row in self.recipients():
            if row.called_wave > self.calls.get(row.person_id, 0):
                assert row.person_id not in self.resting
                self.calls[row.person_id] = row.called_wave

    def nothing_is_queued_for_nobody(self, alert: Alert) -> None:
        """6: a call never taken up waits only for who is being asked, while the alert is open."""
        waiting = self.deliveries("call", Delivery.state == "queued", Delivery.claim == 0)
        asked = {row.person_id for row in self.recipients() if row.state == "alerted"}
        assert not waiting or alert.state == "open"
        assert {row.person_id for row, _ in waiting} <= asked

    def every_wave_posts_a_call_of_its_own(self) -> None:
        """7: whoever is asked anew really gets a new call (only one of the six has no contact)."""
        posted = {(row.person_id, call.wave) for row, call in self.deliveries("call")}
        asked = {(row.person_id, row.called_wave) for row in self.recipients()}
        assert {who for who, wave in asked - posted if wave} <= {self.people[3]}

    def nothing_expires_early(self, alert: Alert) -> None:
        """14: whatever the clock does, nothing has expired before it ever showed that time."""
        assert alert.expires_at
        if alert.reason == "expired":
            assert alert.scale == "area"
            assert alert.expires_at <= self.latest
        for _, message in self.deliveries(None, Delivery.reason == "expired"):
            assert message.valid_until
            assert message.valid_until <= self.latest
