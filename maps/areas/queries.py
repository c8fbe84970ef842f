"""Reads about areas and the borders of comuni."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, or_, select

from maps.earth.geometry import Box
from maps.earth.shapes import Outline, Region, Ring, Shape, Town, from_json
from maps.models import Area, AreaLink, Boundary
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token, proves, subject_of
from nucleus.ground.words import plain
from nucleus.places.models import Place

SHARED = "area"
TOWN = re.compile(r"(?P<name>.+?)\s*(?:\(\s*(?P<province>[A-Za-z]{2})\s*\))?\s*")


def area_by_id(area_id: int) -> Area | None:
    """Return one area."""
    return db.session.get(Area, area_id)


def areas_in_force() -> Sequence[Area]:
    """Return the areas that are not over, the newest first."""
    live = select(Area).where(Area.ended_at.is_(None), Area.until > now())
    return db.session.scalars(live.order_by(Area.id.desc())).all()


def areas_over(limit: int = 20) -> Sequence[Area]:
    """Return the last areas that are over."""
    over = select(Area).where(or_(Area.ended_at.is_not(None), Area.until <= now()))
    return db.session.scalars(over.order_by(Area.id.desc()).limit(limit)).all()


def link_by_id(link_id: int) -> AreaLink | None:
    """Return one link to an area."""
    return db.session.get(AreaLink, link_id)


def link_by_token(token: str) -> AreaLink | None:
    """Return the link somebody came by, those that are over too; None if it is no link of ours."""
    subject = subject_of(token)
    link = db.session.get(AreaLink, subject) if subject is not None else None
    return link if link and proves(token, SHARED, link.id, link.nonce) else None


def token_of(link: AreaLink) -> str:
    """Return the token of a link, the same each time."""
    return derive_token(SHARED, link.id, link.nonce)


def links_of(area: Area) -> Sequence[AreaLink]:
    """Return all links to an area, the newest first."""
    theirs = select(AreaLink).where(AreaLink.area_id == area.id)
    return db.session.scalars(theirs.order_by(AreaLink.id.desc())).all()


def town_of(typed: str) -> Town | None:
    """Read *Aversa (CE)* or *Aversa*; nothing typed names no town."""
    found = TOWN.fullmatch(typed.strip()) if typed.strip() else None
    return Town(found["name"].strip(), (found["province"] or "").upper()) if found else None


def region_of_towns(towns: Iterable[Town]) -> Region:
    """Return the comuni, with the borders we have of them."""
    named = tuple(towns)
    return Region(tuple(shape for town in named for shape in borders_of(town)), named)


def region_of_area(area: Area) -> Region:
    """Return what an area holds: what was drawn, and the comuni that were named."""
    named = region_of_towns(Town(*each) for each in area.region["towns"])
    return Region((*map(from_json, area.region["shapes"]), *named.shapes), named.towns)


def borders_of(town: Town) -> list[Shape]:
    """Return the border of a comune, if borders were taken in; of namesakes all that may be."""
    same = select(Boundary).where(Boundary.search_name == plain(town.name))
    if town.province:
        same = same.where(Boundary.province == town.province)
    return [from_json(border.shape) for border in db.session.scalars(same)]


def borders_near(box: Box) -> list[Ring]:
    """Return the borders of the comuni that a box touches."""
    rows = db.session.scalars(select(Boundary).where(*_touching(box)))
    return [ring for border in rows for ring in _rings_of(border)]


def borders_in(box: Box, limit: int = 400) -> list[tuple[str, list[Ring]]]:
    """Return comuni by name with their borders, as many as a view of a map needs."""
    rows = db.session.scalars(select(Boundary).where(*_touching(box)).limit(limit))
    return [(border.name, _rings_of(border)) for border in rows]


def _rings_of(border: Boundary) -> list[Ring]:
    shape = from_json(border.shape)
    return list(shape.rings) if isinstance(shape, Outline) else []


def _touching(box: Box) -> tuple[ColumnElement[bool], ...]:
    return (
        Boundary.north >= box.south, Boundary.south <= box.north,
        Boundary.east >= box.west, Boundary.west <= box.east,
    )  # fmt: skip


def boundaries_known() -> bool:
    """Say whether borders were taken in."""
    return db.session.scalar(select(Boundary.istat).limit(1)) is not None


def is_written_somewhere(town: Town) -> bool:
    """Say whether a comune nobody has a point for is known by its border or from a place in it."""
    written = select(Place.comune).where(Place.comune.is_not(None)).distinct()
    return bool(borders_of(town)) or any(
        plain(comune or "") == plain(town.name) for comune in db.session.scalars(written)
    )
