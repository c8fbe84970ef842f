"""An administrator names an authority's feed; coordinators see how it goes."""

import pytest
from sqlalchemy import select

from alerts.feeds.models import Feed
from alerts.feeds.words import TROUBLES
from alerts.sender.connections import wire
from nucleus.ground.database import db
from nucleus.people.models import Person, Role
from nucleus.people.services import grant_role
from tests.cast import Cast

ADD = "/alerts/feed/add"
GOOD = {
    "name": "Civil protection", "url": "https://feeds.example.org/cap.atom?key=s3cret",
    "comune": "Teverola (CE)", "km": "25", "least": "Severe", "count": "3",
}  # fmt: skip


@pytest.fixture
def administrator(cast: Cast) -> Cast:
    with cast.stage():
        carla = db.session.get_one(Person, cast.carla)
        grant_role(carla, Role.ADMINISTRATOR, organisation=cast.organisation)
    return cast


def typed(cast: Cast, **more: str) -> dict[str, str]:
    return {**GOOD, "organisation": str(cast.organisation), **more}


def test_a_feed_is_added_shown_looked_at_and_stopped(administrator: Cast) -> None:
    cast = administrator
    client = cast.signed_in(cast.carla)
    page = client.post(ADD, data=typed(cast), follow_redirects=True)
    assert page.status_code == 200
    assert "Teverola (CE)" in page.text
    with cast.stage():
        feed = db.session.scalars(select(Feed)).one()
        assert (feed.url, feed.least, feed.count) == (GOOD["url"], "Severe", 3)
        assert b"s3cret" not in feed.sealed_url
        number = feed.id
    for verb in ("poll", "stop"):
        assert client.post(f"/alerts/feed/{number}/{verb}").status_code == 303
    assert 'class="state over"' in client.get("/alerts/feed/list").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://feeds.example.org/"},
        {"url": "https://10.0.0.1/feed"},
        {"url": "https://[::1]/feed"},
        {"url": "https://localhost/feed"},
        {"url": "https://me:secret@example.org/"},
        {"url": "https://example.org:0/"},
        {"url": "file:///etc/passwd"},
        {"comune": "Nowhere at all"},
        {"km": "0"},
        {"least": "Nothing"},
        {"organisation": "99"},
    ],
)
def test_what_can_not_be_used_is_refused_in_words(
    administrator: Cast, wrong: dict[str, str]
) -> None:
    client = administrator.signed_in(administrator.carla)
    assert client.post(ADD, data=typed(administrator, **wrong)).status_code == 422
    with administrator.stage():
        assert db.session.scalars(select(Feed)).all() == []


def test_a_feed_of_others_is_not_there(administrator: Cast) -> None:
    cast = administrator
    cast.signed_in(cast.carla).post(ADD, data=typed(cast))
    for person in (cast.dario, cast.vito):
        for page in ("/alerts/feed/1/show", "/alerts/feed/1/stop"):
            client = cast.signed_in(person)
            assert client.open(page, method="GET").status_code in {404, 405}
    assert "s3cret" not in cast.signed_in(cast.dario).get("/alerts/feed/list").text


def test_every_trouble_of_the_wire_is_told_in_words() -> None:
    known = {words for _, words in wire._TROUBLES} | {wire.explain(OSError())}
    assert known <= set(TROUBLES)
