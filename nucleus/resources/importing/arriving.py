"""Writes new places of a list together: a few statements a chunk instead of a dozen a row.

What a new place has (its building, its freshness, its languages, who told of it) is the same as
`services.new_resource` gives it; a test holds the two together.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Column, Select, Table, insert, select

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.places.models import Place
from nucleus.resources.drafts import Draft, Seen, foreign_uid, is_of_words
from nucleus.resources.freshness import due_at
from nucleus.resources.importing.buildings import Building
from nucleus.resources.models import (
    FIELD_GROUPS,
    Resource,
    new_uid,
)
from nucleus.resources.services import words_to_search

Values = dict[str, Any]


def _blank(name: str) -> Values:
    """Return a row of a table that says nothing but what its columns say by themselves."""
    table: Table = Resource.metadata.tables[name]
    said = [one for one in table.columns if one.computed is None and one.name != "id"]
    return {one.name: getattr(one.default, "arg", None) if _is_plain(one) else None for one in said}


def _is_plain(column: Column[Any]) -> bool:
    return column.default is not None and column.default.is_scalar


NO_PLACE, NO_RESOURCE = _blank("place"), _blank("resource")
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Newcomer:
    """A row of a list that becomes a new place, all questions about it answered."""

    draft: Draft
    facts: Mapping[str, Any]
    told: Mapping[str, Any]
    category: Term
    building: Building


@dataclass
class Arrivals:
    """The new places of a chunk that are not written yet."""

    source: str
    moment: datetime = field(default_factory=now)
    newcomers: dict[str, Newcomer] = field(default_factory=dict)

    def add(self, newcomer: Newcomer) -> None:
        """Take one more, under the name by which the world will know it."""
        draft = newcomer.draft
        uid = draft.uid or self._name_for_all(draft)
        self.newcomers[uid] = newcomer

    def _name_for_all(self, draft: Draft) -> str:
        """Return the name under which the world knows a place; a secret address is not in it."""
        if draft.where.hidden and is_of_words(draft.key):
            return new_uid()
        return draft.foreign_uid(self.source)

    def write(self) -> None:
        """Write them all; the caller commits."""
        if not self.newcomers:
            return
        numbers = self._write_places()
        _insert("resource", (self._resource(uid, one, numbers) for uid, one in self._each()))
        known = select(Resource.uid, Resource.id).where(Resource.uid.in_(self.newcomers))
        ids = _by_name(known)
        _insert("resource_language", _languages(self.newcomers, ids))
        _insert("freshness", self._looks(ids))
        _insert("foreign_id", self._sources(ids))
        self.newcomers = {}

    def _each(self) -> Iterator[tuple[str, Newcomer]]:
        yield from self.newcomers.items()

    def _write_places(self) -> dict[str, int]:
        """Write the buildings nobody knew; return the numbers of all, by name."""
        all_of_them = {one.building.uid: one.building for one in self.newcomers.values()}
        fresh = {uid: one for uid, one in all_of_them.items() if one.number is None}
        found_by = {one.building.uid: one.draft.point_from for one in self.newcomers.values()}
        _insert("place", (self._place(one, found_by[uid]) for uid, one in fresh.items()))
        numbers = {uid: one.number for uid, one in all_of_them.items() if one.number is not None}
        written = select(Place.uid, Place.id).where(Place.uid.in_(fresh))
        return numbers | _by_name(written)

    def _place(self, building: Building, found_by: str) -> Values:
        said = building.said
        lat, lon = said.point or (None, None)
        words = {"address": said.address, "comune": said.comune, "province": said.province}
        row = {**NO_PLACE, "uid": building.uid, "hidden": said.hidden}
        row["source"] = found_by or self.source
        row |= {**words, "label": said.label, "lat": lat, "lon": lon, "ask_failures": 0}
        return row | {"precision": "pin" if said.point else "none"}

    def _resource(self, uid: str, one: Newcomer, numbers: Mapping[str, int]) -> Values:
        facts = one.facts
        row = {**NO_RESOURCE, "phones": [], "accessibility": [], **facts, "uid": uid}
        row |= {"place_id": numbers[one.building.uid], "category_id": one.category.id}
        row |= {"created_at": self.moment, "changed_at": self.moment}
        row["state"] = "verified" if _is_confirmed(one.draft.fresh) else "proposed"
        if row["capacity_unit"]:
            row["capacity_at"] = row["capacity_at"] or self.moment
        row |= words_to_search(row, one.category, one.building.said)
        return row

    def _looks(self, ids: Mapping[str, int]) -> Iterator[Values]:
        for uid, one in self._each():
            for group, seen in self._seen(one).items():
                looked, confirmed = seen.looked_at, seen.confirmed_at
                yield {
                    "resource_id": ids[uid],
                    "field_group": group,
                    "looked_at": looked,
                    "confirmed_at": confirmed,
                    "due_at": due_at(uid, group, looked=looked, confirmed=confirmed),
                    "by_id": None,
                    "how": seen.how,
                }

    def _seen(self, one: Newcomer) -> dict[str, Seen]:
        """Return how well each group of facts is known: as the source says, else by its day."""
        day, fresh = one.draft.told_on, one.draft.fresh
        looked = Seen(datetime.combine(day, time(12), UTC) if day else self.moment)
        groups = (
            group for group in FIELD_GROUPS if group != "capacity" or one.facts.get("capacity_unit")
        )
        return {**dict.fromkeys(groups, looked), **fresh}

    def _sources(self, ids: Mapping[str, int]) -> Iterator[Values]:
        """Yield who told of each; what a trusted copy says, we owe to the first teller."""
        for uid, one in self._each():
            mine = [(self.source, one.draft.key, one.told)]
            told = [(source, key, NOTHING) for source, key in one.draft.origins] or mine
            for source, key, said in told:
                name = foreign_uid(source, key)
                row = {"source": source, "key": key, "uid": name, "told": dict(said)}
                yield {"resource_id": ids[uid], **row}


def _is_confirmed(fresh: Mapping[str, Seen]) -> bool:
    """Say whether a source we trust has seen that the place is there."""
    return "existence" in fresh and fresh["existence"].confirmed_at is not None


def _languages(newcomers: Mapping[str, Newcomer], ids: Mapping[str, int]) -> Iterator[Values]:
    for uid, one in newcomers.items():
        for code in sorted(set(one.draft.languages)):
            yield {"resource_id": ids[uid], "language": code}


def _by_name(asked: Select[str, int]) -> dict[str, int]:
    return dict(db.session.execute(asked).all())


def _insert(name: str, rows: Iterable[Values]) -> None:
    if values := list(rows):
        db.session.execute(insert(Resource.metadata.tables[name]), values)
