"""Opens, changes and ends areas."""

from dataclasses import dataclass
from datetime import datetime

from maps.models import Area
from maps.shapes import Region, to_json
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db


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
