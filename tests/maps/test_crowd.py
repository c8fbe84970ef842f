"""Promises of a crowded map: whatever is drawn together, nothing is lost, nothing given away."""

import gzip
import json
from collections.abc import Iterator
from functools import partial
from itertools import accumulate
from operator import itemgetter
from typing import Any

import pytest
from flask.testing import FlaskClient

from maps import views
from maps.earth.geometry import Box
from maps.finding import layers
from maps.finding import search as finding
from maps.finding.crowd import CLOSEST, crowd
from maps.finding.question import Eyes, Filters
from maps.finding.search import Found, Rows, Search, search
from nucleus.ground.clock import now
from nucleus.places.services import Whereabouts
from tests.cast import Cast
from tests.maps.crowd import crowd_of, lived_in_crowd_of
from tests.resources.furnish import SECRET, put_resource

PLACES = 1600
EVERYONE = Eyes()


def fetched(client: FlaskClient, question: str) -> dict[str, Any]:
    answer = client.get(f"/maps/resources.geojson?{question}")
    assert answer.mimetype == "application/geo+json"
    pins: dict[str, Any] = json.loads(answer.get_data())
    return pins


def counted(pins: dict[str, Any]) -> int:
    return sum(feature["properties"].get("count", 1) for feature in pins["features"])


@pytest.mark.parametrize("zoom", [4, 8, 12, CLOSEST])
def test_circles_and_pins_together_are_all_places(cast_on_both: Cast, zoom: int) -> None:
    with cast_on_both.stage():
        crowd_of(300)
        found = search(Filters(), EVERYONE, now())
        seen = crowd(found, zoom)
        assert sum(each.count for each in seen.clusters) + len(seen.alone) == found.total == 300
        assert (zoom < CLOSEST) == bool(seen.clusters)
        for cluster in seen.clusters:
            assert cluster.box.holds(cluster.point)


def test_a_view_shows_what_lies_in_it_and_nothing_else(cast_on_both: Cast) -> None:
    box = Box(40.5, 13.8, 41.2, 14.7)
    with cast_on_both.stage():
        crowd_of(300)
        hits = search(Filters(), EVERYONE, now()).hits()
        inside = {hit.id for hit in hits if hit.point and box.holds(hit.point)}
        seen = crowd(search(Filters(box=box), EVERYONE, now()), CLOSEST)
        assert inside
        assert {row.id for row, _ in seen.alone} == inside


def test_a_map_of_many_is_told_circles_and_whoever_names_no_view_gets_everything(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        crowd_of(PLACES)
    italy, everything = fetched(client, "zoom=6"), fetched(client, "")
    assert italy["whole"] is False
    assert everything["whole"] is True
    assert len(italy["features"]) < 100
    assert counted(italy) == len(everything["features"]) == PLACES


@pytest.mark.parametrize(
    "view", ["zoom=99", "zoom=x", f"zoom={'9' * 4400}", "zoom=6&bbox=1,2,3", "zoom=6&bbox=a,b,c,d"]
)
def test_a_view_that_cannot_be_read_leaves_nothing_out(
    cast: Cast, client: FlaskClient, view: str
) -> None:
    with cast.stage():
        put_resource("Mensa")
    assert counted(fetched(client, view)) == 1


def test_a_confidential_place_is_not_found_by_moving_the_view(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        crowd_of(PLACES)
        put_resource("Rifugio Alba", where=SECRET)
    around = "zoom=19&bbox=14.1875,40.9611,14.1878,40.9614"
    assert "Rifugio Alba" not in client.get(f"/maps/resources.geojson?{around}").text
    public = "zoom=19&bbox=14.2064,40.9729,14.2066,40.9731"
    assert "Rifugio Alba" in client.get(f"/maps/resources.geojson?{public}").text


def test_who_can_unpack_gets_the_same_packed(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        put_resource('Città «Ascolto» "uno"\n</script>')
    plain = client.get("/maps/resources.geojson")
    packed = client.get("/maps/resources.geojson", headers={"Accept-Encoding": "gzip"})
    refused = client.get("/maps/resources.geojson", headers={"Accept-Encoding": "gzip;q=0"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == plain.get_data() == refused.get_data()
    name = json.loads(plain.get_data())["features"][0]["properties"]["name"]
    assert name == 'Città «Ascolto» "uno"\n</script>'


def from_columns(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Put together again what the map's own script is sent, as features of GeoJSON."""
    columns, features = told["columns"], []
    steps = [*accumulate(columns["lat"]), *(None for _ in columns["id"])]
    for at, number in enumerate(columns["id"]):
        lat, point = steps[at], None
        if lat is not None:
            point = {"type": "Point", "coordinates": [columns["lon"][at] / 1e5, lat / 1e5]}
        facts = {name: columns[name][at] for name in ("kind", "days", "name")}
        facts["state"] = told["letters"][columns["state"][at]]
        facts |= {"roughly": True} if columns["roughly"][at] == "1" else {}
        features.append({"type": "Feature", "id": number, "geometry": point, "properties": facts})
    return features


@pytest.mark.parametrize("who", ["nobody", "bea", "carla"])
def test_our_own_map_is_sent_the_same_places_in_columns(cast_on_both: Cast, who: str) -> None:
    cast = cast_on_both
    with cast.stage():
        put_resource("Centro Luna", where=SECRET)
        put_resource("Solo per soci", visibility="members")
        put_resource("Da mappare", where=Whereabouts(comune="Peio", province="TN"), hours=None)
        put_resource("Città «Ascolto» </script>", hours="Mo-Su 00:00-00:01")
        lived_in_crowd_of(30)
    seen = cast.app.test_client() if who == "nobody" else cast.signed_in(getattr(cast, who))
    for question in ("", "?near=Aversa", "?text=citta", "?text=nessuno&category=bogus"):
        public = seen.get(f"/maps/resources.geojson{question}").get_json()
        mark = "&" if question else "?"
        ours = seen.get(f"/maps/resources.geojson{question}{mark}columns=1")
        told = ours.get_json()
        by_id = partial(sorted, key=itemgetter("id"))
        assert by_id(from_columns(told)) == by_id(public["features"])
        assert told["words"] == public["words"]
        assert ours.headers["Cache-Control"] == (
            "private, no-cache" if who == "nobody" else "no-store"
        )


def test_however_many_places_leave_they_are_read_a_part_at_a_time(
    cast_on_both: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one stranger who asks for all of Italy takes the memory of the whole service."""
    monkeypatch.setattr(finding, "AT_A_TIME", 50)
    monkeypatch.setattr(layers, "PIECE", 40)
    held: list[int] = []
    whole = Search.with_doors

    def noted(search: Search, rows: Rows) -> Iterator[Found]:
        held.append(len(rows))
        return whole(search, rows)

    with cast_on_both.stage():
        crowd_of(130)
    monkeypatch.setattr(Search, "with_doors", noted)
    pins = fetched(cast_on_both.app.test_client(), "")
    assert held == [50, 50, 30]
    assert len(pins["features"]) == 130
    assert len({feature["id"] for feature in pins["features"]}) == 130


def test_too_many_places_for_columns_come_as_pins(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_COLUMNS", 20)
    with cast.stage():
        crowd_of(21)
    assert len(fetched(client, "columns=1")["features"]) == 21
