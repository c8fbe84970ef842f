"""Promises of who is thanked under a map: whoever told us a fact or a point that is shown."""

import csv
import json
from pathlib import Path

import pytest

from maps.exports import owed_to
from maps.formats.osm_words import ATTRIBUTION
from maps.models import ImportSource
from maps.services import Terms
from maps.services import import_resources as import_file
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.places.models import Place
from nucleus.resources.drafts import Draft, ImportReport
from nucleus.resources.importing.taking import import_resources
from tests.cast import Cast
from tests.resources.furnish import SECRET, TEVEROLA, put_resource, resource

PAGES = ("/maps/resources/show", "/maps/sheet/show", "/maps/resources/embed")
OSM = "OpenStreetMap contributors"


def found_by(cast: Cast, source: str, *, hidden: bool = False) -> None:
    with cast.stage():
        number = put_resource(where=SECRET if hidden else TEVEROLA)
        place = db.session.get_one(Place, resource(number).place_id)
        place.source, place.precision = source, "street"


@pytest.mark.parametrize("page", PAGES)
def test_openstreetmap_is_named_where_its_points_are_shown(cast: Cast, page: str) -> None:
    client = cast.app.test_client()
    assert OSM not in client.get(page).text
    assert "GeoNames" in client.get(page).text
    found_by(cast, "photon")
    assert OSM in client.get(page).text


def test_nobody_is_named_for_a_point_nobody_is_shown(cast: Cast) -> None:
    found_by(cast, "nominatim", hidden=True)
    assert OSM not in cast.app.test_client().get(PAGES[0]).text


@pytest.mark.parametrize(("visibility", "named"), [("public", True), ("coordinators", False)])
def test_whoever_gave_a_list_is_named_only_for_a_public_place(
    cast: Cast, visibility: str, named: bool
) -> None:
    facts: dict[str, object] = {"name": "Sportello Aurora", "visibility": visibility}
    with cast.stage():
        draft = Draft(2, "7", "health desk", facts, TEVEROLA)
        import_resources([draft], source="Case rifugio", report=ImportReport())
        source = ImportSource(name="Case rifugio", attribution="Rete dei rifugi")
        source.changed_at = now()
        db.session.add(source)
    page = cast.app.test_client().get(PAGES[0]).text
    assert ("Rete dei rifugi" in page) is named


def put_source(name: str, attribution: str) -> None:
    db.session.add(ImportSource(name=name, attribution=attribution, changed_at=now()))


def copy_saying(line: str, tellers: tuple[str, ...], path: Path) -> Path:
    """Write the table of another house, in which each teller of a place asks for a line."""
    origins = json.dumps([[name, f"k{at}", line] for at, name in enumerate(tellers)])
    row = {"uid": "one-and-only", "nome": "Mensa", "servizio": "food", "origins": origins}
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([row.keys(), row.values()])
    return path


def test_a_copy_speaks_for_nobody_whom_this_house_knows(cast: Cast, tmp_path: Path) -> None:
    with cast.stage():
        put_source("Diocesi", "Scritto a mano da noi")
    with cast.app.app_context():
        tellers = ("Parrocchie", "Diocesi", settings().name, "OpenStreetMap")
        copy = copy_saying("<script>alert(1)</script>\0 \n=1+1", tellers, tmp_path / "copy.csv")
        import_file(copy, source="anybody")
        assert owed_to(["Parrocchie"]) == {"Parrocchie": "Parrocchie"}
        import_file(copy, source="another house", terms=Terms(trusted=True))
        ours = ["Scritto a mano da noi", settings().name, ATTRIBUTION]
        assert list(owed_to(tellers).values()) == ["<script>alert(1)</script> =1+1", *ours]


def test_what_a_copy_says_of_a_teller_is_renewed_until_somebody_here_says(
    cast: Cast, tmp_path: Path
) -> None:
    with cast.app.app_context():
        for line in ("Anno 2024", "Anno 2025 <b>"):
            copy = copy_saying(line, ("Parrocchie",), tmp_path / "copy.csv")
            import_file(copy, source="another house", terms=Terms(trusted=True))
        assert owed_to(["Parrocchie"]) == {"Parrocchie": "Anno 2025 <b>"}
    assert "Anno 2025 &lt;b&gt;" in cast.app.test_client().get(PAGES[0]).text
    with cast.stage():
        db.session.get_one(ImportSource, "Parrocchie").attribution = "Scritto a mano"
    with cast.app.app_context():
        copy_saying("Anno 2026", ("Parrocchie",), copy)
        import_file(copy, source="another house")
        assert owed_to(["Parrocchie"]) == {"Parrocchie": "Scritto a mano"}
