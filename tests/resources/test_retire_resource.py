"""Promises of taking a place out of the list."""

from flask.testing import FlaskClient
from sqlalchemy import select

from nucleus.ground import signals
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from tests.cast import Cast
from tests.resources.furnish import put_resource, resource


def test_it_is_asked_once_and_then_gone_for_good(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        number = put_resource()
    told: list[int] = []

    def listen(sender: int) -> None:
        told.append(sender)

    url = f"/resources/resource/retire/{number}"
    carla = cast.signed_in(cast.carla)
    assert "Sportello Aurora" in carla.get(url).text
    with cast.stage():
        assert resource(number).state == "proposed"
    signals.resource_changed.connect(listen)
    try:
        assert carla.post(url).status_code == 303
        assert carla.post(url).status_code == 303
    finally:
        signals.resource_changed.disconnect(listen)
    assert told == [number]
    assert "Sportello Aurora" not in client.get("/maps/resources/show").text
    assert client.get("/maps/resources.geojson").get_json()["features"] == []
    with cast.stage():
        words = db.session.scalars(select(LogEntry.word)).all()
        assert words.count("resources.retire_resource") == 1
