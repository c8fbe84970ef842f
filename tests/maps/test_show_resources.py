"""Promises of the page that finds places: without script, and the same in list and map."""

import re

import pytest
from flask.testing import FlaskClient

from nucleus.places.services import Whereabouts
from tests.cast import Cast
from tests.resources.furnish import AVERSA, NAPLES, put_resource

QUESTIONS = (
    "",
    "open_now=y",
    "near=Teverola",
    "near=Teverola&within=5",
    "category=food",
    "language=ar",
    "wheelchair=y&text=mensa",
    "text=nessuno",
    "category=bogus&within=7&language=xx",
)


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    with cast.stage():
        put_resource("Sportello Aurora", phones=["+390815550123"])
        put_resource(
            "Mensa", where=AVERSA, category="food", hours=None, wheelchair="yes",
            languages=("ar",),
        )  # fmt: skip
        put_resource("Ascolto", where=NAPLES, category="counselling", hours="2020 Mo 10:00-11:00")
        put_resource("Solo per soci", visibility="members")
    return cast


def total(page: str) -> int:
    found = re.search(r'data-total="(\d+)"', page)
    assert found
    return int(found[1])


@pytest.mark.parametrize("question", QUESTIONS)
def test_list_and_map_answer_the_same_question_with_the_same_places(
    furnished: Cast, client: FlaskClient, question: str
) -> None:
    page = client.get(f"/maps/resources/show?{question}")
    pins = client.get(f"/maps/resources.geojson?{question}").get_json()["features"]
    assert page.status_code == 200
    assert total(page.text) == len(pins)
    for pin in pins:
        assert pin["properties"]["name"] in page.text


def test_the_three_states_of_a_door_are_said_in_words(furnished: Cast, client: FlaskClient) -> None:
    page = client.get("/maps/resources/show?lang=en").text
    for words in ("Open now", "Closed now", "Hours not known: call first"):
        assert words in page


def test_an_ambiguous_town_is_asked_back(furnished: Cast, client: FlaskClient) -> None:
    page = client.get("/maps/resources/show?near=Castro&lang=en").text
    assert "Which one do you mean?" in page
    assert "Castro (LE)" in page
    assert total(page) == 3


def test_an_unknown_town_is_said_and_the_list_still_stands(
    furnished: Cast, client: FlaskClient
) -> None:
    page = client.get("/maps/resources/show?near=Qwertyuiop&lang=en").text
    assert "We do not know a town called" in page
    assert total(page) == 3


def test_where_somebody_is_goes_into_no_address(furnished: Cast, client: FlaskClient) -> None:
    answer = client.post("/maps/resources/show?open_now=y", data={"lat": "40.96512", "lon": "14.2"})
    assert answer.status_code == 303
    assert answer.location == "/maps/resources/show?open_now=y&here=1"
    page = client.get("/maps/resources/show?here=1&lang=en").text
    assert "the nearest first" in page
    assert page.index("Mensa") < page.index("Sportello Aurora")
    assert "40.96" not in page
    with client.session_transaction() as session:
        assert session["near"] == [40.965, 14.2]


@pytest.mark.parametrize("point", [("", ""), ("0", "0"), ("51.5", "-0.1"), ("abc", "14")])
def test_a_point_that_cannot_be_used_is_said_in_words(
    furnished: Cast, client: FlaskClient, point: tuple[str, str]
) -> None:
    sent = {"lat": point[0], "lon": point[1]}
    page = client.post("/maps/resources/show?lang=en&here=1", data=sent, follow_redirects=True)
    assert "the name of a town" in page.text or "nome" in page.text
    assert total(page.text) == 3


def test_the_map_is_told_when_nothing_changed(furnished: Cast, client: FlaskClient) -> None:
    for path in ("/maps/resources.geojson", "/maps/resources.js"):
        first = client.get(path)
        assert first.headers["Cache-Control"] == "private, no-cache"
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304


def test_a_place_without_a_point_counts_and_has_no_pin(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        put_resource("Da mappare", where=Whereabouts(comune="Peio", province="TN"))
    features = client.get("/maps/resources.geojson").get_json()["features"]
    assert [feature["geometry"] for feature in features] == [None]
    assert "in the list only" in client.get("/maps/resources/show?lang=en").text


def test_a_long_list_comes_in_pages_that_keep_the_question(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        for number in range(45):
            put_resource(f"Mensa {number:02d}", category="food")
    first = client.get("/maps/resources/show?category=food").text
    assert total(first) == 45
    assert first.count('class="row"') == 20
    assert "category=food" in first.split('rel="next"')[1][:200]
    assert client.get("/maps/resources/show?category=food&page=3").text.count('class="row"') == 5
    assert client.get("/maps/resources/show?page=99").status_code == 200


def test_one_tap_on_the_start_page_asks_open_near_and_in_ones_own_language(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        put_resource("Sportello", languages=("it", "ro"))
        put_resource("Casa", languages=("it", "so"), visibility="members")
    tap = '"/maps/resources/show?open_now=y{}" data-near-me-next'
    for spoken, language in (
        ("ro-RO,it;q=0.5", "ro"), ("it", ""), ("so,ro;q=0.9", "ro"), ("fr", ""), ("xx, *", ""),
    ):  # fmt: skip
        page = client.get("/", headers={"Accept-Language": spoken}).text
        assert tap.format("") in page
        assert (tap.format(f"&amp;language={language}") in page) is bool(language), spoken
        assert "language=so" not in page, "only a place for members speaks it"
    assert not client.get("/").headers.getlist("Set-Cookie")


@pytest.mark.parametrize(
    "typed",
    [
        "8FGPX6F4+6J",
        "X6F4+6J Aversa",
        "40.9730, 14.2065",
        "https://www.openstreetmap.org/#map=17/40.973/14.2065",
    ],
)
def test_a_point_may_be_written_instead_of_a_town_and_leaves_the_address_at_once(
    furnished: Cast, client: FlaskClient, typed: str
) -> None:
    answer = client.get("/maps/resources/show", query_string={"near": typed, "open_now": "y"})
    assert (answer.status_code, answer.location) == (
        *(303, "/maps/resources/show?open_now=y&here=1"),
    )
    with client.session_transaction() as session:
        assert session["near"] == pytest.approx([40.973, 14.2065], abs=0.012)
    pins = client.get("/maps/resources.geojson", query_string={"near": typed}).get_json()
    assert len(pins["features"]) == 3


def test_a_point_far_from_italy_is_no_point(furnished: Cast, client: FlaskClient) -> None:
    page = client.get("/maps/resources/show?near=51.5,-0.12&lang=en")
    assert (page.status_code, "We do not know a town called" in page.text) == (200, True)


def test_the_start_page_leads_to_the_places(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/?lang=en").text
    assert "Find a place near you" in page
    assert 'action="/maps/resources/show"' in page
