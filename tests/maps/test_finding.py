"""Promises of the page that finds places: whatever is asked, and nothing found is explained."""

import hashlib
import re
from datetime import datetime
from itertools import product

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maps.finding.question import Eyes, Filters
from maps.finding.search import DOORS as ORDER
from maps.finding.search import search
from nucleus.ground.clock import now
from nucleus.places.services import Whereabouts
from tests.cast import Cast
from tests.maps.crowd import crowd_of
from tests.resources.furnish import AVERSA, NAPLES, SECRET, put_resource, resource

MOMENTS = [
    datetime.fromisoformat(f"2026-11-{moment}+01:00")
    for moment in ("21 02:00", "21 12:30", "24 08:30")
]
"""A night, a Saturday noon and a working day: few, some and many doors are open."""
WORDS = ("", "mensa", "citta", "sportelo", "salute", "واحة", "їдальня", "zz", "mensa aversa", "%_'")

NAME = re.compile(r'<h3><a href="/resources/resource/show/\d+"><bdi>(.+?)</bdi>')


@pytest.fixture
def town(cast_on_both: Cast) -> Cast:
    with cast_on_both.stage():
        put_resource("Sportello Aurora", phones=["+390815550123"], who_for="Cittadini stranieri")
        put_resource(
            "Mensa della Pace", where=AVERSA, category="food", hours="Sa 12:00-14:00",
            languages=("it", "ar"), wheelchair="yes", accessibility=["toilet"], who_for="Per tutti",
        )  # fmt: skip
        put_resource("واحة الأمل", where=AVERSA, category="food", who_for="Donne con bambini")
        put_resource("Їдальня «Надія»", where=NAPLES, category="food", age_from=65)
        put_resource("Ambulatorio", where=NAPLES, category="clinic", age_to=17)
        put_resource("Rifugio Alba", where=SECRET)
        put_resource("Da mappare", where=Whereabouts(comune="Peio", province="TN"))
        put_resource("Chiamare prima", hours=None)
        put_resource("Solo per soci", visibility="members")
        crowd_of(30)
    return cast_on_both


def listed(client: FlaskClient, question: dict[str, str]) -> tuple[int, set[str]]:
    """Return how many the page says it found, and the names on all its pages."""
    names: set[str] = set()
    for page in range(1, 9):
        text = client.get("/maps/resources/show", query_string={**question, "page": page}).text
        names |= set(
            re.findall(r'<h3><a href="/resources/resource/show/\d+"><bdi>(.+?)</bdi>', text)
        )
        if 'rel="next"' not in text:
            break
    total = re.search(r'data-total="(\d+)"', text)
    assert total
    return int(total[1]), names


def found(client: FlaskClient, **question: str) -> set[str]:
    return listed(client, question)[1]


def test_list_and_map_agree_whatever_is_asked(town: Cast) -> None:
    client = town.app.test_client()
    one_of = st.sampled_from

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.fixed_dictionaries(
            {},
            optional={
                "text": one_of(WORDS),
                "category": one_of(["food", "health", "roof_and_food", "bogus", ""]),
                "language": one_of(["it", "ar", "xx"]),
                "who": one_of(["women", "children", "old", "migrants", "bogus"]),
                "near": one_of(["Teverola", "Napoli", "Castro", "Qwerty"]),
                "within": one_of(["5", "20", "7"]),
                "comune": one_of(["Aversa", "aversa (CE)", "Napoli (NA)", "Nowhere"]),
                "wheelchair": st.just("y"),
                "accessibility": one_of(["toilet", "lift", "bogus"]),
                "open_now": st.just("y"),
                "area": one_of(["", "x"]),
            },
        )
    )
    def check(question: dict[str, str]) -> None:
        pins = client.get("/maps/resources.geojson", query_string=question).get_json()["features"]
        total, names = listed(client, question)
        assert total == len(pins), question
        assert {pin["properties"]["name"] for pin in pins} == names, question

    check()


def test_page_by_page_is_the_whole_list(town: Cast) -> None:
    with town.stage():
        for moment, asked in product(MOMENTS, (Filters(), Filters(open_now=True), Filters("a"))):
            found_now = search(asked, Eyes(), moment)
            whole, total = found_now.hits(), found_now.total
            pages = [found_now.hits(limit=3, offset=at) for at in range(0, total + 3, 3)]
            assert [hit for page in pages for hit in page] == whole, (moment, asked)
            assert len(whole) == total > 0
            if not asked.text:
                assert sorted(whole, key=lambda hit: ORDER.index(hit.state)) == whole


def test_with_and_without_a_point_are_all(town: Cast) -> None:
    with town.stage():
        found_now = search(Filters(), Eyes(), now())
        with_point, without = found_now.count(placed=True), found_now.count(placed=False)
        assert without == len([hit for hit in found_now.hits() if hit.point is None]) > 0
        assert with_point + without == found_now.total


def test_a_name_may_be_as_long_as_a_list_brings_it(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        rest = "".join(hashlib.sha512(bytes([n])).hexdigest() for n in range(40))
        name = " ".join(rest[at : at + 9] for at in range(0, len(rest), 9))
        number = put_resource(name)
        assert resource(number).name == name
        assert [hit.id for hit in search(Filters(), Eyes(), now()).hits()] == [number]


def test_everything_can_be_asked_at_once(town: Cast) -> None:
    client = town.app.test_client()
    asked = {"near": "Aversa", "category": "food", "language": "ar", "who": "women"}
    assert found(client, **asked, wheelchair="y", text="pace") == {"Mensa della Pace"}


def test_a_wider_word_finds_what_is_narrower(town: Cast) -> None:
    client = town.app.test_client()
    assert {"Ambulatorio", "Sportello Aurora"} <= found(client, text="salute")
    assert "Ambulatorio" in found(client, text="health")
    assert "Mensa della Pace" not in found(client, text="salute")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("واحة", "واحة الأمل"), ("الامل", "واحة الأمل"), ("وحة", "واحة الأمل"),
        ("їдальня надія", "Їдальня «Надія»"), ("ідальня надия", "Їдальня «Надія»"),
        ("НАДИЯ", "Їдальня «Надія»"), ("AMBULATORRIO NAPOLLI", "Ambulatorio"),
    ],
)  # fmt: skip
def test_slips_are_forgiven_in_every_script(town: Cast, typed: str, name: str) -> None:
    assert found(town.app.test_client(), text=typed) == {name}


def test_who_it_is_for_keeps_what_says_so_or_says_nothing(town: Cast) -> None:
    client = town.app.test_client()
    women, old, children = (found(client, who=who) for who in ("women", "old", "children"))
    assert {"واحة الأمل", "Mensa della Pace", "Da mappare"} <= women
    assert "Sportello Aurora" not in women
    assert "Їдальня «Надія»" in old - children
    assert "Ambulatorio" in children - old


def test_a_town_by_name_holds_what_has_no_point_too(town: Cast) -> None:
    client = town.app.test_client()
    assert found(client, comune="Peio") == {"Da mappare"}
    assert found(client, comune="AVERSA (ce)") == {"Mensa della Pace", "واحة الأمل", "Rifugio Alba"}
    assert found(client, comune="Aversa (NA)") == set()


def test_every_choice_can_be_taken_away_by_one_tap(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        put_resource("Mensa", category="food")
    page = client.get("/maps/resources/show?lang=en&near=Aversa&within=5&category=food&open_now=y")
    taken = re.findall(
        r'href="/maps/resources/show\?([^"]*)" aria-label="Take away: ([^"]*)"', page.text
    )
    assert [words for _, words in taken] == [
        "Near which town? Aversa", "How far? 5 km", "What kind of help: Food", "Open now"
    ]  # fmt: skip
    assert "open_now" not in taken[3][0]
    assert "category=food" in taken[3][0]
    assert "within" not in taken[0][0], "a distance from nowhere asks nothing"


def test_nothing_found_says_what_to_take_away_and_what_that_finds(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        put_resource("Mensa", category="food", wheelchair="no")
        put_resource("Mensa Due", category="food", wheelchair="no", hours="off")
    page = client.get("/maps/resources/show?lang=en&text=mensa&wheelchair=y&open_now=y").text
    assert "Without <q><bdi>A wheelchair can get in</bdi></q>: 1 place" in page
    assert "Without <q><bdi>Open now" not in page, "that would find nothing either"
    both = client.get("/maps/resources/show?lang=en&text=qqqq&category=worship").text
    assert "Taking one choice away is not enough." in both


def test_a_pin_says_how_fresh_it_is(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        put_resource("Mensa", category="food")
    pins = client.get("/maps/resources.geojson?lang=en").get_json()
    days = pins["features"][0]["properties"]["days"]
    assert pins["words"]["fresh"][str(days)] in client.get("/maps/resources/show?lang=en").text


def test_what_a_slip_was_taken_for_is_said_and_can_be_asked(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        put_resource("Mensa Belluno")
    page = client.get("/maps/resources/show?lang=en&text=mensa+bellunno&open_now=y").text
    assert "We also looked for:" in page
    assert "text=mensa+belluno" in page
    assert "We also looked for" not in client.get("/maps/resources/show?lang=en&text=mensa").text


def test_of_several_words_the_one_too_many_can_be_left_out(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        put_resource("Mensa")
        put_resource("Sportello")
    page = client.get("/maps/resources/show?lang=en&text=mensa+qqqq").text
    assert "Without <q><bdi>qqqq</bdi></q>: 1 place" in page
    assert "Without <q><bdi>mensa</bdi></q>" not in page
