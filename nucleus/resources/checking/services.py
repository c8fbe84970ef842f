"""Verbs of the check round: take a place, and say what came of the call."""

from datetime import timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError

from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.resources.checking.models import Answer, CheckClaim
from nucleus.resources.checking.queries import next_to_check
from nucleus.resources.checking.undoing import as_it_is, remember_answer
from nucleus.resources.freshness import EVENING
from nucleus.resources.models import FIELD_GROUPS, OFTEN_SILENT, Resource
from nucleus.resources.reach import Reach
from nucleus.resources.services import SHUT_FOR, Occasion, open_again, subject_of
from nucleus.resources.topics.services import confirm_groups

A_CALL = timedelta(minutes=15)
RETRY = timedelta(days=2)
"""A place that did not answer is rung again after two days, not at once and not in half a year."""

RETRY_SELDOM = timedelta(days=14)
"""Silent three times, it must not keep the round from places that answer."""


class Ringing(Exception):
    """Somebody else is telephoning this place right now."""


def claim_check(resource_id: int, *, actor: int) -> None:
    """Say that one is about to telephone a place; raise `Ringing` when somebody else is."""
    moment = now()
    mine = or_(CheckClaim.until <= moment, CheckClaim.by_id == actor)
    taken = (
        update(CheckClaim)
        .where(CheckClaim.resource_id == resource_id, mine)
        .values(by_id=actor, until=moment + A_CALL)
        .returning(CheckClaim.resource_id)
    )
    if db.session.scalars(taken, execution_options={"synchronize_session": False}).first():
        return
    try:
        with db.session.begin_nested():
            row = CheckClaim(resource_id=resource_id, by_id=actor, until=moment + A_CALL)
            db.session.add(row)
            db.session.flush()
    except IntegrityError as cause:
        raise Ringing from cause


def next_check(reach: Reach, *, actor: int, but: int | None = None) -> int | None:
    """Take the longest overdue place that nobody rings; return it, or None when all is done.

    Args:
        reach: what the caller looks after.
        actor: who is about to telephone.
        but: a place to leave out: the one just rung.
    """
    for number in next_to_check(reach, actor, but=but):
        try:
            claim_check(number, actor=actor)
        except Ringing:
            continue
        return number
    return None


def answer_check(resource: Resource, answer: Answer, *, actor: int) -> None:
    """Note what came of a call: everything is as before, nobody answered, or it is still shut.

    No answer changes *last looked* and never *last confirmed*. Of a place that was shut, *as
    before* says that it is open again.
    """
    before = as_it_is(resource)
    if answer is Answer.SAME:
        groups = [group for group in FIELD_GROUPS if group != EVENING]
        confirm_groups(resource, groups, actor=actor, how="call")
        open_again(resource, Occasion(actor))
    elif answer is Answer.SHUT:
        resource.silent_calls = 0
        _ask_again(resource, SHUT_FOR)
    else:
        resource.silent_calls += 1
        seldom = resource.silent_calls >= OFTEN_SILENT
        _ask_again(resource, RETRY_SELDOM if seldom else RETRY)
    end = delete(CheckClaim).where(CheckClaim.resource_id == resource.id)
    db.session.execute(end, execution_options={"synchronize_session": False})
    remember_answer(resource, answer, before=before, actor=actor)
    journal.write("resources.answer_check", subject_of(resource), actor=actor, answer=answer)


def _ask_again(resource: Resource, after: timedelta) -> None:
    """Note that somebody looked, and after how long the place comes again in the round."""
    moment = now()
    for row in resource.freshness:
        if row.field_group != EVENING and row.due_at <= moment:
            row.looked_at, row.due_at = moment, moment + after
