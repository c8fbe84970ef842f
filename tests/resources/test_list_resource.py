"""Promises of the upkeep list: what needs a look stands first."""

from datetime import timedelta

from flask.testing import FlaskClient

from nucleus.ground.clock import held_at, now
from nucleus.resources.services import verify_resource
from tests.cast import Cast
from tests.resources.furnish import put_resource, resource

URL = "/resources/resource/list?lang=en"


def test_hours_to_be_read_come_first_then_the_longest_unconfirmed(cast: Cast) -> None:
    with cast.stage():
        fresh, old = put_resource("Fresco"), put_resource("Vecchio")
        put_resource("Mai visto")
        put_resource("Da leggere", hours=None, hours_words="boh", hours_unsure=True)
        put_resource("Ritirato", state="retired")
        verify_resource(resource(fresh), actor=cast.carla, how="call")
    with held_at(now() - timedelta(days=100)), cast.stage():
        verify_resource(resource(old), actor=cast.carla, how="call")
    page = cast.signed_in(cast.carla).get(URL).text
    order = [page.index(name) for name in ("Da leggere", "Mai visto", "Vecchio", "Fresco")]
    assert order == sorted(order)
    assert "Ritirato" not in page
    assert "4 places" in page
    assert "Confirmed 100 days ago" in page


def test_an_empty_list_says_so(cast: Cast) -> None:
    assert "There is no place in the list yet." in cast.signed_in(cast.carla).get(URL).text


def test_a_long_list_comes_in_pages(cast: Cast) -> None:
    with cast.stage():
        for number in range(55):
            put_resource(f"Luogo {number}")
    carla = cast.signed_in(cast.carla)
    assert "Page 1 of 2" in carla.get(URL).text
    assert carla.get(URL + "&page=2").text.count('class="row"') == 5


def test_only_coordinators_keep_the_list(cast: Cast, client: FlaskClient) -> None:
    assert client.get(URL).status_code == 404
    assert cast.signed_in(cast.vito).get(URL).status_code == 404
