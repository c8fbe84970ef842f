"""Promises of the map on other web sites: only where allowed, without a cookie, no secret."""

import pytest
from flask.testing import FlaskClient

from nucleus.ground.database import db
from nucleus.people.models import Person, Role
from nucleus.people.services import grant_role
from tests.cast import Cast
from tests.resources.furnish import SECRET, put_resource


@pytest.fixture
def administrator(cast: Cast) -> FlaskClient:
    """Carla, who also looks after the installation."""
    with cast.stage():
        person = db.session.get(Person, cast.carla)
        assert person
        grant_role(person, Role.ADMINISTRATOR, organisation=cast.organisation)
    return cast.signed_in(cast.carla)


def policy(client: FlaskClient) -> str:
    return client.get("/maps/resources/embed").headers["Content-Security-Policy"]


def test_only_a_web_site_that_an_administrator_named_may_frame_it(
    cast: Cast, client: FlaskClient, administrator: FlaskClient
) -> None:
    assert "frame-ancestors 'none'" in policy(client)
    answer = administrator.post(
        "/maps/frame-host/add", data={"origin": "HTTPS://www.Comune.example/"}
    )
    assert answer.status_code == 303
    assert "frame-ancestors https://www.comune.example" in policy(client)
    for path in ("/", "/maps/resources/show"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]
    administrator.post("/maps/frame-host/remove", data={"origin": "https://www.comune.example"})
    assert "frame-ancestors 'none'" in policy(client)


@pytest.mark.parametrize(
    "origin", ["*", "https://*.org", "example.org", "https://a.org/x", "https://a; b", "http:"]
)
def test_what_would_let_in_more_is_refused(
    cast: Cast, client: FlaskClient, administrator: FlaskClient, origin: str
) -> None:
    answer = administrator.post("/maps/frame-host/add?lang=en", data={"origin": origin})
    assert answer.status_code == 422
    assert "Write it like this" in answer.text
    assert "frame-ancestors 'none'" in policy(client)


def test_a_frame_sets_no_cookie_and_shows_what_strangers_see(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        put_resource("Mensa", category="food")
        put_resource("Sportello")
        put_resource("Rifugio Alba", where=SECRET, visibility="members")
    for path in ("/maps/resources/embed?category=food", "/maps/embed.geojson?category=food"):
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "Mensa" in answer.text
        assert "Sportello" not in answer.text
    carla = cast.signed_in(cast.carla)
    for path in ("/maps/resources/embed", "/maps/embed.geojson"):
        assert "Rifugio Alba" not in carla.get(path).text
    page = client.get("/maps/resources/embed?category=food").text
    assert 'href="/maps/resources/show?category=food"' in page
    assert "<form" not in page
