"""What holds after every step of an example; the numbers are those of the design's invariants."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis.stateful import invariant, precondition
from sqlalchemy import select

from alerts.choosing import matching, seating
from alerts.models import Alert, Approval
from alerts.overview import story
from alerts.overview.board import entries_of
from alerts.sender.wording import DRILL
from nucleus.ground.database import db
from nucleus.messages.models import Delivery, Message
from tests.alerts.machine.house import ALONE, EVENING, House

LET_GO = ("queued", "released")


class Promises(House):
    """Looks at the house once after every step, in one transaction that keeps nothing."""

    @precondition(lambda self: self.alert_id)
    @invariant()
    def every_promise_about_the_rows_holds(self) -> None:
        """Look at all that stands in the database."""
        with self.looking() as alert:
            self.nobody_is_accepted_beyond_the_need(alert)
            self.state_is_a_fold_of_the_journal(alert)
            self.nobody_alone_calls_a_crowd(alert)
            self.whoever_is_not_wanted_hears_nothing()
            self.somebody_follows_or_is_being_looked_for(alert)
            self.nobody_on_the_way_is_forgotten(alert)
            self.nobody_gets_more_than_the_limit(alert)
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

    def state_is_a_fold_of_the_journal(self, alert: Alert) -> None:
        """3 and 10: whoever changed an answer is named, and the journal alone tells how it stands.

        On the list or let go is the same for a person who was called before: they wait.
        """
        told = story.fold(entries_of(alert))
        rows = self.recipients()
        asked = [row for row in rows if row.called_wave or row.state not in LET_GO]
        now = {row.id: "waiting" if row.state in LET_GO else row.state for row in asked}
        known = {who: state for who, state in told.states.items() if who in now}
        assert known == now
        assert {row.id for row in rows if row.called_wave} == told.asked
        for column, who in (("missed_at", told.missed), ("arrived_at", told.there)):
            assert {row.id for row in rows if getattr(row, column)} == who, column
        assert {row.id for row in rows if row.done_at} == told.back
        assert told.approvals == list(
            db.session.scalars(select(Approval.state).order_by(Approval.id))
        )
        stands = (alert.state, alert.reason, alert.coordinator_id, alert.handover_id, alert.wave)
        assert stands == (
            told.state, told.reason, told.coordinator, told.asked_to_take_over, told.waves,
        )  # fmt: skip
        assert told.rung == alert.rung

    def nobody_alone_calls_a_crowd(self, alert: Alert) -> None:
        """2: beyond the first few it takes a second person, or a reason that stands there."""
        calls = {row.person_id for row, _ in self.deliveries("call")}
        yes = select(Approval).where(Approval.state.in_(["given", "broken"]))
        agreed = db.session.scalars(yes).all()
        assert len(calls) <= ALONE or alert.drill or agreed
        for approval in agreed:
            alone = approval.person_id == alert.author_id
            assert not alone or (approval.state == "broken" and approval.reason)

    def whoever_is_not_wanted_hears_nothing(self) -> None:
        """Not these people: no row, no message, whatever they are in the network."""
        rows = {row.person_id for row in self.recipients()}
        told = {row.person_id for row, _ in self.deliveries(None)}
        assert not self.unwanted & (rows | told)

    def somebody_follows_or_is_being_looked_for(self, alert: Alert) -> None:
        """i: an open alert has a coordinator, or a next rung on the ladder."""
        if alert.state == "open":
            assert alert.coordinator_id is not None or alert.rung_at is not None

    def nobody_on_the_way_is_forgotten(self, alert: Alert) -> None:
        """j: whoever is coming or there has a next look, or a person was told to phone them."""
        for row in self.recipients():
            if row.state == "accepted" and alert.state == "open" and not alert.drill:
                done = row.done_at is not None or row.care_step in {"missed", "urged"}
                assert done or row.care_at is not None
            else:
                assert row.care_at is None

    def nobody_gets_more_than_the_limit(self, alert: Alert) -> None:
        """11: within an hour nobody gets more than the limit, but for a life at risk."""
        most = self.cast.app.extensions["nucleus.settings"].messages_an_hour
        told: dict[int, list[datetime]] = {}
        rows = self.deliveries(None, Message.limited, Delivery.state == "sent")
        for row, _ in rows:
            told.setdefault(row.contact_point_id, []).append(row.settled_at or EVENING)
        for times in told.values():
            times.sort()
            within = [sum(at - timedelta(hours=1) < one <= at for one in times) for at in times]
            assert max(within) <= most or self.jumps_back

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
