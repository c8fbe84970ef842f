"""Reads about suggestions: what waits, how often it was said, and what it would change."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, func, or_, select
from sqlalchemy.orm import joinedload

from nucleus.ground.database import db
from nucleus.resources.models import Resource
from nucleus.resources.reach import MANY_REACHES, Reach
from nucleus.resources.revisions import value_of
from nucleus.resources.suggesting.about import place_of as place_of
from nucleus.resources.suggesting.codes import mark_of_code
from nucleus.resources.suggesting.models import Suggestion


@dataclass(frozen=True)
class Waiting:
    """Suggestions that say the same: the first of them, how many people said it, since when."""

    suggestion: Suggestion
    people: int
    since: datetime


@dataclass(frozen=True)
class Tray:
    """How many different suggestions wait, and since when the oldest does."""

    number: int
    oldest: datetime | None


def within(reach: Reach) -> ColumnElement[bool]:
    """Return that a suggestion is for somebody who looks after this."""
    missing = reach.holds_free(Suggestion.comune, Suggestion.province)
    known = Suggestion.resource_id.in_(select(Resource.id).where(reach.condition))
    return or_(known, and_(Suggestion.resource_id.is_(None), missing))


def waiting_suggestions(reach: Reach, page: int, size: int) -> list[Waiting]:
    """Return what waits for a decision: from places themselves first, then the oldest."""
    people = func.count(func.distinct(func.coalesce(Suggestion.sender, Suggestion.uid)))
    first, since = func.min(Suggestion.id), func.min(Suggestion.at)
    grouped = (
        select(first, people, since)
        .where(Suggestion.state == "waiting", within(reach))
        .group_by(Suggestion.mark)
        .order_by(func.max(cast(Suggestion.from_owner, Integer)).desc(), since, first)
        .limit(size)
        .offset((page - 1) * size)
    )
    rows = db.session.execute(grouped).all()
    firsts = {one.id: one for one in _suggestions([row[0] for row in rows])}
    return [Waiting(firsts[number], times, moment) for number, times, moment in rows]


def tray_of(reach: Reach) -> Tray:
    """Return how much waits within a reach."""
    number, oldest = db.session.execute(_weighing(reach)).one()
    return Tray(number, oldest)


@lru_cache(maxsize=MANY_REACHES)
def _weighing(reach: Reach) -> Select[int, datetime | None]:
    """Return the question itself, made once for all who look after the same."""
    waiting = select(func.count(func.distinct(Suggestion.mark)), func.min(Suggestion.at))
    return waiting.where(Suggestion.state == "waiting", within(reach))


def suggestion_by_id(suggestion_id: int) -> Suggestion | None:
    """Return one suggestion."""
    return next(iter(_suggestions([suggestion_id])), None)


def suggestion_by_code(code: str) -> Suggestion | None:
    """Return the suggestion whose sender keeps this code."""
    mine = select(Suggestion.id).where(Suggestion.code_mark == mark_of_code(code))
    found = db.session.scalar(mine)
    return suggestion_by_id(found) if found else None


def same_as(suggestion: Suggestion) -> Sequence[Suggestion]:
    """Return all that say the same and wait, or were decided together; the oldest first."""
    same = select(Suggestion).where(
        Suggestion.mark == suggestion.mark,
        Suggestion.state == suggestion.state,
        Suggestion.decided_at.is_not_distinct_from(suggestion.decided_at),
    )
    return db.session.scalars(same.options(joinedload(Suggestion.by)).order_by(Suggestion.id)).all()


def others_about(suggestion: Suggestion) -> Sequence[Suggestion]:
    """Return what else waits about the same place, the oldest first."""
    others = select(Suggestion).where(
        Suggestion.resource_id == suggestion.resource_id,
        Suggestion.resource_id.is_not(None),
        Suggestion.state == "waiting",
        Suggestion.mark != suggestion.mark,
    )
    return db.session.scalars(others.order_by(Suggestion.id).limit(20)).all()


def today_of(resource: Resource | None, names: Iterable[str]) -> dict[str, Any]:
    """Return what these facts of a place say today, as a revision keeps them."""
    return {name: value_of(resource, name) for name in names} if resource else {}


def changed_since(suggestion: Suggestion) -> list[str]:
    """Return which of its facts somebody changed since it was written."""
    today = today_of(place_of(suggestion), suggestion.before)
    return sorted(name for name, value in suggestion.before.items() if today.get(name) != value)


def is_already_so(suggestion: Suggestion) -> bool:
    """Say whether the map says meanwhile what was suggested."""
    today = today_of(place_of(suggestion), suggestion.facts)
    return bool(suggestion.facts) and today == suggestion.facts


def mark_of_facts(facts: Any) -> str:
    """Return a short name of what a page showed, to see later whether it is still so."""
    written = json.dumps(facts, sort_keys=True, default=str)
    return hashlib.blake2b(written.encode(), digest_size=12).hexdigest()


def _suggestions(ids: Sequence[int]) -> Sequence[Suggestion]:
    whole = select(Suggestion).options(
        joinedload(Suggestion.resource).joinedload(Resource.place),
        joinedload(Suggestion.by),
        joinedload(Suggestion.decided_by),
    )
    return db.session.scalars(whole.where(Suggestion.id.in_(ids))).unique().all()
