"""Says which rows of a list wait for a person before anything of them is written, and why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import exists, select

from nucleus.ground.database import db
from nucleus.ground.words import plain
from nucleus.places.doubting import Disagreement, disagreement_words, disagreements
from nucleus.resources.drafts import Draft
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.twins.finding import twins_of
from nucleus.resources.twins.likeness import Entry, Likeness, entry_of

CONFIDENTIAL = re.compile(
    r"cas[ae] rifugio|cas[ae] protett[ae]|indirizzo segreto|rifugio per donne|frauenhaus"
    r"|wom[ae]ns? (refuge|shelter)|wom[ae]n s (refuge|shelter)|refuge\b|turvakoti"
    r"|domestic violence shelter|mujeres maltratadas|donne maltrattate"
)
"""Words of places whose address must not be known; such rows wait for a coordinator."""

LIKELY = 55
"""Percent from which two entries of different sources are asked about before both are written;
the others come in and are shown beside each other later."""


class Asks(Enum):
    """What a person is asked before a row is written.

    A program that tells of one place has nobody who could answer whether it is another one's.
    """

    ALL = "all"
    ALL_BUT_TWINS = "all but twins"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Doubts:
    """Why a person must look at a row first.

    Attributes:
        secret: it seems to be a place whose address must stay secret.
        point: its point and its town do not go together.
        twins: the places of other sources it probably is, the most alike first.
    """

    secret: bool = False
    point: Disagreement | None = None
    twins: Mapping[int, Likeness] = field(default_factory=dict)

    @property
    def reason(self) -> tuple[str, str] | None:
        """Return our word for the column that is doubted, and why in a sentence."""
        if self.secret:
            words = _("This looks like a place whose address must stay secret. Look at it first.")
            return "", str(words)
        if self.point:
            return "lat", disagreement_words(self.point)
        if self.twins:
            names = "; ".join(names_of(list(self.twins)[:3]))
            return "name", str(
                _("We may have this place from somebody else: %(names)s.", names=names)
            )
        return None


def looks_secret(draft: Draft) -> bool:
    """Say whether a row speaks of a place whose address must stay secret."""
    said = f"{draft.facts['name']} {draft.facts.get('what') or ''} {draft.category}"
    return CONFIDENTIAL.search(plain(said)) is not None


def doubts_about(
    drafts: Sequence[Draft], *, source: str, placed: Sequence[bool], new: Sequence[bool]
) -> list[Doubts]:
    """Return what is doubted of each row; a chunk at a time, since towns and twins are looked up.

    Args:
        drafts: the rows.
        source: whose list it is; its own rows are told apart by their keys.
        placed: whether a row says anything new of where it is.
        new: whether nobody here knows the place of a row.
    """
    points = iter(
        disagreements([d.where for d, asked in zip(drafts, placed, strict=True) if asked])
    )
    twins = iter(_twins([d for d, asked in zip(drafts, new, strict=True) if asked], source))
    return [
        Doubts(
            secret=looks_secret(draft),
            point=next(points) if is_placed else None,
            twins=next(twins) if is_new else {},
        )
        for draft, is_placed, is_new in zip(drafts, placed, new, strict=True)
    ]


def _twins(drafts: Sequence[Draft], source: str) -> list[dict[int, Likeness]]:
    """Return which places of other sources each row probably is."""
    found = twins_of([_entry(draft) for draft in drafts])
    likely = [{one: how for one, how in pairs if how.strength >= LIKELY} for pairs in found]
    met = {one for pairs in likely for one in pairs}
    own = _from(source, met)
    return [{one: how for one, how in pairs.items() if one not in own} for pairs in likely]


def _from(source: str, ids: set[int]) -> set[int]:
    """Return those places this source told of already."""
    told = exists().where(ForeignId.resource_id == Resource.id, ForeignId.source == source)
    asked = select(Resource.id).where(Resource.id.in_(ids), told)
    return set(db.session.scalars(asked)) if ids else set()


def _entry(draft: Draft) -> Entry:
    """Return what of a row is compared; a point of a list is where its house stands."""
    where, facts = draft.where, draft.facts
    lat, lon = where.point or (None, None)
    said: dict[str, Any] = {name: facts.get(name) for name in ("name", "phones", "web")}
    said |= {"lat": lat, "lon": lon, "precision": "pin" if where.point else "none"}
    return entry_of({**said, "address": where.address, "comune": where.comune})


def names_of(ids: Sequence[int]) -> list[str]:
    """Return what places are called, in the order of the ids."""
    asked = select(Resource.id, Resource.name).where(Resource.id.in_(ids))
    names = dict(db.session.execute(asked).all())
    return [names[one] for one in ids if one in names]
