"""Guessing ends: every wrong answer is remembered, and a door that heard too many rests.

The count is kept in our own table and written apart from the request (which leaves no trace),
by keyed fingerprints of the account that was tried and of where the tries came from. A door
rests for an account that does not exist exactly as for one that does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from nucleus.accounts.models import Refusal
from nucleus.ground.clock import now
from nucleus.ground.database import db, remember_refusal
from nucleus.ground.visitors import visitor as visitor

VISITOR = "visitor"


@dataclass(frozen=True)
class Limit:
    """So many refusals within that time, and the door rests until the oldest of them is past."""

    tries: int
    within: timedelta


ONE_ACCOUNT = Limit(5, timedelta(minutes=15))
ONE_VISITOR = Limit(30, timedelta(hours=1))


class Resting(Exception):
    """A door that heard too many wrong answers; `until` says when it opens again."""

    def __init__(self, until: datetime) -> None:
        """Keep when the door opens again."""
        super().__init__(f"rests until {until.isoformat()}")
        self.until = until


def mind(door: str, whom: str) -> None:
    """Raise `Resting` when an account at a door, or a visitor anywhere, knocked too often."""
    ends = (rest(door, whom, ONE_ACCOUNT), rest(VISITOR, visitor(), ONE_VISITOR))
    if closed := [end for end in ends if end]:
        raise Resting(max(closed))


def refuse(door: str, whom: str) -> None:
    """Remember one wrong answer, whatever becomes of the request."""
    for row in rows(door, whom):
        remember_refusal(row)


def count(door: str, whom: str) -> None:
    """Count a knock that is answered: asking for a letter is free, but not for ever."""
    db.session.add_all(rows(door, whom))


def rows(door: str, whom: str) -> Iterable[Refusal]:
    """Return the two rows of one refusal: for the account and for the visitor."""
    moment = now()
    return (
        Refusal(at=moment, door=door, whom=whom),
        Refusal(at=moment, door=VISITOR, whom=visitor()),
    )


def rest(door: str, whom: str, limit: Limit) -> datetime | None:
    """Return until when a door rests for somebody, or `None` when it is open."""
    recent = (
        select(Refusal.at)
        .where(Refusal.door == door, Refusal.whom == whom, Refusal.at > now() - limit.within)
        .order_by(Refusal.at.desc())
        .limit(limit.tries)
    )
    knocks = db.session.scalars(recent).all()
    return knocks[-1] + limit.within if len(knocks) == limit.tries else None
