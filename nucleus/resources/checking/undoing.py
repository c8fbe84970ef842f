"""Takes back a mis-tapped answer of the round: every date is again what it was before the tap."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.resources.checking.models import Answer, CheckAnswer
from nucleus.resources.models import Freshness, Resource
from nucleus.resources.services import Occasion, change_state, subject_of

FOR_SO_LONG = timedelta(hours=1)
"""Whoever notices later that they tapped the wrong word calls again."""

LAST = 3


class TooLate(Exception):
    """The answer is too old, somebody else's, or the place was looked at or changed since."""


def remember_answer(
    resource: Resource, answer: Answer, *, before: dict[str, Any], actor: int
) -> None:
    """Keep until tomorrow what an answer replaced and what it made; the last one of a place."""
    db.session.flush()
    row = db.session.get(CheckAnswer, resource.id) or CheckAnswer(resource_id=resource.id)
    row.by_id, row.at, row.answer = actor, now(), answer
    row.before, row.after = before, as_it_is(resource)
    db.session.add(row)


def as_it_is(resource: Resource) -> dict[str, Any]:
    """Return what an answer may change, as JSON keeps it."""
    dates = {row.field_group: _dates(row) for row in resource.freshness}
    return {"state": resource.state, "silent_calls": resource.silent_calls, "dates": dates}


def answers_to_undo(person_id: int) -> Sequence[CheckAnswer]:
    """Return the last answers of a person that they can still take back, the newest first."""
    mine = select(CheckAnswer).where(
        CheckAnswer.by_id == person_id, CheckAnswer.at > now() - FOR_SO_LONG
    )
    newest = mine.order_by(CheckAnswer.at.desc(), CheckAnswer.resource_id)
    return db.session.scalars(newest.limit(LAST)).all()


def undo_check(resource: Resource, *, actor: int) -> None:
    """Make a place as it was before one's own answer; raise `TooLate` when that can't be."""
    row = db.session.get(CheckAnswer, resource.id)
    fits = row and row.by_id == actor and row.at > now() - FOR_SO_LONG
    if row is None or not fits or row.after != as_it_is(resource):
        raise TooLate
    if resource.state != row.before["state"]:
        _put_state_back(resource, row.before["state"], actor)
    resource.silent_calls = row.before["silent_calls"]
    _put_dates_back(resource, row.before["dates"])
    db.session.delete(row)
    journal.write("resources.undo_check", subject_of(resource), actor=actor, answer=row.answer)


def _put_state_back(resource: Resource, state: str, actor: int) -> None:
    """A place that was shut is a change others can see; a new entry was only not looked at yet."""
    if state == "proposed":
        resource.state = state
    else:
        change_state(resource, state, Occasion(actor))


def _put_dates_back(resource: Resource, dates: dict[str, Any]) -> None:
    for row in list(resource.freshness):
        if was := dates.get(row.field_group):
            row.looked_at, row.confirmed_at, row.due_at = (_moment(text) for text in was[:3])  # type: ignore[assignment]
            row.by_id, row.how = was[3:]
        else:
            resource.freshness.remove(row)


def _dates(row: Freshness) -> list[Any]:
    moments = (row.looked_at, row.confirmed_at, row.due_at)
    return [*(moment and moment.isoformat() for moment in moments), row.by_id, row.how]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
