"""Everybody reads a page in a language they chose, and never half of one."""

import pytest
from flask.testing import FlaskClient

from nucleus.ground import i18n
from nucleus.ground.database import db
from nucleus.people.models import Person
from tests.cast import Cast

INSIDE = ("/accounts/me/show", "/maps/resources/show", "/")


def tongue(client: FlaskClient, address: str, browser: str = "") -> str:
    """Return the beginning of a page: its language and its direction."""
    page = client.get(address, headers={"Accept-Language": browser})
    return page.text.partition("<html ")[2].partition(">")[0]


def test_a_visitor_reads_in_the_language_of_the_browser(client: FlaskClient) -> None:
    for code in i18n.NAMES:
        direction = "rtl" if code == "ar" else "ltr"
        said = tongue(client, "/maps/resources/show", f"{code},en;q=0.5")
        assert said == f'lang="{code}" dir="{direction}"'


def test_a_visitor_whose_language_nobody_writes_reads_the_one_of_the_house(
    client: FlaskClient,
) -> None:
    assert tongue(client, "/", "tlh") == 'lang="it" dir="ltr"'
    assert tongue(client, "/") == 'lang="it" dir="ltr"'


def test_every_page_offers_all_languages_in_their_own_names(client: FlaskClient) -> None:
    page = client.get("/maps/resources/show?text=mensa&page=2").text
    for code, own_name in i18n.NAMES.items():
        assert f'value="{code}" lang="{code}" dir="auto"' in page
        assert f">{own_name}</button>" in page
        link = f'hreflang="{code}" href="?text=mensa&amp;page=2&amp;lang={code}"'
        assert (link in page) == (code != "it")


def test_a_language_asked_for_in_the_address_stays_for_the_pages_after_it(
    client: FlaskClient,
) -> None:
    """A web site of migrants links to the map in their language; the list leads to a place."""
    assert tongue(client, "/maps/resources/show?lang=uk") == 'lang="uk" dir="ltr"'
    assert tongue(client, "/") == 'lang="uk" dir="ltr"'
    assert "Set-Cookie" not in client.get("/?lang=uk").headers


def test_a_language_we_do_not_speak_leaves_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/?lang=tlh").headers


@pytest.mark.parametrize("address", ["/maps/resources/embed?lang=ar", "/leave?lang=ar"])
def test_pages_without_a_cookie_stay_without_one(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert 'lang="ar" dir="rtl"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_map_in_a_frame_carries_its_language_in_its_links(client: FlaskClient) -> None:
    """A frame on another web site has no cookie to remember it by."""
    page = client.get("/maps/resources/embed?lang=ar&text=mensa").text
    assert 'data-pins-url="/maps/embed.geojson?lang=ar&amp;text=mensa"' in page
    assert 'href="/maps/resources/show?lang=ar&amp;text=mensa"' in page
    assert 'hreflang="uk" target="_self" href="?lang=uk&amp;text=mensa"' in page


def test_whoever_signs_in_reads_no_page_by_halves(cast: Cast) -> None:
    """Pages inside are whole in two languages: then the browser's next one, else the house's."""
    with cast.stage():
        db.session.get_one(Person, cast.amina).language = "ar"
    client = cast.signed_in(cast.amina)
    with client.session_transaction() as kept:
        kept["language"] = "ar"
    for address in INSIDE:
        assert tongue(client, address) == 'lang="it" dir="ltr"'
        assert tongue(client, address, "ar,fr;q=0.9,en;q=0.8").startswith('lang="en"')
        assert tongue(client, f"{address}?lang=ar") == 'lang="it" dir="ltr"'
    assert "العربية" not in client.get("/").text


def test_a_page_for_programmers_speaks_only_what_the_house_speaks(client: FlaskClient) -> None:
    assert tongue(client, "/alerts/api/show?lang=ar") == 'lang="it" dir="ltr"'


@pytest.mark.parametrize("code", ["de", "uk"])
def test_a_wrong_address_is_told_in_the_language_of_whoever_typed_it(
    client: FlaskClient, code: str
) -> None:
    page = client.get("/nowhere", headers={"Accept-Language": code})
    assert (page.status_code, f'<html lang="{code}"' in page.text) == (404, True)


def test_the_pins_say_by_what_they_differ(client: FlaskClient) -> None:
    """Whoever keeps an answer for later must ask again after another language was chosen."""
    german, arabic = (
        client.get("/maps/resources.geojson", headers={"Accept-Language": code})
        for code in ("de", "ar")
    )
    assert {"Cookie", "Accept-Language"} <= set(german.vary)
    assert german.headers["ETag"] != arabic.headers["ETag"]


def test_the_chosen_language_stays_and_leads_back(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "en", "next": "/?page=2"})
    assert (answer.status_code, answer.location) == (303, "/?page=2")
    assert '<html lang="en" dir="ltr">' in client.get("/").text


@pytest.mark.parametrize(
    "outside",
    [
        "https://example.org/",
        "//example.org",
        "///example.org",
        "/\t//example.org",
        "/\\example.org",
        "",
    ],
)
def test_the_language_switch_leads_nowhere_else(client: FlaskClient, outside: str) -> None:
    answer = client.post("/language", data={"language": "en", "next": outside})
    assert answer.location == "/"


def test_a_language_we_do_not_speak_changes_nothing(client: FlaskClient) -> None:
    client.post("/language", data={"language": "tlh", "next": "/"})
    assert '<html lang="it" dir="ltr">' in client.get("/").text
