"""Looks again right before sending: what is no longer wanted never reaches the wire (rule b)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from alerts.sender import outbox
from alerts.sender.pacing import put_back, skip
from alerts.sender.slips import Held, Parcel, Verdict
from alerts.sender.ways import Way
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.messages.models import DISTANT, Delivery
from nucleus.messages.order import blocked_among
from nucleus.messages.quiet import quiet_end
from nucleus.people.models import ContactPoint, Person

log = structlog.get_logger()
Refusals = dict[int, Verdict]


def prepare(routed: Sequence[tuple[Held, Way]]) -> list[Parcel]:
    """Return those of the chosen that go out now, their copies counted; end or delay the rest."""
    chosen, way = [held for held, _ in routed], {held.id: way for held, way in routed}
    mine = outbox.still_held(chosen)
    ours = [each for each in chosen if each.id in mine]
    whereto = _whereto(ours)
    held_up = {each.id: found for each in ours if (found := _fault(each, whereto[each.id]))}
    free = [each for each in ours if each.id not in held_up]
    held_up |= _unwanted(free) | _behind_others(free)
    outbox.settle([(each, held_up[each.id]) for each in ours if each.id in held_up])
    labels = {each.id: way[each.id].label for each in free}
    going = outbox.count_copies([each for each in free if each.id not in held_up], labels)
    return [_parcel(each, way[each.id], where=whereto[each.id]) for each in going]


def _whereto(held: Sequence[Held]) -> Mapping[int, Any]:
    """Return where each goes, as it stands now: contacts change, people leave."""
    where = select(
        ContactPoint.id,
        ContactPoint.uid,
        ContactPoint.sealed_address,
        ContactPoint.retired_at,
        ContactPoint.quiet_from,
        ContactPoint.quiet_until,
        Person.language,
        Person.stopped_at,
    ).join(ContactPoint.person)
    ids = {each.contact_point_id for each in held}
    rows = db.session.execute(where.where(ContactPoint.id.in_(ids))) if ids else ()
    points = {row.id: row for row in rows}
    return {each.id: points[each.contact_point_id] for each in held}


def _parcel(held: Held, way: Way, *, where: Any) -> Parcel:
    return Parcel(
        held=held,
        way=way,
        language=where.language,
        uid=where.uid,
        sealed_address=where.sealed_address,
    )


def _fault(held: Held, where: Any) -> Verdict | None:
    """Say what the rows themselves speak against sending now."""
    if held.text.valid_until is not None and held.text.valid_until <= now():
        return skip(held, "expired")
    if where.retired_at is not None:
        return skip(held, "contact_retired")
    if where.stopped_at is not None:
        return skip(held, "person_stopped")
    end = _end_of_quiet(held, where)
    return replace(put_back(held, end), deferred_until=end) if end else None


def _end_of_quiet(held: Held, where: Any) -> datetime | None:
    if held.text.wakes_sleepers:
        return None
    return quiet_end(now(), where.quiet_from, quiet_until=where.quiet_until, zone=settings().zone)


def _unwanted(held: Sequence[Held]) -> Refusals:
    """Ask each room about the deliveries it caused."""
    checks = current_app.extensions["nucleus.still_wanted"]
    found: Refusals = {}
    for origin, check in checks.items():
        asked = {each.id: each for each in held if each.text.origin == origin}
        reasons = _ask(origin, check, ids=list(asked)) if asked else {}
        found |= {row: skip(asked[row], why) for row, why in reasons.items() if row in asked}
    return found


def _ask(origin: str, check: Any, *, ids: list[int]) -> Mapping[int, str]:
    """A room that stumbles stops nobody's message: one too many is better than one lost."""
    rows = db.session.scalars(select(Delivery).where(Delivery.id.in_(ids))).all()
    try:
        reasons: Mapping[int, str] = check(rows)
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("still_wanted_failed", origin=origin, deliveries=ids)
        return {}
    return reasons


def _behind_others(held: Sequence[Held]) -> Refusals:
    """Hold back what would overtake an older one that is on its way to the same contact."""
    blocked = blocked_among([each.id for each in held])
    return {each.id: put_back(each, DISTANT) for each in held if each.id in blocked}
