"""Opens, changes and ends areas; keeps the borders of comuni."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, insert

from maps.areas.borders import Border
from maps.earth.shapes import Region, to_json
from maps.models import Area, AreaLink, Boundary
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import new_nonce
from nucleus.ground.words import plain

TOGETHER = 200
"""Borders written at once."""


@dataclass(frozen=True)
class AreaFacts:
    """What is said of an area: its name, what happens there, where it is, until when, for whom."""

    name: str
    what: str | None
    region: Region
    until: datetime
    public: bool = False


def add_area(facts: AreaFacts, *, actor: int) -> Area:
    """Open an area; it ends by itself."""
    area = Area(by_id=actor, created_at=now())
    _fill(area, facts)
    db.session.add(area)
    db.session.flush()
    journal.write("maps.add_area", f"area:{area.id}", actor=actor, public=area.public)
    return area


def edit_area(area: Area, facts: AreaFacts, *, actor: int) -> None:
    """Change what is said of an area; a new end opens it again."""
    _fill(area, facts)
    area.ended_at = None
    journal.write("maps.edit_area", f"area:{area.id}", actor=actor, public=area.public)


def end_area(area: Area, *, actor: int) -> None:
    """End an area now: its public page closes."""
    if not area.is_over(now()):
        area.ended_at = now()
        journal.write("maps.end_area", f"area:{area.id}", actor=actor)


def _fill(area: Area, facts: AreaFacts) -> None:
    area.name, area.what, area.until, area.public = (
        facts.name, facts.what, facts.until, facts.public,
    )  # fmt: skip
    area.region = {
        "shapes": [to_json(shape) for shape in facts.region.shapes],
        "towns": [[town.name, town.province] for town in facts.region.towns],
    }


def add_share(area: Area, label: str, until: datetime, *, actor: int) -> AreaLink:
    """Make a link by which people outside look at an area; it ends with the area at the latest."""
    link = AreaLink(area=area, nonce=new_nonce(), label=label, until=until)
    link.by_id, link.made_at = actor, now()
    db.session.add(link)
    db.session.flush()
    journal.write("maps.add_share", f"area:{area.id}", actor=actor, link=link.id)
    return link


def withdraw_share(link: AreaLink, *, actor: int) -> None:
    """Close a link now; whoever still has it reads that it is over."""
    if link.withdrawn_at is None:
        link.withdrawn_at = now()
        journal.write("maps.withdraw_share", f"area:{link.area_id}", actor=actor, link=link.id)


def keep_borders(borders: Iterable[Border]) -> tuple[int, int]:
    """Put new borders in the place of all old ones; return how many there are, and corners."""
    db.session.execute(delete(Boundary))
    waiting, kept, corners = iter(borders), 0, 0
    while some := list(islice(waiting, TOGETHER)):
        db.session.execute(insert(Boundary), [_row_of(border) for border in some])
        kept += len(some)
        corners += sum(border.corners for border in some)
    journal.write("maps.import_boundaries", None, count=kept)
    return kept, corners


def _row_of(border: Border) -> dict[str, object]:
    box = border.shape.box
    return {
        "istat": border.istat,
        "name": border.name,
        "search_name": plain(border.name),
        "province": border.province,
        "south": box.south,
        "west": box.west,
        "north": box.north,
        "east": box.east,
        "shape": to_json(border.shape),
    }
