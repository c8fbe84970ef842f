"""How far the messages of an alert have gone: by channel, how fast, and when it will be done."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, case, func, select

from alerts.models import Alert
from alerts.telling.posting import ORIGIN
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Delivery, Message

LATELY = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class LaneProgress:
    """The messages of one channel: counts of rows, one a person and contact."""

    lane: str
    given: int
    waiting: int
    failed: int
    lately: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The messages of an alert; those kept for later (a second contact) are not counted."""

    lanes: tuple[LaneProgress, ...]

    @property
    def given(self) -> int:
        """Return how many a provider took."""
        return sum(lane.given for lane in self.lanes)

    @property
    def waiting(self) -> int:
        """Return how many are due and have not left."""
        return sum(lane.waiting for lane in self.lanes)

    @property
    def failed(self) -> int:
        """Return how many were refused."""
        return sum(lane.failed for lane in self.lanes)

    @property
    def total(self) -> int:
        """Return how many there are by now."""
        return self.given + self.waiting + self.failed

    @property
    def per_second(self) -> float:
        """Return how many were taken each second of the last half minute."""
        return sum(lane.lately for lane in self.lanes) / LATELY.total_seconds()

    @property
    def seconds_left(self) -> float | None:
        """Return when the rest will have left at this speed; `None` when nothing moves."""
        return self.waiting / self.per_second if self.per_second else None


def progress_of(alert: Alert) -> Progress:
    """Return how far the messages of an alert have gone."""
    at, state = now(), Delivery.state
    due = (state == "leased") | ((state == "queued") & (Delivery.due_at <= at))
    counted = (
        select(
            Delivery.lane,
            _count(state == "sent"),
            _count(due),
            _count(state == "failed"),
            _count((state == "sent") & (Delivery.settled_at > at - LATELY)),
        )
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.origin == ORIGIN, Message.origin_id == alert.id)
        .group_by(Delivery.lane)
        .order_by(Delivery.lane)
    )
    return Progress(
        lanes=tuple(
            LaneProgress(lane=lane, given=given, waiting=waiting, failed=failed, lately=lately)
            for lane, given, waiting, failed, lately in db.session.execute(counted)
        )
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))
