"""Finds pairs of entries that may be one place: only what changed since, never all with all.

An entry is compared with those in its square and the eight around it, with those that share a
phone or a web page, and with those of its town that share a long word of the title, since of one
of them nobody may know the exact point. All of that is asked of indexes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select
from sqlalchemy.orm import aliased

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.resources.models import Resource
from nucleus.resources.twins.likeness import (
    STEPS,
    Entry,
    Likeness,
    cell_of,
    entry_of,
    keys_of,
    likeness,
    titles_alike,
)
from nucleus.resources.twins.models import TwinKey, TwinLook, TwinPair

CHUNK = 200
"""Entries a transaction: the others wait a few hundredths of a second at most."""

MOST_SHARED = {"phone": 6, "host": 4, "town": 50}
"""What more entries than this have in common is a switchboard, a portal or a word like *center*."""

MOST_PAIRS = 12
"""So many pairs an entry brings at most, the strongest: one name must not drown the list."""

GONE = ("retired", "merged")
BOX = 0.0009
"""Degrees of latitude in a hundred metres."""

Pair = tuple[int, int]


def look_for_twins(after: int = 0) -> int | None:
    """Compare the next entries that changed since they were compared; the caller commits.

    Returns the last id that was looked at, or None when nothing was left after that one.
    """
    forget_gone()
    ids = changed_since_looked(after)
    if not ids:
        return None
    rows = [dict(row._mapping) for row in db.session.execute(facts_of(ids))]
    _note_looks(rows)
    found = compared(ids)
    _keep(ids, found)
    return ids[-1]


def is_work_left() -> bool:
    """Say whether anything changed since it was compared, or left the list."""
    left = select(TwinLook.resource_id).join(Resource, Resource.id == TwinLook.resource_id)
    gone = db.session.scalar(left.where(Resource.state.in_(GONE)).limit(1))
    return gone is not None or bool(changed_since_looked(0, limit=1))


def changed_since_looked(after: int, limit: int = CHUNK) -> list[int]:
    """Return the ids of entries that are new, or not as they were when they were compared."""
    differs = or_(
        TwinLook.resource_id.is_(None),
        TwinLook.changed_at.is_distinct_from(Resource.changed_at),
        TwinLook.lat.is_distinct_from(Place.lat),
        TwinLook.lon.is_distinct_from(Place.lon),
        TwinLook.precision.is_distinct_from(Place.precision),
    )
    asked = (
        select(Resource.id)
        .outerjoin(Place, Place.id == Resource.place_id)
        .outerjoin(TwinLook, TwinLook.resource_id == Resource.id)
        .where(Resource.id > after, Resource.state.not_in(GONE), differs)
    )
    return list(db.session.scalars(asked.order_by(Resource.id).limit(limit)))


def forget_gone() -> None:
    """Forget how entries looked that are no longer in the list, and what was open about them."""
    left = select(TwinLook.resource_id).join(Resource, Resource.id == TwinLook.resource_id)
    ids = list(db.session.scalars(left.where(Resource.state.in_(GONE)).limit(CHUNK)))
    if ids:
        db.session.execute(delete(TwinLook).where(TwinLook.resource_id.in_(ids)))
        db.session.execute(delete(TwinKey).where(TwinKey.resource_id.in_(ids)))
        db.session.execute(delete(TwinPair).where(_open_about(ids)))


def facts_of(ids: Iterable[int]) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads what is compared of these entries."""
    return (
        select(
            *(Resource.id, Resource.name, Resource.phones, Resource.web, Resource.place_id),
            *(Resource.category_id, Resource.changed_at),
            *(Place.lat, Place.lon, Place.precision, Place.address, Place.comune),
        )
        .outerjoin(Place, Place.id == Resource.place_id)
        .where(Resource.id.in_(list(ids)))
    )


def compared(ids: Sequence[int]) -> dict[Pair, Likeness]:
    """Return which pairs these entries make with any others, and how alike they are."""
    mine = set(ids)
    pairs = {*_near(TwinLook.resource_id.in_(ids)), *_met(ids)}
    entries = _entries({one for pair in pairs for one in pair} | mine)
    found: dict[Pair, Likeness] = {}
    for low, high in pairs:
        if low in entries and high in entries and (how := likeness(entries[low], entries[high])):
            found[low, high] = how
    return _strongest(found, mine)


def likely_twins(facts: Mapping[str, Any], limit: int = 5) -> list[tuple[int, Likeness]]:
    """Return entries that what somebody is typing may be already, the most alike first.

    Args:
        facts: `name`, `phones`, `web`, and of the place `lat`, `lon`, `precision`, `address`,
            `comune`; what is not known is left out.
        limit: how many at most.
    """
    return twins_of([entry_of(facts)])[0][:limit]


def twins_of(entries: Sequence[Entry]) -> list[list[tuple[int, Likeness]]]:
    """Return the same for many rows of a list at once, each with what it may be."""
    if db.session.scalar(select(TwinLook.resource_id).limit(1)) is None:
        return [[] for _one in entries]
    ids = [
        beside | having
        for beside, having in zip(_all_beside(entries), _all_having(entries), strict=True)
    ]
    known = _entries(set().union(*ids))
    return [
        _by_strength((one, likeness(entry, known[one])) for one in mine & known.keys())
        for entry, mine in zip(entries, ids, strict=True)
    ]


def _by_strength(found: Iterable[tuple[int, Likeness | None]]) -> list[tuple[int, Likeness]]:
    alike = [(number, how) for number, how in found if how]
    return sorted(alike, key=lambda one: (-one[1].strength, one[0]))


def _all_beside(entries: Sequence[Entry]) -> list[set[int]]:
    """Return for each entry those in the squares around it whose title is alike."""
    cells = [_cells(entry) for entry in entries]
    asked = select(TwinLook.cell, TwinLook.resource_id, TwinLook.title)
    there = defaultdict[int | None, list[tuple[int, str]]](list)
    for cell, number, title in db.session.execute(
        asked.where(TwinLook.cell.in_(set().union(*cells)))
    ):
        there[cell].append((number, title))
    return [
        {
            number
            for cell in mine
            for number, title in there.get(cell, ())
            if titles_alike(entry.title, title)
        }
        for entry, mine in zip(entries, cells, strict=True)
    ]


def _all_having(entries: Sequence[Entry]) -> list[set[int]]:
    """Return for each entry those that share a key with it which only a few have."""
    keys = [keys_of(entry) for entry in entries]
    telling = _telling(set().union(*keys))
    asked = select(TwinKey.value, TwinKey.resource_id).where(TwinKey.value.in_(telling))
    there: dict[str, set[int]] = {}
    for value, number in db.session.execute(asked):
        there.setdefault(value, set()).add(number)
    return [{number for key in mine for number in there.get(key, ())} for mine in keys]


def _cells(entry: Entry) -> set[int]:
    """Return the squares around a point, when it is a house."""
    return {cell_of(entry.point) + step for step in STEPS} if entry.exact and entry.point else set()


def _note_looks(rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down how entries look now, so that they are not compared again before they change."""
    ids = [row["id"] for row in rows]
    db.session.execute(delete(TwinLook).where(TwinLook.resource_id.in_(ids)))
    db.session.execute(delete(TwinKey).where(TwinKey.resource_id.in_(ids)))
    entries = [entry_of(row) for row in rows]
    keys = [{"value": key, "resource_id": one.id} for one in entries for key in keys_of(one)]
    looks = [_look(row, entry) for row, entry in zip(rows, entries, strict=True)]
    db.session.execute(insert(TwinLook), looks)
    if keys:
        db.session.execute(insert(TwinKey), keys)


def _look(row: Mapping[str, Any], entry: Entry) -> dict[str, Any]:
    kept = {name: row[name] for name in ("changed_at", "lat", "lon", "precision")}
    cell = cell_of(entry.point) if entry.exact and entry.point else None
    return {"resource_id": row["id"], "title": entry.title, "cell": cell, **kept}


def _near(which: ColumnElement[bool]) -> Iterator[Pair]:
    """Yield pairs whose exact points are near each other and whose titles are alike."""
    other = aliased(TwinLook)
    asked = (
        select(TwinLook.resource_id, TwinLook.title, other.resource_id, other.title)
        .join(other, other.cell.in_([TwinLook.cell + step for step in STEPS]))
        .where(
            which,
            other.resource_id != TwinLook.resource_id,
            func.abs(other.lat - TwinLook.lat) <= BOX,
        )
    )
    for mine, title, theirs, other_title in db.session.execute(asked).yield_per(5_000):
        if titles_alike(title, other_title):
            yield min(mine, theirs), max(mine, theirs)


def _met(ids: Sequence[int]) -> Iterator[Pair]:
    """Yield pairs that share a key which only a few have."""
    mine = select(TwinKey.value).where(TwinKey.resource_id.in_(ids))
    telling = _telling(db.session.scalars(mine.distinct()))
    here, there = aliased(TwinKey), aliased(TwinKey)
    asked = (
        select(here.resource_id, there.resource_id)
        .join(there, and_(there.value == here.value, there.resource_id != here.resource_id))
        .where(here.resource_id.in_(ids), here.value.in_(telling))
    )
    for one, other in db.session.execute(asked):
        yield min(one, other), max(one, other)


def _telling(keys: Iterable[str]) -> list[str]:
    """Return those keys that few enough entries have to say who one is."""
    counted = select(TwinKey.value, func.count()).where(TwinKey.value.in_(list(keys)))
    rows = db.session.execute(counted.group_by(TwinKey.value))
    return [value for value, many in rows if many <= MOST_SHARED[value.partition(" ")[0]]]


def _entries(ids: Iterable[int]) -> dict[int, Entry]:
    """Return what is compared, by id, of those entries that are still in the list."""
    asked = facts_of(ids).where(Resource.state.not_in(GONE))
    return {row.id: entry_of(dict(row._mapping)) for row in db.session.execute(asked)}


def _strongest(found: dict[Pair, Likeness], mine: set[int]) -> dict[Pair, Likeness]:
    """Return the pairs without those that are too many for one of the entries looked at."""
    brought: dict[int, int] = {}
    kept = {}
    for pair, how in sorted(found.items(), key=lambda one: -one[1].strength):
        askers = [one for one in pair if one in mine]
        if all(brought.get(one, 0) < MOST_PAIRS for one in askers):
            kept[pair] = how
            for one in askers:
                brought[one] = brought.get(one, 0) + 1
    return kept


def _open_about(ids: Sequence[int]) -> ColumnElement[bool]:
    return and_(TwinPair.state == "open", or_(TwinPair.low_id.in_(ids), TwinPair.high_id.in_(ids)))


def _keep(ids: Sequence[int], found: Mapping[Pair, Likeness]) -> None:
    """Write the pairs down: new ones open, settled ones as they are, those no longer true gone."""
    about = or_(TwinPair.low_id.in_(ids), TwinPair.high_id.in_(ids))
    known = {
        (row.low_id, row.high_id): row for row in db.session.scalars(select(TwinPair).where(about))
    }
    for pair, row in known.items():
        if how := found.get(pair):
            row.strength, row.reasons = how.strength, dict(how.reasons)
        elif row.state == "open":
            db.session.delete(row)
    fresh = [_new(pair, how, now()) for pair, how in found.items() if pair not in known]
    if fresh:
        db.session.execute(insert(TwinPair), fresh)
    db.session.flush()


def _new(pair: Pair, how: Likeness, moment: datetime) -> dict[str, Any]:
    said = {"strength": how.strength, "reasons": dict(how.reasons), "state": "open"}
    return {"low_id": pair[0], "high_id": pair[1], "found_at": moment, **said}
