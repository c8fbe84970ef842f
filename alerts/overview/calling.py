"""The call list: whom a person phones, in which order, and under which number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from alerts.models import Alert, Recipient
from alerts.overview.board import IN_SIGHT, PersonLine, Word, people_asked
from alerts.overview.standing import groups_of
from alerts.telling.posting import CLOSINGS, ORIGIN
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import Channel, ContactPoint

SIZE = 50
ENDED = (Word.ARRIVED, Word.COMING, Word.CANT, Word.STOOD_DOWN)
NOT_ANSWERED = tuple(word for word in IN_SIGHT if word not in ENDED)
"""Whom a phone call may still move, those for whom only a call helps first."""

LOOKED_LATELY = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class CallLine:
    """One person to phone: why, since when, and under which number (if we have one).

    `expected_at` is when somebody who said yes meant to be there; `words` are their own.
    """

    recipient_id: int
    name: str
    word: Word
    phone: str | None
    at: datetime | None = None
    expected_at: datetime | None = None
    words: str | None = None


@dataclass(frozen=True, kw_only=True)
class CallList:
    """One page of the people to phone, and how many there are on all pages."""

    lines: tuple[CallLine, ...]
    number: int


def call_list(alert: Alert, *, page: int = 1, size: int = SIZE) -> CallList:
    """Return whom to phone: while open who has not answered, after the end who was not told.

    Those for whom only a call helps come first, and in each group the nearest who match best,
    as they were ranked when they were asked. It opens sealed numbers, so the page that shows it
    is a disclosure.
    """
    found, number = _open_lines(alert, page * size) if alert.state == "open" else _untold(alert)
    shown = found[(page - 1) * size : page * size]
    phones = _phones(line.recipient_id for line in shown)
    lines = tuple(_call_line(line, phones.get(line.recipient_id)) for line in shown)
    return CallList(lines=lines, number=number)


def was_shown_lately(alert: Alert, person: int) -> bool:
    """Say whether the same person opened the call list a few minutes ago, and that is noted."""
    noted = select(LogEntry.id).where(
        LogEntry.subject == f"alert:{alert.id}",
        LogEntry.word == "alerts.show_calls",
        LogEntry.actor_id == person,
        LogEntry.at > now() - LOOKED_LATELY,
    )
    return db.session.scalar(noted.limit(1)) is not None


def never_told_the_end(alert: Alert) -> set[int]:
    """Return the recipients who came or were called, and whom no closing message surely reached.

    Perhaps told is not told: better one phone call too many than somebody on the way for nothing.
    """
    called = _people_with(alert, ("call",), (Delivery.copies > 0) | (Delivery.state == "sent"))
    sure = (Delivery.state == "sent") & ~Delivery.unsure
    told = _people_with(alert, CLOSINGS, sure | Delivery.state.in_(["queued", "leased"]))
    rows = select(Recipient).where(Recipient.alert_id == alert.id)
    return {
        row.id
        for row in db.session.scalars(rows)
        if (row.state == "accepted" or row.person_id in called) and row.person_id not in told
    }


def _open_lines(alert: Alert, most: int) -> tuple[Sequence[PersonLine], int]:
    groups = [one for one in groups_of(alert, first=most) if one.word in NOT_ANSWERED]
    return [line for one in groups for line in one.people], sum(one.number for one in groups)


def _untold(alert: Alert) -> tuple[Sequence[PersonLine], int]:
    untold = never_told_the_end(alert)
    lines = [line for line in people_asked(alert) if line.recipient_id in untold] if untold else []
    return lines, len(lines)


def _phones(recipients: Iterable[int]) -> dict[int, str]:
    """Open the first phone number of each of these people, if they gave one."""
    points = (
        select(Recipient.id, ContactPoint)
        .join(ContactPoint, ContactPoint.person_id == Recipient.person_id)
        .where(
            Recipient.id.in_(list(recipients)),
            ContactPoint.channel == Channel.PHONE,
            ContactPoint.retired_at.is_(None),
        )
        .order_by(ContactPoint.rank.desc(), ContactPoint.id.desc())
    )
    first = {recipient: point for recipient, point in db.session.execute(points)}  # noqa: C416
    return {recipient: point.address for recipient, point in first.items()}


def _call_line(line: PersonLine, phone: str | None) -> CallLine:
    eta = line.eta_minutes
    expected = line.at + timedelta(minutes=eta) if line.at and eta is not None else None
    return CallLine(
        recipient_id=line.recipient_id, name=line.name, word=line.word, phone=phone, at=line.at,
        expected_at=expected, words=line.words,
    )  # fmt: skip


def _people_with(alert: Alert, kinds: tuple[str, ...], condition: ColumnElement[bool]) -> set[int]:
    rows = (
        select(Delivery.person_id)
        .join(Delivery.message)
        .where(Message.origin == ORIGIN, Message.origin_id == alert.id, Message.kind.in_(kinds))
        .where(condition)
        .distinct()
    )
    return set(db.session.scalars(rows))
