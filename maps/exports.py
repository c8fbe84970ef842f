"""Reads the places that may leave the house, and what we owe for them."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from maps.finding.question import Eyes
from maps.finding.words import saying, understood
from maps.formats.leaving.shown import EXACT, Shown, shown
from maps.formats.osm_words import ATTRIBUTION, FOUND_BY, SOURCE
from maps.models import ImportSource
from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.places.models import PRECISIONS, Place
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.photos.models import Photo
from nucleus.resources.policy import FINDABLE
from nucleus.resources.queries import categories_under, resources_by_id, surviving

UID = re.compile(r"[0-9a-zA-Z-]{1,64}")
POINTS = {
    "gazetteer": "Points of towns: GeoNames (geonames.org), CC BY 4.0, and ISTAT, CC BY",
    **dict.fromkeys(FOUND_BY, ATTRIBUTION),
}
"""What those ask for who found a point; they are named as a place's `source` names them."""
NAMED = {"gazetteer": "GeoNames", **dict.fromkeys(FOUND_BY, SOURCE)}
OPEN = (Resource.visibility == "public", Resource.state.in_(FINDABLE))
"""What makes a place one that anybody may know of, as SQL."""

PAGE = 500
"""Places read at a time, so that a long export needs little memory."""


@dataclass(frozen=True)
class Asked:
    """What another program asks of the list; empty parts ask nothing."""

    words: str = ""
    category: str = ""
    changed_since: datetime | None = None


def public_ids(asked: Asked | None = None) -> list[int]:
    """Return the ids of the places anybody may know of."""
    asked = asked or Asked()
    open_ones = select(Resource.id).where(*OPEN)
    open_ones = saying(open_ones, understood(asked.words, Eyes()))
    if asked.category:
        open_ones = open_ones.where(Resource.category_id.in_(categories_under(asked.category)))
    if asked.changed_since:
        open_ones = open_ones.where(Resource.changed_at >= asked.changed_since)
    return list(db.session.scalars(open_ones.order_by(Resource.id)))


def shown_places(ids: Sequence[int]) -> Iterator[Shown]:
    """Give places as strangers may see them, a page at a time."""
    for at in range(0, len(ids), PAGE):
        rows = resources_by_id(ids[at : at + PAGE])
        yield from shown(iter(rows), settings().name)
        for row in rows:
            db.session.expunge(row)


def public_photos() -> int:
    """Return how many photos of public places there are; no format of ours carries them."""
    asked = select(func.count()).select_from(Photo).join(Resource, Resource.id == Photo.resource_id)
    return db.session.scalar(asked.where(*OPEN)) or 0


def shown_place(uid: str) -> Shown | None:
    """Return one place by the name the world knows it by, or the one it was merged into."""
    known = UID.fullmatch(uid) is not None  # a database may refuse what no name holds
    row = db.session.scalar(select(Resource).where(Resource.uid == uid)) if known else None
    return next(shown(iter([surviving(row)]), settings().name), None) if row else None


def owed_to(sources: Collection[str]) -> dict[str, str]:
    """Return the lines that some sources ask for, by their names."""
    named = select(ImportSource).where(ImportSource.name.in_(sources))
    asked = {one.name: one.owed for one in db.session.scalars(named) if one.owed}
    known = {SOURCE: ATTRIBUTION, **asked}
    return {source: known.get(source, source) for source in sources}


def owed_for_facts(places: Iterable[Shown]) -> dict[str, str]:
    """Return the lines of those who told us of some places, by their names."""
    return owed_to({source for one in places for source, _key in one.origins})


def attributions() -> dict[str, str]:
    """Return what a file owes to whom: by the name of a source, the line it asks for.

    Only who told of a public place is named: the name of a list can say what is secret in it.
    """
    asked = select(ForeignId.source).join(ForeignId.resource).where(*OPEN)
    told = list(db.session.scalars(asked.distinct()))
    return owed_to(list(dict.fromkeys([*told, settings().name]))) | owed_for_points(EXACT)


def owed_for_points(known: Collection[str] = PRECISIONS) -> dict[str, str]:
    """Return the lines that those ask for who told us where public places are.

    Args:
        known: how well the points are known that are shown; files carry the exact ones alone.
    """
    asked = (_told_a_point(who, known).label(who) for who in POINTS)
    told = db.session.execute(select(*asked)).one()
    return {NAMED[who]: POINTS[who] for who in POINTS if told._mapping[who]}


def _told_a_point(who: str, known: Collection[str]) -> ColumnElement[bool]:
    """Return whether a public place stands where they said; by the index, whatever its number."""
    public = select(Resource.id).where(Resource.place_id == Place.id, *OPEN).exists()
    theirs = Place.source == who, Place.precision.in_(known), ~Place.hidden
    return select(Place.id).where(*theirs, public).exists()


def owed_under_a_map() -> list[str]:
    """Return the lines owed for what a page with places shows: for facts, and for points.

    The outline and the towns are always there, and so is their own line.
    """
    line = func.coalesce(ImportSource.attribution, ImportSource.told_attribution)
    asked = select(ImportSource).where(line.is_not(None))
    told = {one.owed or "" for one in db.session.scalars(asked) if _told_a_fact(one.name)}
    points = owed_for_points()
    points.pop(NAMED["gazetteer"], None)  # its line stands on every map
    return sorted({*points.values(), *told})


def _told_a_fact(source: str) -> bool:
    """Say whether a public place is known from a list: its name can say what is secret in it."""
    told = select(ForeignId.id).join(ForeignId.resource)
    return db.session.scalar(told.where(ForeignId.source == source, *OPEN).limit(1)) is not None
