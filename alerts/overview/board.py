"""What a coordinator sees of an alert: places, people in honest words, the timeline."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from alerts.choosing import seating, timers
from alerts.models import Alert, Recipient
from alerts.telling.posting import ORIGIN
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery, Message
from nucleus.messages.queries import DeliveryFacts, delivery_facts
from nucleus.people.models import ContactPoint, Person
from nucleus.roster.models import Competence


class Word(StrEnum):
    """What is known of a person asked; *sent* is never taken for *someone is coming*."""

    WAITING = "waiting"
    GIVEN = "given"
    REACHED = "reached"
    PERHAPS = "perhaps"
    NOT_REACHED = "not_reached"
    ASKED_BY_PHONE = "asked_by_phone"
    COMING = "coming"
    ARRIVED = "arrived"
    LATE = "late"
    NO_WORD = "no_word"
    CANT = "cant"
    STOOD_DOWN = "stood_down"
    WANTS_TO_KNOW = "wants_to_know"


PHONE_THEM = (Word.NO_WORD, Word.LATE, Word.WANTS_TO_KNOW, Word.NOT_REACHED)
IN_SIGHT = (
    *PHONE_THEM, Word.ARRIVED, Word.COMING, Word.PERHAPS, Word.WAITING,
    Word.GIVEN, Word.REACHED, Word.ASKED_BY_PHONE, Word.CANT, Word.STOOD_DOWN,
)  # fmt: skip
OF_RECIPIENTS = (
    "alerts.answer", "alerts.withdraw", "alerts.mark_arrived", "alerts.mark_done",
    "alerts.change_eta", "alerts.look_after", "alerts.say_alright", "alerts.say_well",
    "alerts.ask_well", "alerts.send_debrief",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class NeedLine:
    """One need: how many of its places are filled, everybody seated as well as can be."""

    need_id: int
    count: int
    filled: int
    competence: Competence | None
    language: str | None


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """One person asked; `eta_minutes` counts from `at`, `channel` carried the last message."""

    recipient_id: int
    name: str
    word: Word
    at: datetime | None
    eta_minutes: int | None
    words: str | None
    channel: str | None
    circle: bool


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One entry of the journal: who did what when, with its ids and numbers."""

    at: datetime
    word: str
    actor: str | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything on the board; `version` changes when anything on it does."""

    needs: tuple[NeedLine, ...]
    people: tuple[PersonLine, ...]
    timeline: tuple[Moment, ...]
    totals: Mapping[Word, int]
    version: str


def board(alert: Alert) -> Board:
    """Return the board of an alert."""
    needs, people, timeline = needs_of(alert), people_asked(alert), timeline_of(alert)
    words = [line.word for line in people]
    seen = (
        alert.state, alert.coordinator_id, alert.next_wave_at is None,
        [(n.need_id, n.count, n.filled) for n in needs], people, len(timeline),
    )  # fmt: skip
    return Board(
        needs=needs,
        people=people,
        timeline=timeline,
        totals={word: words.count(word) for word in Word},
        version=hashlib.sha256(repr(seen).encode()).hexdigest()[:16],
    )


def needs_of(alert: Alert) -> tuple[NeedLine, ...]:
    """Return the needs of an alert with how many places are filled, the rarest first."""
    filled = seating.filled_places(alert)
    return tuple(
        NeedLine(
            need_id=need.id,
            count=need.count,
            filled=filled[need.id],
            competence=need.competence,
            language=need.language,
        )
        for need in seating.needs_of(alert)
    )


def people_asked(alert: Alert) -> tuple[PersonLine, ...]:
    """Return everybody who was asked, those who need a hand first."""
    facts = delivery_facts(ORIGIN, alert.id, kinds=("call",))
    channels = last_channels(alert)
    asked = (
        select(Recipient, Person.name)
        .join(Person, Person.id == Recipient.person_id)
        .where(Recipient.alert_id == alert.id)
        .where(
            (Recipient.called_wave > 0) | Recipient.state.in_(["alerted", "accepted", "declined"])
        )
        .order_by(Recipient.rank, Recipient.id)
    )
    lines = [
        PersonLine(
            recipient_id=row.id,
            name=name,
            word=word_for(row, alert, facts.get(row.person_id)),
            at=row.answered_at or row.wants_to_know_at or row.alerted_at,
            eta_minutes=row.eta_minutes,
            words=row.words,
            channel=channels.get(row.person_id),
            circle=row.circle,
        )
        for row, name in db.session.execute(asked)
    ]
    return tuple(sorted(lines, key=lambda line: IN_SIGHT.index(line.word)))


def word_for(row: Recipient, alert: Alert, facts: DeliveryFacts | None) -> Word:
    """Return the honest word for one person asked."""
    if row.state == "accepted":
        return word_for_yes(row)
    if row.state == "declined":
        return Word.CANT
    if row.state == "released" or alert.state == "closed":
        return Word.STOOD_DOWN
    if wants_to_know(row):
        return Word.WANTS_TO_KNOW
    return Word.ASKED_BY_PHONE if row.called_wave == 0 else word_for_calls(facts)


def word_for_yes(row: Recipient) -> Word:
    """Return the honest word for who said yes: there, on the way, or overdue."""
    overdue = row.care_step in timers.PHONE_THEM
    if row.arrived_at:
        return Word.NO_WORD if overdue else Word.ARRIVED
    return Word.LATE if overdue else Word.COMING


def word_for_calls(facts: DeliveryFacts | None) -> Word:
    """Return the honest word for what became of the calls to a person."""
    if facts is None or facts.ended_in_nothing:
        return Word.NOT_REACHED
    if facts.reached or facts.seen:
        return Word.REACHED
    if facts.given:
        return Word.GIVEN
    return Word.PERHAPS if facts.perhaps else Word.WAITING


def wants_to_know(row: Recipient) -> bool:
    """Say whether a person asked back since they were last called."""
    if row.wants_to_know_at is None:
        return False
    return row.alerted_at is None or row.wants_to_know_at >= row.alerted_at


def last_channels(alert: Alert) -> dict[int, str]:
    """Return person → the channel that last took a call for them."""
    sent = (
        select(Delivery.person_id, ContactPoint.channel)
        .join(Delivery.contact_point)
        .join(Delivery.message)
        .where(Message.origin == ORIGIN, Message.origin_id == alert.id, Message.kind == "call")
        .where(Delivery.state == "sent")
        .order_by(Delivery.settled_at, Delivery.id)
    )
    return {person: channel for person, channel in db.session.execute(sent)}  # noqa: C416


def timeline_of(alert: Alert) -> tuple[Moment, ...]:
    """Return what the journal knows of an alert, oldest first.

    What a person answered stands under their own name, also when a coordinator noted it.
    """
    entries = entries_of(alert)
    told_of = _people_of(alert)
    names = _names({e.actor_id for e in entries} | set(told_of.values()))
    return tuple(
        Moment(
            at=entry.at,
            word=entry.word,
            actor=names.get(_who(entry, told_of)),
            facts=entry.facts,
        )
        for entry in entries
    )


def entries_of(alert: Alert) -> Sequence[LogEntry]:
    """Return the journal of an alert, oldest first."""
    mine = select(LogEntry).where(LogEntry.subject == f"alert:{alert.id}")
    return db.session.scalars(mine.order_by(LogEntry.id)).all()


def _who(entry: LogEntry, told_of: Mapping[int, int]) -> int | None:
    if entry.word in OF_RECIPIENTS:
        return told_of.get(entry.facts["recipient"], entry.actor_id)
    return entry.actor_id


def _people_of(alert: Alert) -> dict[int, int]:
    rows = select(Recipient.id, Recipient.person_id).where(Recipient.alert_id == alert.id)
    return {recipient: person for recipient, person in db.session.execute(rows)}  # noqa: C416


def _names(people: set[int | None]) -> dict[int | None, str]:
    known = select(Person.id, Person.name).where(Person.id.in_(people - {None}))
    return {person: name for person, name in db.session.execute(known)}  # noqa: C416
