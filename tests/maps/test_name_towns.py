"""Promises of the names on the map: a map without tiles still says where it is."""

from flask.testing import FlaskClient

from maps.earth.geometry import Box
from maps.locating.naming import towns_in

CAMPANIA = Box(40.6, 13.9, 41.2, 14.6)
ITALY = Box(35.0, 6.0, 48.0, 19.0)


def names_in(box: Box, count: int) -> list[str]:
    return [town.name for town in towns_in(box, count)]


def test_the_best_known_towns_are_named_first() -> None:
    assert {"Roma", "Milano", "Napoli", "Torino"} <= set(names_in(ITALY, 12))
    assert set(names_in(CAMPANIA, 2)) == {"Napoli", "Caserta"}


def test_a_close_look_names_small_towns_and_only_those_inside() -> None:
    close = Box(40.95, 14.17, 41.01, 14.23)
    assert "Aversa" in names_in(close, 60)
    assert all(close.holds(town.point) for town in towns_in(close, 60))


def test_names_come_by_view_and_may_be_kept(client: FlaskClient) -> None:
    answer = client.get("/maps/towns.geojson?zoom=9&bbox=13.9,40.6,14.6,41.2")
    features = answer.get_json(force=True)["features"]
    assert 10 < len(features) <= 60
    assert features[0]["properties"]["name"] in {"Napoli", "Caserta"}
    assert "public" in answer.headers["Cache-Control"]
    assert client.get("/maps/towns.geojson?bbox=x").get_json(force=True)["features"] == []
