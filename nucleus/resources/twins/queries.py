"""Reads about pairs of entries, and about what was merged."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from nucleus.ground.database import db
from nucleus.resources.models import Resource
from nucleus.resources.queries import WHOLE
from nucleus.resources.reach import Reach
from nucleus.resources.twins.models import Merge, TwinPair

SETTLED = ("different", "joined")


def twin_pairs(reach: Reach, page: int, size: int, *, settled: bool) -> tuple[list[TwinPair], int]:
    """Return one page of the pairs in which somebody keeps an entry, and how many there are.

    Open ones the most alike first, settled ones the newest first.
    """
    states = SETTLED if settled else ("open",)
    mine = select(Resource.id).where(reach.condition)
    asked: list[ColumnElement[bool]] = [TwinPair.state.in_(states)]
    if not reach.all:
        asked.append(or_(TwinPair.low_id.in_(mine), TwinPair.high_id.in_(mine)))
    total = db.session.scalar(select(func.count()).select_from(TwinPair).where(*asked)) or 0
    order = TwinPair.settled_at.desc() if settled else TwinPair.strength.desc()
    both = (joinedload(TwinPair.low), joinedload(TwinPair.high))
    rows = select(TwinPair).where(*asked).order_by(order, TwinPair.id).options(*both)
    return list(db.session.scalars(rows.limit(size).offset((page - 1) * size))), total


def pair_by_id(pair_id: int) -> TwinPair | None:
    """Return a pair with all facts of both entries."""
    both = [joinedload(side).options(*WHOLE) for side in (TwinPair.low, TwinPair.high)]
    return db.session.scalar(select(TwinPair).where(TwinPair.id == pair_id).options(*both))


def merge_by_id(merge_id: int) -> Merge | None:
    """Return a merge."""
    return db.session.get(Merge, merge_id)


def merges_into(resource_id: int) -> Sequence[Merge]:
    """Return what was merged into an entry and still is, the newest first."""
    asked = select(Merge).where(Merge.kept_id == resource_id, Merge.undone_at.is_(None))
    return db.session.scalars(asked.order_by(Merge.id.desc())).all()


def origins_of(merges: Sequence[Merge]) -> dict[int, str]:
    """Return, by change, the name of the entry it was made to before that one was merged."""
    return {
        number: str(merge.said["name"])
        for merge in merges
        for number in merge.moved.get("revision.resource_id", ())
    }
