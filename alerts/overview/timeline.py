"""What happened under an alert, from the journal: the last of it, or a page of one kind."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select

from alerts.models import Alert, Recipient
from alerts.overview.board import OF_RECIPIENTS, Moment
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.people.models import Person

LAST = 12
SIZE = 50
ANSWERS = (*OF_RECIPIENTS, "alerts.spoke_by_phone", "alerts.rang_in_vain")
KINDS = ("all", "answers", "house")
"""`answers` are what people said and did, `house` is everything else."""


def last_moments(
    alert: Alert, *, kind: str = "all", page: int = 1, size: int = LAST
) -> tuple[Moment, ...]:
    """Return the newest entries first; what a person answered stands under their own name."""
    rows = select(LogEntry).where(*_mine(alert, kind)).order_by(LogEntry.id.desc())
    entries = db.session.scalars(rows.limit(size).offset((page - 1) * size)).all()
    people = _people_of(entries)
    names = _names({people.get(entry.id, entry.actor_id) for entry in entries})
    return tuple(
        Moment(
            at=entry.at,
            word=entry.word,
            actor=names.get(people.get(entry.id, entry.actor_id)),
            facts=entry.facts,
        )
        for entry in entries
    )


def number_of(alert: Alert, *, kind: str = "all") -> int:
    """Return how many entries of a kind there are."""
    counted = select(func.count()).select_from(LogEntry).where(*_mine(alert, kind))
    return db.session.scalar(counted) or 0


def _mine(alert: Alert, kind: str) -> list[ColumnElement[bool]]:
    found = [LogEntry.subject == f"alert:{alert.id}"]
    if kind == "answers":
        found.append(LogEntry.word.in_(ANSWERS))
    elif kind == "house":
        found.append(LogEntry.word.not_in(ANSWERS))
    return found


def _people_of(entries: Sequence[LogEntry]) -> dict[int, int]:
    """Return entry → the person whose answer it is, also when a coordinator noted it."""
    told = {e.id: e.facts.get("recipient") for e in entries if e.word in OF_RECIPIENTS}
    rows = select(Recipient.id, Recipient.person_id).where(Recipient.id.in_(set(told.values())))
    people = {row: person for row, person in db.session.execute(rows)}  # noqa: C416
    return {entry: people[row] for entry, row in told.items() if row in people}


def _names(people: set[int | None]) -> dict[int | None, str]:
    known = select(Person.id, Person.name).where(Person.id.in_(people - {None}))
    return {person: name for person, name in db.session.execute(known)}  # noqa: C416
