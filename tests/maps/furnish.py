"""Two lists of others, for the walk: one whose columns are asked about, one looked through."""

from io import BytesIO
from typing import Any

from maps.services import Terms, add_import, map_import, work_on
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
    return pages
