"""Three lists of others, for the walk: columns asked about, looked through, with rows that wait."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select

from maps.areas.queries import token_of
from maps.areas.services import AreaFacts, add_area, add_share
from maps.earth.geometry import Point
from maps.earth.shapes import Circle, Region, Town
from maps.models import ImportRow, ImportRun
from maps.services import Terms, add_import, map_import, start_import, work_on
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.places.services import Whereabouts
from tests.cast import Cast
from tests.resources.furnish import put_resource

LIST = b"name,category,address,town,y,x\nSportello Aurora,health_desk,Via Roma 8,Teverola,,\n,,,\n"
SWAPPED = LIST + b"Mensa,food,Via Po 1,Aversa,14.2065,40.9730\n"
COLUMNS = {"name": "name", "category": "category", "comune": "town", "lat": "y", "lon": "x"}


def furnish_maps(cast: Cast) -> dict[str, dict[str, Any]]:
    """Send them and return the arguments of their pages."""
    with cast.stage():
        asked = add_import(BytesIO(LIST), file_name="list.csv", source="Town", actor=cast.carla).id
    seen, taken = looked_through(cast, LIST, "Parish"), looked_through(cast, SWAPPED, "Caritas")
    with cast.stage():
        start_import(db.session.get_one(ImportRun, taken), actor=cast.carla)
    with cast.app.app_context():
        work_on(taken)
    with cast.stage():
        vague = put_resource("Sportello senza puntina", where=Whereabouts("Via Roma 9", "Aversa"))
        row = db.session.scalars(select(ImportRow.id)).all()[-1]
    return {
        "maps.map_import": {"run_id": asked},
        "maps.show_import": {"run_id": seen},
        "maps.pin_place": {"resource_id": vague},
        "maps.list_rows": {"run_id": taken},
        "maps.review_row": {"row_id": row},
        **furnish_areas(cast),
    }


def furnish_areas(cast: Cast) -> dict[str, dict[str, Any]]:
    """Open one area and return the arguments of its pages."""
    region = Region((Circle(Point(40.98, 14.2), 3.0),), (Town("Aversa", "CE"),))
    with cast.stage():
        facts = AreaFacts("Alluvione", "Acqua alta.", region, now() + timedelta(days=2))
        area = add_area(facts, actor=cast.carla)
        link = add_share(area, "Protezione civile", area.until, actor=cast.carla)
        of_area, of_link = {"area_id": area.id}, {"token": token_of(link)}
        number = link.id
    return {
        **{f"maps.{verb}_area": of_area for verb in ("show", "edit", "end")},
        **{f"maps.{each}": of_link for each in ("show_share", "print_share")},
        "maps.add_share": of_area,
        "maps.withdraw_share": {"link_id": number},
    }


def looked_through(cast: Cast, body: bytes, source: str) -> int:
    """Send a list and look through it; return its number."""
    with cast.stage():
        run = add_import(BytesIO(body), file_name="list.csv", source=source, actor=cast.carla)
        map_import(run, COLUMNS, terms=Terms())
        number = run.id
    with cast.app.app_context():
        work_on(number)
    return number
