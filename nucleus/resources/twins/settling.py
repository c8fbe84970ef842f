"""Settles pairs for good: not the same, the same place with another service, or asked anew."""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select

from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move
from nucleus.places.models import PRECISIONS, Place
from nucleus.resources.models import Resource
from nucleus.resources.revisions import where_facts
from nucleus.resources.services import Occasion, edit_resource, subject_of
from nucleus.resources.twins.models import TwinLook, TwinPair

SETTLED = ("different", "joined")


def part_twin(pair: TwinPair, *, actor: int) -> None:
    """Remember that two entries are not the same; nobody is asked again."""
    settle(pair, "different", actor=actor)
    journal.write("resources.part_twin", subject_of(pair.low), actor=actor, other=pair.high_id)


def join_twin(pair: TwinPair, *, actor: int, why: str | None = None) -> None:
    """Let two services stand at one place: the better known one, a hidden one before all."""
    stays, goes = sorted((pair.low, pair.high), key=_how_known)
    was = where_facts(goes.place)
    goes.place = stays.place
    db.session.flush()
    edit_resource(goes, {}, was_at=was, occasion=Occasion(actor, why))
    settle(pair, "joined", actor=actor)
    journal.write("resources.join_twin", subject_of(goes), actor=actor, other=stays.id)


def reopen_twin(pair: TwinPair, *, actor: int) -> None:
    """Ask about two entries again."""
    settle(pair, "open", actor=actor)
    journal.write("resources.reopen_twin", subject_of(pair.low), actor=actor, other=pair.high_id)


def settle(pair: TwinPair, state: str, *, actor: int) -> None:
    """Note what was said of a pair, when and by whom."""
    move(pair, state)
    pair.settled_at, pair.settled_by_id = now(), actor


def say_different(resource: Resource, others: Sequence[int], *, actor: int) -> None:
    """Remember that a new entry is none of those it resembles."""
    for other in others:
        low, high = sorted((resource.id, other))
        pair = TwinPair(low_id=low, high_id=high, strength=1, state="open", found_at=now())
        settle(pair, "different", actor=actor)
        db.session.add(pair)


def carry_decisions(gone_id: int, kept_id: int) -> list[int]:
    """Let what was said of the entry that goes hold for the one that stays.

    Open questions about the one that goes are dropped. Returns the pairs that were added.
    """
    about = select(TwinPair).where(or_(TwinPair.low_id == gone_id, TwinPair.high_id == gone_id))
    added = []
    for pair in db.session.scalars(about).all():
        other = pair.high_id if pair.low_id == gone_id else pair.low_id
        if pair.state == "open" and other != kept_id:
            db.session.delete(pair)
        elif pair.state in SETTLED and other != kept_id and not _known(other, kept_id):
            low, high = sorted((other, kept_id))
            row = TwinPair(low_id=low, high_id=high, strength=pair.strength, reasons=pair.reasons)
            row.state, row.found_at, row.settled_at = "different", pair.found_at, pair.settled_at
            row.settled_by_id = pair.settled_by_id
            db.session.add(row)
            added.append(row)
    db.session.flush()
    return [row.id for row in added]


def drop_decisions(pairs: Sequence[int]) -> None:
    """Forget what held only because of a merge."""
    db.session.execute(delete(TwinPair).where(TwinPair.id.in_(list(pairs))))


def forget_looks(ids: Sequence[int]) -> None:
    """Let entries be compared anew."""
    db.session.execute(delete(TwinLook).where(TwinLook.resource_id.in_(list(ids))))


def _known(one: int, other: int) -> bool:
    low, high = sorted((one, other))
    there = select(TwinPair.id).where(TwinPair.low_id == low, TwinPair.high_id == high)
    return db.session.scalar(there) is not None


def _how_known(entry: Resource) -> tuple[bool, bool, int, int]:
    """Sort: a hidden place first, then one with an exact point, then the older entry."""
    place: Place | None = entry.place
    if place is None:
        return True, True, len(PRECISIONS), entry.id
    return False, not place.hidden, PRECISIONS.index(place.precision), entry.id
