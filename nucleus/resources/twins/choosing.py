"""Which facts two entries say differently, what may be chosen, and what is proposed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from nucleus.resources.knots import KNOTS
from nucleus.resources.models import VISIBILITIES, Resource
from nucleus.resources.revisions import value_of
from nucleus.resources.services import GROUP_OF
from nucleus.resources.twins.models import TwinPair

KEPT, GONE, BOTH = "kept", "gone", "both"
LISTS, TEXTS = (
    ("phones", "languages", "accessibility"),
    ("what", "how_to_get_in", "documents", "who_for"),
)
ALONE = ("visibility", "organisation_id")
"""Facts that nobody chooses: the stricter circle wins, and the keeper stays."""

EARLIEST = datetime.min.replace(tzinfo=UTC)
STANDING = {"verified": 0, "proposed": 1, "suspended": 2}
"""The entry in the better state stays; among equals the older one, which more links lead to."""


@dataclass(frozen=True)
class Question:
    """One knot of facts that two entries say differently.

    Attributes:
        kept: the facts of the entry that stays, as a revision keeps them.
        gone: those of the entry that goes into it.
        proposed: what is ticked when the page opens.
    """

    knot: str
    kept: Mapping[str, Any]
    gone: Mapping[str, Any]
    options: tuple[str, ...]
    proposed: str


def sides_of(pair: TwinPair) -> tuple[Resource, Resource]:
    """Return the entry that stays and the one that goes into it."""
    kept, gone = sorted((pair.low, pair.high), key=lambda one: (STANDING.get(one.state, 3), one.id))
    return kept, gone


def facts_of(resource: Resource) -> dict[str, Any]:
    """Return everything an entry says, as a revision keeps it."""
    names = [name for names in KNOTS.values() for name in names]
    return {name: value_of(resource, name) for name in (*names, *ALONE)}


def questions_about(kept: Resource, gone: Resource) -> list[Question]:
    """Return what has to be chosen, in the order in which people read an entry."""
    mine, theirs = facts_of(kept), facts_of(gone)
    return [
        _question(knot, names, (mine, theirs), (kept, gone))
        for knot, names in KNOTS.items()
        if any(_said(mine, name) != _said(theirs, name) for name in names)
    ]


def stricter(one: str, other: str) -> str:
    """Return the smaller of two circles of people who may see an entry."""
    return max(one, other, key=VISIBILITIES.index)


def fingerprint(kept: Resource, gone: Resource) -> str:
    """Return a word that changes when either says something else: nobody merges the unseen."""
    said = json.dumps([kept.id, facts_of(kept), gone.id, facts_of(gone)], sort_keys=True)
    return blake2b(said.encode(), digest_size=12).hexdigest()


def _question(
    knot: str,
    names: Sequence[str],
    facts: tuple[Mapping[str, Any], Mapping[str, Any]],
    entries: tuple[Resource, Resource],
) -> Question:
    mine, theirs = ({name: side[name] for name in names} for side in facts)
    options: tuple[str, ...] = (KEPT, GONE)
    if knot in (*LISTS, *TEXTS) and mine[knot] and theirs[knot]:
        options = (KEPT, GONE, BOTH)
    proposed = _proposed(knot, (mine, theirs), entries)
    return Question(knot, mine, theirs, options, proposed)


def _proposed(
    knot: str,
    facts: tuple[Mapping[str, Any], Mapping[str, Any]],
    entries: tuple[Resource, Resource],
) -> str:
    """Propose what is said over nothing, lists together, else what was confirmed last."""
    mine, theirs = (_says(knot, side) for side in facts)
    if mine != theirs:
        return KEPT if mine else GONE
    if knot in LISTS:
        return BOTH
    ours, others = (_confirmed(entry, knot) for entry in entries)
    return GONE if others > ours else KEPT


def _says(knot: str, facts: Mapping[str, Any]) -> bool:
    """Tell whether these facts say anything; *unknown* and an unticked box say nothing."""
    if knot == "where":
        said = facts["where"]
        return bool(said and any(said[name] for name in ("address", "comune", "point")))
    return any(value not in (None, "", [], False, "unknown") for value in facts.values())


def _said(facts: Mapping[str, Any], name: str) -> Any:
    """Return a fact as people read it: in which row an address stands is none of theirs."""
    value = facts[name]
    if name == "where":
        return {part: words for part, words in value.items() if part != "place"}
    return value


def _confirmed(entry: Resource, knot: str) -> datetime:
    group = GROUP_OF.get(knot, "existence")
    rows = (row.confirmed_at for row in entry.freshness if row.field_group == group)
    return next(rows, None) or EARLIEST
