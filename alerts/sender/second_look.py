"""Looks again right before sending: what is no longer wanted never reaches the wire (rule b)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from alerts.sender import outbox
from alerts.sender.pacing import put_back, skip
from alerts.sender.routing import Route
from alerts.sender.slips import Held, Parcel, Verdict
from alerts.sender.statements import Statement
from nucleus.ground.clock import earliest, now
from nucleus.ground.database import UTCDateTime, db
from nucleus.ground.web import settings
from nucleus.messages.models import DISTANT, Delivery, Message
from nucleus.messages.order import blocked_among, state_is
from nucleus.messages.quiet import quiet_end

log = structlog.get_logger()
HOUR = timedelta(hours=1)
Refusals = dict[int, Verdict]
LOOK = Statement(
    """
    WITH given AS ({given})
    SELECT given.id, point.uid, point.sealed_address, point.retired_at IS NOT NULL,
        point.quiet_from, point.quiet_until, person.language, person.stopped_at IS NOT NULL,
        EXISTS (SELECT 1 FROM delivery AS older
            WHERE older.contact_point_id = given.contact AND older.id < given.id
            AND older.state IN ('queued', 'leased')),
        (SELECT count(*) FROM delivery AS past
            WHERE past.contact_point_id = given.contact AND past.settled_at > :since)
    FROM given
    JOIN contact_point AS point ON point.id = given.contact
    JOIN person ON person.id = point.person_id
    """,
    id="bigint",
    contact="bigint",
)


@dataclass(frozen=True, slots=True)
class Whereto:
    """Where a delivery goes, as it stands now: contacts change, people leave."""

    delivery: int
    uid: str
    sealed_address: bytes
    retired: bool
    quiet_from: int | None
    quiet_until: int | None
    language: str
    stopped: bool
    crowded: bool
    recent: int


def prepare(routes: Sequence[Route]) -> list[Parcel]:
    """Return those of the chosen that go out now, their copies counted; end or delay the rest."""
    if not routes:
        return []
    chosen, ways = [held for held, _ in routes], {held.id: way for held, way in routes}
    lines = sorted((each.id, each.contact_point_id) for each in chosen)
    whereto = {row[0]: Whereto(*row) for row in LOOK.run(lines, since=now() - HOUR)}
    held_up = {each.id: found for each in chosen if (found := _fault(each, whereto[each.id]))}
    free = [each for each in chosen if each.id not in held_up]
    held_up |= _unwanted(free) | _behind_others(free, whereto)
    held_up |= _too_many([each for each in free if each.id not in held_up], whereto)
    outbox.settle([(each, held_up[each.id]) for each in chosen if each.id in held_up])
    leaving = [(each, ways[each.id].label) for each in free if each.id not in held_up]
    return [
        Parcel(
            held=each,
            way=ways[each.id],
            language=whereto[each.id].language,
            uid=whereto[each.id].uid,
            sealed_address=whereto[each.id].sealed_address,
        )
        for each in outbox.count_copies(leaving)
    ]


def _fault(held: Held, where: Whereto) -> Verdict | None:
    """Say what the rows themselves speak against sending now."""
    if held.text.valid_until is not None and held.text.valid_until <= earliest():
        return skip(held, "expired")
    if where.retired:
        return skip(held, "contact_retired")
    if where.stopped:
        return skip(held, "person_stopped")
    end = _end_of_quiet(held, where)
    return replace(put_back(held, end), deferred_until=end) if end else None


def _end_of_quiet(held: Held, where: Whereto) -> datetime | None:
    if held.text.wakes_sleepers or where.quiet_from is None:
        return None
    return quiet_end(now(), where.quiet_from, quiet_until=where.quiet_until, zone=settings().zone)


def _unwanted(held: Sequence[Held]) -> Refusals:
    """Ask each room about the deliveries it caused."""
    checks = current_app.extensions["nucleus.still_wanted"]
    found: Refusals = {}
    for origin, check in checks.items():
        asked = [each for each in held if each.text.origin == origin]
        reasons = _ask(origin, check, asked=asked) if asked else {}
        found |= {each.id: skip(each, reasons[each.id]) for each in asked if each.id in reasons}
    return found


def _ask(origin: str, check: Any, *, asked: Sequence[Held]) -> Mapping[int, str]:
    """A room that stumbles stops nobody's message: one too many is better than one lost."""
    try:
        reasons: Mapping[int, str] = check(asked)
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("still_wanted_failed", origin=origin, deliveries=[each.id for each in asked])
        return {}
    return reasons


def _behind_others(held: Sequence[Held], whereto: Mapping[int, Whereto]) -> Refusals:
    """Hold back what would overtake an older one that is on its way to the same contact."""
    blocked = blocked_among([each.id for each in held if whereto[each.id].crowded])
    return {each.id: put_back(each, DISTANT) for each in held if each.id in blocked}


def _too_many(held: Sequence[Held], whereto: Mapping[int, Whereto]) -> Refusals:
    """Hold what is beyond the few messages an hour that one contact gets, until one is an hour old.

    A contact that gets several in this very turn is looked at closely as well.
    """
    most = settings().messages_an_hour
    counted = [each for each in held if each.text.limited]
    now_too = Counter(each.contact_point_id for each in counted)
    full = {
        each.contact_point_id
        for each in counted
        if whereto[each.id].recent + now_too[each.contact_point_id] > most
        or whereto[each.id].crowded
    }
    given = _given_within_the_hour(full, [each.id for each in counted]) if full else {}
    found: Refusals = {}
    for each in counted:
        told, oldest = given.get(each.contact_point_id, (0, None))
        if told < most:
            given[each.contact_point_id] = (told + 1, oldest)
        else:
            until = max(oldest or now(), now() - HOUR + timedelta(seconds=1)) + HOUR
            found[each.id] = replace(put_back(each, until), held_until=until)
    return found


def _given_within_the_hour(
    contacts: set[int], but: Sequence[int]
) -> dict[int, tuple[int, datetime | None]]:
    """Return contact → how many limited messages it got or is getting, and when the oldest went."""
    oldest = func.min(Delivery.settled_at, type_=UTCDateTime())
    told = (
        select(Delivery.contact_point_id, func.count(), oldest)
        .join(Message, Message.id == Delivery.message_id)
        .where(Delivery.contact_point_id.in_(contacts), Message.limited, Delivery.copies > 0)
        .group_by(Delivery.contact_point_id)
    )
    past = told.where(Delivery.settled_at > now() - HOUR)
    present = told.where(state_is(Delivery, "leased"), Delivery.id.not_in(but))
    found = {contact: (count, when) for contact, count, when in db.session.execute(past)}
    for contact, count, _ in db.session.execute(present):
        before, when = found.get(contact, (0, None))
        found[contact] = (before + count, when)
    return found
