"""How every example ends: the alert is closed, a healthy sender runs, and all comes to its end."""

from collections import Counter
from datetime import timedelta

from alerts import jobs, queries
from alerts.models import Alert
from alerts.overview.board import entries_of
from alerts.sender import sweeper
from alerts.sender.outcomes import Kind, Outcome
from alerts.services import close_alert
from alerts.telling.posting import TO_RECIPIENTS
from nucleus.messages.models import Delivery
from tests.alerts.machine.promises import Promises

ENDS = ("stand_down", "all_clear")


class Ending(Promises):
    """Ends whatever was begun."""

    def teardown(self) -> None:
        """The alert ends, a healthy sender runs: then everything must have come to its end."""
        try:
            if self.alert_id:
                self.end()
        finally:
            self.patches.undo()
            self.held.__exit__(None, None, None)

    def end(self) -> None:
        """4 and 7: every delivery ends; everybody who was called is told once, or phoned."""
        with self.step() as alert:
            close_alert(alert, "resolved", self.cast.carla)
        with self.looking() as alert:
            self.nothing_is_queued_for_nobody(alert)
        self.restart()
        self.pass_time(timedelta(hours=2))  # past both hours the clock may have jumped back
        self.pass_time(timedelta(hours=10))  # into the morning, when who slept is told
        for _ in range(12):
            self.pass_time(timedelta(seconds=31))
            self.sweep()
            self.run_healthy_sender()
        with self.looking() as alert:
            self.every_delivery_has_ended()
            self.everybody_was_told_the_end(alert)

    def sweep(self) -> None:
        """Let both sweepers come by."""
        with self.step():
            jobs.sweep()
            sweeper.sweep()

    def run_healthy_sender(self) -> None:
        """Send whatever is due, with nothing going wrong."""
        with self.cast.app.app_context():
            while self.engine.held or self.engine.is_worth_a_turn():
                for parcel in self.engine.turn():
                    self.note(parcel)
                    self.engine.finish(parcel, Outcome(Kind.SENT, "taken"))

    def every_delivery_has_ended(self) -> None:
        """4: nothing is left waiting."""
        left = self.deliveries(None, Delivery.state.in_(["queued", "leased"]))
        assert [(row.id, row.state) for row, _ in left] == []

    def everybody_was_told_the_end(self, alert: Alert) -> None:
        """7: one closing message for each time somebody was called or came, if anything came."""
        to_phone = queries.never_told_the_end(alert)
        yes = Counter(
            entry.facts["recipient"]
            for entry in entries_of(alert)
            if entry.word == "alerts.answer" and entry.facts["outcome"] == "accepted"
        )
        wire = {sent.delivery for sent in self.wire}
        for row in self.recipients():
            mine = self.deliveries("call", Delivery.person_id == row.person_id)
            waves = {call.wave for _, call in mine} if self.has_heard(row.person_id) else ()
            calls = self.messages_to(row.person_id, ("call",))
            ends = self.messages_to(row.person_id, ENDS)
            assert len(ends) <= len(waves) + yes[row.id], "told the end once too often"
            assert sum(kind == "all_clear" for _, kind, _ in ends) <= 1
            if any(set(ids) & wire for _, _, ids in calls) and row.id not in to_phone:
                assert any(set(ids) & wire for _, _, ids in ends), "never told that it is over"
            assert row.told_wave >= row.called_wave

    def has_heard(self, person: int) -> bool:
        """Say whether anything may have reached a person, be it news after a refused call."""
        return bool(self.messages_to(person, TO_RECIPIENTS))
