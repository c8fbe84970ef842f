"""Two lists of others, for the walk: one whose columns are asked about, one looked through."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from maps.areas.services import AreaFacts, add_area
from maps.geometry import Point
from maps.services import Terms, add_import, map_import, work_on
from maps.shapes import Circle, Region, Town
from nucleus.ground.clock import now
from nucleus.ground.database import db
from tests.cast import Cast

LIST = b"name,category,address,town\nSportello Aurora,health_desk,Via Roma 8,Teverola\n,,,\n"
COLUMNS = {"name": "name", "category": "category", "comune": "town"}


def furnish_maps(cast: Cast) -> dict[str, dict[str, Any]]:
    """Send both and return the arguments of their pages."""
    with cast.stage():
        asked, seen = (
            add_import(BytesIO(LIST), file_name="list.csv", source=name, actor=cast.carla)
            for name in ("The town", "The parish")
        )
        map_import(seen, COLUMNS, terms=Terms())
        db.session.flush()
        pages = {"maps.map_import": {"run_id": asked.id}, "maps.show_import": {"run_id": seen.id}}
    with cast.app.app_context():
        work_on(pages["maps.show_import"]["run_id"])
    return {**pages, **furnish_areas(cast)}


def furnish_areas(cast: Cast) -> dict[str, dict[str, Any]]:
    """Open one area and return the arguments of its pages."""
    region = Region((Circle(Point(40.98, 14.2), 3.0),), (Town("Aversa", "CE"),))
    with cast.stage():
        facts = AreaFacts("Alluvione", "Acqua alta.", region, now() + timedelta(days=2))
        number = add_area(facts, actor=cast.carla).id
    return {f"maps.{verb}_area": {"area_id": number} for verb in ("show", "edit", "end")}
