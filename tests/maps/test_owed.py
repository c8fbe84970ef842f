"""Promises of who is thanked under a map: whoever told us a fact or a point that is shown."""

import pytest

from maps.models import ImportSource
from nucleus.ground.clock import now
from nucleus.ground.database import db
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
