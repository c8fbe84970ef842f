"""Promises of the page on which the pin of a place is put, and of the tray that leads to it."""

import html
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from maps.jobs import geocode_waiting_places
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.places.services import Whereabouts
from nucleus.resources.drafts import Draft, ImportReport
from nucleus.resources.importing.taking import import_resources
from nucleus.resources.models import Resource, Revision
from tests.cast import Cast
from tests.resources.furnish import SECRET, place_of, put_resource, resource

ROMA = Whereabouts("Via Roma 8", "Teverola", "CE")
EN = {"Accept-Language": "en"}
NAPLES = "40.8401, 14.2488"


@pytest.fixture
def carla(cast: Cast) -> FlaskClient:
    return cast.signed_in(cast.carla)


def put(cast: Cast, where: Whereabouts = ROMA, name: str = "Sportello Aurora") -> int:
    with cast.stage():
        number = put_resource(name, where=where)
    with cast.stage():
        geocode_waiting_places()
    return number


def page_of(number: int) -> str:
    return f"/maps/place/pin/{number}"


@pytest.mark.parametrize(
    "typed",
    ["40.9952, 14.2111", "40,9952 14,2111", "geo:40.9952,14.2111", "https://osm.org/?mlat=40.9952"
     "&mlon=14.2111", "40.9952° N 14.2111° E"],
)  # fmt: skip
def test_a_pin_is_put_however_the_point_is_written(
    cast: Cast, carla: FlaskClient, typed: str
) -> None:
    number = put(cast)
    assert carla.post(page_of(number), data={"where": typed}).status_code == 303
    place = place_of(cast, number)
    assert (place.lat, place.lon, place.precision) == (40.9952, 14.2111, "pin")
    assert (place.source, place.confirmed_by_id) == ("person", cast.carla)
    with cast.stage():
        change = db.session.scalars(select(Revision).where(Revision.resource_id == number)).one()
        assert change.after["where"]["point"] == [40.9952, 14.2111]
        assert geocode_waiting_places() == 0
    assert place_of(cast, number).lat == 40.9952


def test_a_short_plus_code_is_read_from_the_town_of_the_address(
    cast: Cast, carla: FlaskClient
) -> None:
    number = put(cast)
    page = carla.post(page_of(number), data={"where": "X6W6+X9", "preview": "1"}, headers=EN)
    assert "Near Teverola (CE)" in page.text
    assert place_of(cast, number).precision == "comune", "looking saves nothing"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("dietro la chiesa", "We can&#39;t read a point there"),
        ("https://maps.app.goo.gl/abc", "This is a shortened link"),
        ("14.2111, 40.9952", "latitude comes first"),
        ("0, 0", "can&#39;t read"),
        ("0.0, 0.0", "zero"),
        ("48.85, 2.35", "not in Italy"),
    ],
)
def test_what_is_no_point_is_refused_in_words_and_kept(
    cast: Cast, carla: FlaskClient, typed: str, said: str
) -> None:
    number = put(cast)
    page = carla.post(page_of(number), data={"where": typed}, headers=EN)
    assert page.status_code == 422
    assert said in page.text or typed == "0, 0"
    assert typed in page.text
    assert place_of(cast, number).precision == "comune"


def test_a_pin_in_another_town_is_refused_with_both_names_and_may_be_insisted_on(
    cast: Cast, carla: FlaskClient
) -> None:
    number = put(cast)
    refused = carla.post(page_of(number), data={"where": NAPLES}, headers=EN)
    assert refused.status_code == 422
    for words in ("This point is near Napoli (NA).", "Teverola (CE), whose middle is 18 km away"):
        assert words in html.unescape(refused.text)
    assert 'name="insists"' in refused.text
    assert place_of(cast, number).precision == "comune"
    why = "Lo sportello sta in un ufficio a Napoli"
    assert carla.post(page_of(number), data={"where": NAPLES, "insists": why}).status_code == 303
    assert place_of(cast, number).lat == 40.8401
    with cast.stage():
        assert db.session.scalars(select(Revision.why)).all() == [why]


def test_the_tray_leads_from_one_place_to_the_next_and_ends(cast: Cast, carla: FlaskClient) -> None:
    first, second = put(cast), put(cast, name="Un altro")
    put(cast, Whereabouts("Via Toledo 1", "Napoli", "NA", point=(40.8401, 14.2488)), "Al suo posto")
    tray = carla.get("/maps/place/list", headers=EN).text
    assert "Un altro" in tray
    assert "Al suo posto" not in tray
    page = carla.get(f"{page_of(first)}?queue=1&comune=Teverola", headers=EN).text
    assert f"{page_of(second)}?queue=1&amp;comune=Teverola" in page
    form = {"where": "40.9952, 14.2111"}
    to = carla.post(f"{page_of(first)}?queue=1&comune=Teverola", data=form)
    assert to.location == f"{page_of(second)}?queue=1&comune=Teverola"
    to = carla.post(f"{page_of(second)}?queue=1&comune=Teverola", data=form)
    assert to.location == "/maps/place/list?comune=Teverola"
    assert "Every place has its pin" in carla.get("/maps/place/list", headers=EN).text


def test_the_tray_holds_all_of_ones_own_and_counts_nobody_elses(
    cast: Cast, carla: FlaskClient
) -> None:
    """Sixty places of another association stand before the one of hers."""
    with cast.stage():
        theirs = [put_resource(f"Altrui {at}", where=ROMA) for at in range(60)]
        for number in theirs:
            resource(number).organisation_id = cast.other_organisation
        mine = put_resource("Il mio", where=ROMA)
    tray = carla.get("/maps/place/list", headers=EN).text
    assert "Il mio" in tray
    assert "Altrui" not in tray
    assert "1 place<" in tray
    page = carla.get(f"{page_of(mine)}?queue=1", headers=EN).text
    assert "This is the last one in the list" in page


def test_the_middle_of_the_town_may_be_enough(cast: Cast, carla: FlaskClient) -> None:
    number, unknown = put(cast), put(cast, Whereabouts("Via Roma 1", "Qwertyuiop"), "Ignoto")
    for wrong in ("9" * 30, "-1", "x"):
        refused = carla.post("/maps/place/accept", data={"places": [str(number), wrong]})
        assert refused.status_code == 303, wrong
        assert place_of(cast, number).confirmed_at is None, wrong
    done = carla.post("/maps/place/accept", data={"places": [str(number), str(unknown), "99"]})
    assert done.status_code == 303
    place = place_of(cast, number)
    assert (place.precision, place.confirmed_by_id) == ("comune", cast.carla)
    tray = carla.get("/maps/place/list", headers=EN).text
    assert "Sportello Aurora" not in tray
    assert "Ignoto" in tray
    assert place_of(cast, unknown).confirmed_at is None


def test_who_may_not_change_a_place_puts_no_pin(cast: Cast, client: FlaskClient) -> None:
    number = put(cast)
    form = {"where": "40.9952, 14.2111"}
    for visitor in (client, cast.signed_in(cast.bea), cast.signed_in(cast.vito)):
        for answer in (visitor.get(page_of(number)), visitor.post(page_of(number), data=form)):
            assert answer.status_code == 404
    assert place_of(cast, number).precision == "comune"


def test_the_page_of_a_place_says_how_well_its_point_is_known_to_who_keeps_it(
    cast: Cast, carla: FlaskClient, client: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource(where=ROMA)
    page = f"/resources/resource/show/{number}"
    assert "being looked up" in carla.get(page, headers=EN).text
    with cast.stage():
        geocode_waiting_places()
    said = carla.get(page, headers=EN).text
    assert "Only the middle of the town" in said
    assert "our own list of towns (GeoNames, ISTAT)" in said
    carla.post(page_of(number), data={"where": "40.9952, 14.2111"})
    said = carla.get(page, headers=EN).text
    assert "The exact point" in said
    assert "Carla Coppola" in said
    assert "Carla Coppola" not in client.get(page, headers=EN).text


def test_a_hidden_place_keeps_its_public_point_when_its_pin_is_put(
    cast: Cast, carla: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource(where=SECRET)
    before = place_of(cast, number)
    assert carla.post(page_of(number), data={"where": "40.9777, 14.2011"}).status_code == 303
    after = place_of(cast, number)
    assert (after.lat, after.hidden) == (40.9777, True)
    assert (after.public_lat, after.public_lon) == (before.public_lat, before.public_lon)
    assert (after.shown_lat, after.shown_lon) == (before.shown_lat, before.shown_lon)


def test_no_file_moves_a_pin_that_was_put_by_hand(cast: Cast, carla: FlaskClient) -> None:
    def told(lat: float, on: date) -> ImportReport:
        where = Whereabouts("Via Roma 8", "Teverola", "CE", point=(lat, 14.2108))
        draft = Draft(2, "7", "health desk", {"name": "Sportello Aurora"}, where, told_on=on)
        report = ImportReport()
        with cast.stage():
            import_resources([draft], source="Elenco", report=report)
        return report

    today = now().date()
    told(40.9949, today)
    with cast.stage():
        number = db.session.scalars(select(Resource.id)).one()
    assert carla.post(page_of(number), data={"where": "40.9952, 14.2111"}).status_code == 303
    later = told(40.9999, today + timedelta(days=30))
    assert later.held_back == 1
    assert place_of(cast, number).lat == 40.9952
