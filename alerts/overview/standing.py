"""How everybody stands under an alert, in groups: small and quick also when 10,000 were asked.

Who has said something is few and is read row by row. Who is silent may be thousands: they are
counted and ordered by the database, and only the first of each group are read.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, case, func, literal, or_, select, true

from alerts.models import Alert, Recipient
from alerts.overview.board import IN_SIGHT, PHONE_THEM, PersonLine, Word, word_for
from alerts.telling.posting import ORIGIN
from nucleus.ground.database import UTCDateTime, db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery, Message
from nucleus.messages.queries import select_facts
from nucleus.people.models import Person

FIRST = 50
MOST_SPOKEN = 1000
ENDED = {Word.CANT: "declined", Word.STOOD_DOWN: "released"}
BY_MESSAGE = (Word.NOT_REACHED, Word.PERHAPS, Word.WAITING, Word.GIVEN, Word.REACHED)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Everybody of whom the same is known: how many, and the first of them."""

    word: Word
    number: int
    people: tuple[PersonLine, ...]

    @property
    def to_phone(self) -> bool:
        """Say whether only a phone call helps these people now."""
        return self.word in PHONE_THEM


class Span(NamedTuple):
    """Which people of a group are read: from the first one to before the last."""

    start: int
    stop: int


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Why messages have not left: quiet hours until then, or too many within the hour."""

    deferred: int
    until: datetime | None
    held: int


def groups_of(alert: Alert, *, first: int = FIRST) -> tuple[Group, ...]:
    """Return the groups that are not empty, those who need a hand first."""
    start = Span(0, first)
    found = {**_spoken(alert, start), **_silent(alert, start)}
    for word in ENDED:
        found |= _ended(alert, word, start)
    ordered = [found[word] for word in IN_SIGHT if word in found]
    return _with_channels(alert, ordered)


def group_of_word(alert: Alert, word: Word, *, page: int = 1, size: int = FIRST) -> Group | None:
    """Return one group with one page of its people (the first is 1), if anybody stands there.

    The two hundredth page costs what the first does: no other group is read, and no other page.
    """
    span = Span((page - 1) * size, page * size)
    if word in BY_MESSAGE:
        found = _silent(alert, span, only=word)
    else:
        found = _ended(alert, word, span) if word in ENDED else _spoken(alert, span)
    return _with_channels(alert, [found[word]])[0] if word in found else None


def version_of(alert: Alert) -> str:
    """Return a mark that changes whenever anything on the board may have changed; cheap."""
    last = select(func.max(LogEntry.id)).where(LogEntry.subject == f"alert:{alert.id}")
    moved = (
        select(
            func.count(), func.max(Delivery.settled_at), func.sum(Delivery.claim),
            func.count(Delivery.delivered_at), func.count(Delivery.seen_at),
            func.count(Delivery.held_until),
        )
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.origin == ORIGIN, Message.origin_id == alert.id)
    )  # fmt: skip
    stands = (Recipient.state, Recipient.care_step)
    people = select(*stands, func.count()).where(Recipient.alert_id == alert.id).group_by(*stands)
    seen = (
        alert.state, alert.coordinator_id, alert.next_wave_at, db.session.scalar(last),
        tuple(db.session.execute(moved).one()),
        sorted(map(str, db.session.execute(people))),
    )  # fmt: skip
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def waiting_of(alert: Alert) -> Waiting:
    """Return how many people wait for the end of quiet hours, and how many are held."""
    mine = select(Message.id).where(
        Message.origin == ORIGIN, Message.origin_id == alert.id, Message.kind == "call"
    )
    late, held = Delivery.deferred_until, Delivery.held_until
    found = select(
        func.count(case((late.is_not(None), Delivery.person_id)).distinct()),
        func.min(late, type_=UTCDateTime()),
        func.count(case((held.is_not(None), Delivery.person_id)).distinct()),
    ).where(
        Delivery.message_id.in_(mine),
        Delivery.state == "queued",
        late.is_not(None) | held.is_not(None),
    )
    people, until, too_many = db.session.execute(found).one()
    return Waiting(deferred=people, until=until, held=too_many)


def _spoken(alert: Alert, span: Span) -> dict[Word, Group]:
    """Group those who are coming, want to know more, or are asked by voice alone."""
    rows = _asked(alert).where(_has_spoken(alert)).limit(MOST_SPOKEN)
    lines: dict[Word, list[PersonLine]] = {}
    for row, name in db.session.execute(rows):
        line = _line(row, name, word_for(row, alert, None))
        lines.setdefault(line.word, []).append(line)
    return {
        word: Group(word=word, number=len(found), people=tuple(found[span.start : span.stop]))
        for word, found in lines.items()
    }


def _silent(alert: Alert, span: Span, *, only: Word | None = None) -> dict[Word, Group]:
    """Group those who have said nothing by what became of their messages."""
    if alert.state == "closed":
        return {}
    facts = _facts(alert)
    word = _word(facts)
    place = func.row_number().over(partition_by=word, order_by=(Recipient.rank, Recipient.id))
    number = func.count().over(partition_by=word)
    ranked = (
        select(Recipient.id, word.label("word"), place.label("place"), number.label("number"))
        .outerjoin(facts, facts.c.person_id == Recipient.person_id)
        .where(Recipient.alert_id == alert.id, _is_silent())
        .subquery()
    )
    rows = (
        select(Recipient, Person.name, ranked.c.word, ranked.c.number)
        .join(ranked, ranked.c.id == Recipient.id)
        .join(Person, Person.id == Recipient.person_id)
        .where(ranked.c.place > span.start, ranked.c.place <= span.stop)
        .where(true() if only is None else ranked.c.word == str(only))
        .order_by(Recipient.rank, Recipient.id)
    )
    return _by_word(db.session.execute(rows).all())


def _by_word(rows: Sequence[Any]) -> dict[Word, Group]:
    numbers = {Word(word): number for _row, _name, word, number in rows}
    lines: dict[Word, list[PersonLine]] = {}
    for row, name, word, _number in rows:
        lines.setdefault(Word(word), []).append(_line(row, name, Word(word)))
    return {
        word: Group(word=word, number=numbers[word], people=tuple(found))
        for word, found in lines.items()
    }


def _ended(alert: Alert, word: Word, span: Span) -> dict[Word, Group]:
    """Group those who can't come, or were told that they need not."""
    state = ENDED[word]
    where = Recipient.state == state
    if word is Word.STOOD_DOWN:
        end = [state] if alert.state == "open" else [state, "alerted"]
        where = Recipient.state.in_(end) & (Recipient.called_wave > 0)
    size = span.stop - span.start
    rows = db.session.execute(_asked(alert).where(where).limit(size).offset(span.start)).all()
    if not rows:
        return {}
    counted = select(func.count()).where(Recipient.alert_id == alert.id, where)
    lines = tuple(_line(row, name, word) for row, name in rows)
    return {word: Group(word=word, number=db.session.scalar(counted) or 0, people=lines)}


def _asked(alert: Alert) -> Select[Recipient, str]:
    return (
        select(Recipient, Person.name)
        .join(Person, Person.id == Recipient.person_id)
        .where(Recipient.alert_id == alert.id)
        .order_by(Recipient.rank, Recipient.id)
    )


def _has_spoken(alert: Alert) -> ColumnElement[bool]:
    """Say yes, ask back, or be there to be asked by voice: read row by row."""
    coming = Recipient.state == "accepted"
    if alert.state == "closed":
        return coming
    return or_(coming, (Recipient.state == "alerted") & ~_is_silent())


def _is_silent() -> ColumnElement[bool]:
    """Was called, and neither answered nor asked back since."""
    asks = Recipient.wants_to_know_at.is_not(None) & or_(
        Recipient.alerted_at.is_(None), Recipient.wants_to_know_at >= Recipient.alerted_at
    )
    return (Recipient.state == "alerted") & (Recipient.called_wave > 0) & ~asks


def _facts(alert: Alert) -> Subquery:
    return select_facts(ORIGIN, alert.id, kinds=("call",)).subquery("facts")


def _word(facts: Subquery) -> ColumnElement[str]:
    """Return the honest word as the database sees it; the same as `board.word_for_calls`."""
    known = facts.c
    nothing = known.waiting + known.on_the_way + known.given + known.perhaps == 0
    return case(
        (or_(known.person_id.is_(None), nothing), literal(str(Word.NOT_REACHED))),
        (known.reached + known.seen > 0, literal(str(Word.REACHED))),
        (known.given > 0, literal(str(Word.GIVEN))),
        (known.perhaps > 0, literal(str(Word.PERHAPS))),
        else_=literal(str(Word.WAITING)),
    )


def _with_channels(alert: Alert, groups: Sequence[Group]) -> tuple[Group, ...]:
    """Say for those who are shown and silent which channel last took a call for them."""
    shown = [line.recipient_id for one in groups if one.word in BY_MESSAGE for line in one.people]
    took = (
        select(Recipient.id, Delivery.lane)
        .join(Delivery, Delivery.person_id == Recipient.person_id)
        .join(Delivery.message)
        .where(Message.origin == ORIGIN, Message.origin_id == alert.id, Message.kind == "call")
        .where(Recipient.id.in_(shown), Delivery.state == "sent")
        .order_by(Delivery.settled_at, Delivery.id)
    )
    lanes = {row: lane for row, lane in db.session.execute(took)} if shown else {}  # noqa: C416
    return tuple(
        replace(
            one, people=tuple(replace(p, channel=lanes.get(p.recipient_id)) for p in one.people)
        )
        for one in groups
    )


def _line(row: Recipient, name: str, word: Word) -> PersonLine:
    return PersonLine(
        recipient_id=row.id,
        name=name,
        word=word,
        at=row.answered_at or row.wants_to_know_at or row.alerted_at,
        eta_minutes=row.eta_minutes,
        words=row.words,
        channel=None,
        circle=row.circle,
    )
