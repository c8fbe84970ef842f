"""Promises about places that must not be found: no public byte gives them away."""

import pytest
from flask.testing import FlaskClient

from maps.jobs import geocode_waiting_places
from tests.cast import Cast
from tests.resources.furnish import SECRET, put_resource

GIVEAWAYS = ("Segretissimo", "40.9612", "14.1876", "40,9612", "961234", "187654")
PUBLIC_PAGES = (
    "/",
    "/maps/resources/show",
    "/maps/resources/show?near=Aversa&within=5",
    "/maps/resources/show?text=segretissimo",
    "/maps/resources/show?text=rifugio",
    "/maps/resources.geojson",
    "/maps/resources.geojson?near=Aversa",
    "/maps/resources.geojson?text=segretissimo",
    "/maps/resources.js",
)


def everything(client: FlaskClient, number: int) -> str:
    paths = (*PUBLIC_PAGES, f"/resources/resource/show/{number}")
    return "\n".join(client.get(path).text for path in paths)


def test_a_public_place_with_a_hidden_address_gives_only_its_town(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource("Rifugio Alba", where=SECRET)
    told = everything(client, number)
    assert "Rifugio Alba" in told
    assert "Aversa" in told
    assert [word for word in GIVEAWAYS if word in told] == []


@pytest.mark.parametrize("circle", ["members", "responders", "coordinators"])
def test_a_place_for_a_circle_does_not_exist_for_a_visitor(
    cast: Cast, client: FlaskClient, circle: str
) -> None:
    with cast.stage():
        number = put_resource("Rifugio Alba", where=SECRET, visibility=circle)
    told = everything(client, number)
    for word in ("Rifugio Alba", *GIVEAWAYS):
        assert word not in told
    missing = client.get("/resources/resource/show/99999")
    hidden = client.get(f"/resources/resource/show/{number}")
    assert (hidden.status_code, missing.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("circle", "seeing"),
    [
        ("public", {"bea", "vito", "carla"}),
        ("members", {"bea", "vito", "carla"}),
        ("responders", {"vito", "carla"}),
        ("coordinators", {"carla"}),
    ],
)
def test_each_circle_sees_its_places_and_only_a_coordinator_the_address(
    cast: Cast, circle: str, seeing: set[str]
) -> None:
    with cast.stage():
        number = put_resource("Rifugio Alba", where=SECRET, visibility=circle)
    for name in ("bea", "vito", "carla"):
        told = everything(cast.signed_in(getattr(cast, name)), number)
        assert ("Rifugio Alba" in told) is (name in seeing), name
        assert ("Segretissimo" in told) is (name == "carla"), name
        assert ("40.9612" in told) is (name == "carla"), name


def test_the_distance_to_a_hidden_place_is_measured_from_its_public_point(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        put_resource("Rifugio Alba", where=SECRET)
    for lat, lon in (("40.9612", "14.1877"), ("40.9730", "14.2065"), ("40.98", "14.19")):
        client.post("/maps/resources/show", data={"lat": lat, "lon": lon})
        page = client.get("/maps/resources/show?here=1&within=5&lang=en").text
        assert "Rifugio Alba" in page
        if lat == "40.9730":
            assert "about\u00a00\u00a0km" in page, "the middle of the town is where it seems to be"


def test_hiding_a_place_hides_its_words_from_every_service_there(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource("Sportello Aurora")
    form = {
        "name": "Sportello Aurora", "category": "health_desk", "address": "Via Roma 8",
        "comune": "Teverola", "province": "CE", "lat": "40.9949", "lon": "14.2108",
        "hidden": "y", "wheelchair": "unknown", "visibility": "public",
    }  # fmt: skip
    carla = cast.signed_in(cast.carla)
    assert carla.post(f"/resources/resource/edit/{number}", data=form).status_code == 303
    with cast.stage():
        geocode_waiting_places()
    told = everything(client, number)
    assert "Via Roma 8" not in told
    assert "40.9949" not in told
    page = client.get("/maps/resources/show?text=roma").text
    assert "Sportello Aurora" not in page


def test_what_a_slip_may_mean_is_the_same_whether_or_not_a_secret_place_says_it(
    cast: Cast, client: FlaskClient
) -> None:
    """Three likely words of a secret place must not crowd out the fourth, which anybody may see."""
    asked = "/maps/resources/show?lang=en&text=girasoli"
    with cast.stage():
        put_resource("Casa Girassole")
    before = client.get(asked).text
    assert "Casa Girassole" in before
    with cast.stage():
        put_resource("Girasoleo Girasole Girasolae Girasolie", visibility="members")
        put_resource("Girasolea", visibility="coordinators")
        put_resource("Girasolei", visibility="public", state="retired")
    assert "Casa Girassole" in client.get(asked).text
    for guess in ("girasoleo", "girasolea", "girasolei"):
        page = client.get(f"/maps/resources/show?lang=en&text={guess}").text
        assert "Casa Girassole" in page, guess
