"""The house an example plays in: who is there, what is in flight, and how to look at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import delete, select, text, update

from alerts import jobs
from alerts.choosing import ladder
from alerts.models import Alert, AlertDesk, Approval, Debrief, Need, Recipient, Unwanted
from alerts.sender.addressing import Addressed, address, repeat_mark
from alerts.sender.engine import Engine
from alerts.sender.letters import Letter
from alerts.sender.slips import Parcel
from alerts.services import Answer
from nucleus.ground import clock
from nucleus.ground.database import db, reading, transaction
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery, EarlyReceipt, Message
from nucleus.people.models import ContactPoint
from nucleus.roster.models import Award, Responder
from tests.alerts.stage import add_responders
from tests.cast import Cast

EVENING = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # the clocks change in the night that follows
ALONE = 3  # six people are enough for a crowd when three is all that one alone may ask
TABLES = (
    EarlyReceipt,
    Unwanted,
    Delivery,
    Message,
    Approval,
    AlertDesk,
    Debrief,
    Recipient,
    Need,
    Alert,
    LogEntry,
)


def stumble(word: str, **facts: object) -> None:
    """A sweep logs what stumbles and goes on; here it must not go unseen."""
    raise AssertionError((word, facts))


@dataclass(frozen=True)
class OnTheWire:
    """One letter that a phone may have shown."""

    delivery: int
    message: int
    letter: Letter


class House(RuleBasedStateMachine):
    """One alert at a time; `cast` and `people` are set by the promise that runs it."""

    cast: Cast
    people: list[int]

    def __init__(self) -> None:
        """Stand before an empty house at half past ten in the evening."""
        super().__init__()
        self.held = clock.held_at(EVENING)
        self.held.__enter__()
        self.latest = EVENING
        self.wire: list[OnTheWire] = []
        self.in_flight: list[Parcel] = []
        self.resting: set[int] = set()
        self.calls: dict[int, int] = {}
        self.alert_id = self.jumps_back = 0
        self.drill = self.hurried = False
        self.unwanted: set[int] = set()
        self.said: list[tuple[int, Answer, int | None]] = []
        self.receipts: list[tuple[str, str]] = []
        self.patches = pytest.MonkeyPatch()
        self.patches.setattr(ladder, "ALONE", ALONE)
        self.patches.setattr(jobs.log, "exception", stumble)

    def restart(self) -> None:
        """Let a fresh sender begin with empty hands."""
        self.engine, self.in_flight = Engine(self.cast.app, threads=64), []

    @contextmanager
    def step(self) -> Iterator[Alert]:
        """Open a transaction, as a request or a job does."""
        with self.cast.app.app_context(), transaction():
            yield db.session.get_one(Alert, self.alert_id)

    @contextmanager
    def looking(self) -> Iterator[Alert]:
        """Look without keeping anything."""
        with self.cast.app.app_context(), reading():
            yield db.session.get_one(Alert, self.alert_id)

    def pass_time(self, by: timedelta) -> None:
        """Move the clock, forward or back, and remember the latest it ever showed."""
        clock.advance(by)
        self.latest = max(self.latest, clock.now())

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

    def note(self, parcel: Parcel) -> None:
        """Keep what a phone may have shown."""
        with self.cast.app.app_context():
            ready: Addressed = address(parcel)
        self.wire.append(OnTheWire(parcel.held.id, parcel.held.text.id, ready.letter))

    def owns_up(self, letter: Letter) -> bool:
        """Say whether a letter owns up to being a repeat."""
        with self.cast.app.app_context():
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
        db.session.execute(text(f"TRUNCATE {names} CASCADE"))
    db.session.execute(update(Responder).values(resting_until=None))
