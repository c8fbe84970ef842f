"""Promises of rows that are read and may still mean another place: features and their numbers."""

import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from maps.formats.csv import read_csv
from maps.formats.features import spot_of
from maps.formats.tables import too_long
from maps.models import ImportRow
from nucleus.ground.database import db
from tests.cast import Cast
from tests.maps.test_import_formats import collection, feature, one, take, workbook

HOUSE = [[14.2108, 40.9949], [14.2113, 40.9949], [14.2113, 40.9954], [14.2108, 40.9954]]
SQUARE = [[14.1, 40.9], [14.3, 40.9], [14.3, 41.1], [14.1, 41.1]]
CORNER = [[14.0, 40.0], [14.9, 40.0], [14.9, 40.1], [14.1, 40.1], [14.1, 40.9], [14.0, 40.9]]


def shaped(name: str, kind: str, coordinates: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {**feature(name=name), "geometry": geometry}


def test_features_become_places_and_houses_a_point_inside(cast: Cast, tmp_path: Path) -> None:
    house = shaped("Piazza", "Polygon", [[*HOUSE, HOUSE[0]]])
    quoted = shaped("Alba", "Point", ["14.2108", "40.9949"])
    nowhere = {**feature(name="Telefono amico"), "geometry": None}
    report = take(cast, collection(tmp_path, feature(x=45e4, y=45e5), house, quoted, nowhere, 7))
    assert report.counts()["created"] == 4
    assert report.failed == 1
    named = {(one.row, one.column) for one in report.remarks if one.outcome is None}
    assert named == {(3, "lat"), (5, "lat")}
    with cast.stage():
        place = one("Piazza").place
        assert place
        assert (place.lat, place.lon) == (40.99515, 14.21105)


@pytest.mark.parametrize(
    ("kind", "coordinates", "lat", "lon"),
    [
        ("Polygon", [[*SQUARE, SQUARE[0]]], "41", "14.2"),
        ("Polygon", [[*CORNER, CORNER[0]]], "40.2617647", "14.05"),
        ("MultiPolygon", [[[*HOUSE, HOUSE[0]]], [[*SQUARE, SQUARE[0]]]], "41", "14.2"),
        ("LineString", SQUARE[:3], "40.9", "14.3"),
        ("MultiPoint", SQUARE, "40.9", "14.1"),
        ("Point", [[[14.2, 40.9]]], "40.9", "14.2"),
        ("Polygon", SQUARE, "40.9", "14.1"),
        *(("Point", odd, "", "") for odd in ([], None, ["nove", "dieci"], [14.2], "14.2, 40.9")),
        *(("Point", odd, "", "") for odd in ([float("nan"), 1], [10**400, 1], [True, 1], {"x": 1})),
        ("Polygon", [[], []], "", ""),
    ],
)
def test_of_a_geometry_that_is_no_clear_point_one_inside_is_proposed(
    kind: str, coordinates: Any, lat: str, lon: str
) -> None:
    spot = spot_of({"type": kind, "coordinates": coordinates})
    assert spot.note
    assert (spot.lat, spot.lon) == (lat, lon)


def test_a_feature_that_is_no_clear_point_waits_for_a_person(cast: Cast, tmp_path: Path) -> None:
    wide = shaped("Parco", "Polygon", [[*SQUARE, SQUARE[0]]])
    odd = [shaped(name, "Point", at) for name, at in (("A", []), ("B", [[14.2, 40.9]]))]
    report = take(cast, collection(tmp_path, wide, *odd, feature()))
    assert (report.held_back, report.created) == (3, 1)
    assert [(one.row, one.column) for one in report.remarks] == [(at, "lat") for at in (2, 3, 4)]
    with cast.stage():
        waiting = db.session.scalars(select(ImportRow).order_by(ImportRow.id)).all()
        assert [row.raw[1:3] for row in waiting] == [["41", "14.2"], ["", ""], ["40.9", "14.2"]]


def test_a_number_that_lost_its_zeros_in_a_workbook_is_the_same_one(
    cast: Cast, tmp_path: Path
) -> None:
    head = ["codice", "nome", "servizio"]
    first = workbook(tmp_path, head, ["00123", "Aurora", "Mensa"], ["00124", "Alba", "Mensa"])
    assert take(cast, first).created == 2
    again = workbook(tmp_path, head, [123, "Aurora", "Mensa"], [124, "Tramonto", "Mensa"])
    report = take(cast, again)
    assert (report.unchanged, report.held_back, report.created) == (1, 1, 0)
    assert [(one.row, one.column) for one in report.remarks] == [(3, "codice")]


def test_a_number_given_twice_holds_the_second_place_back(cast: Cast, tmp_path: Path) -> None:
    head, alba = ["codice", "nome", "servizio"], ["1", "Alba", "Mensa"]
    path = workbook(tmp_path, head, ["1", "Aurora", "Mensa"], alba, ["1", "Aurora", "Mensa"])
    report = take(cast, path)
    assert (report.created, report.held_back, report.unchanged) == (1, 1, 1)
    assert [(one.row, one.column) for one in report.remarks] == [(3, "codice")]


def test_of_two_services_of_one_house_the_one_with_a_point_places_both(
    cast: Cast, tmp_path: Path
) -> None:
    head = ["nome", "servizio", "indirizzo", "citta", "y", "x"]
    house = ["Via Roma 8", "Teverola"]
    rows: list[list[Any]] = [
        ["Aurora", "Mensa", *house],
        ["Alba", "Biblioteca", *house, 40.9949, 14.2108],
    ]
    assert take(cast, workbook(tmp_path, head, *rows)).created == 2
    with cast.stage():
        assert one("Aurora").place is one("Alba").place
        assert one("Aurora").place.lat == 40.9949  # type: ignore[union-attr]


def service(number: object, **facts: Any) -> dict[str, Any]:
    return {"id": number, "name": f"Sportello {facts or number}", "status": "active", **facts}


def test_a_register_is_read_though_it_is_written_oddly(cast: Cast, tmp_path: Path) -> None:
    zero = {"locations": [{"latitude": 0, "longitude": 0}]}
    services = [
        *(
            service(status, status=status)
            for status in ("defunct", "inactive", "temporarily closed")
        ),
        service("zero", **zero),
        *(service(None, name=name) for name in ("A", "B")),
        service("rule", schedules=[{"byday": "XX", "opens_at": "nove"}]),
        service("words", schedules="lunedì 9-12", phones=["081 5550123"]),
    ]
    path = tmp_path / "lista.json"
    path.write_text(json.dumps({"contents": services}))
    report = take(cast, path)
    assert (report.created, report.held_back) == (4, 4)
    named = [(one.row, one.column) for one in report.remarks]
    assert sorted(named) == [(2, "name"), (3, "name"), (4, "name"), (5, "lat"), (8, "hours")]
    with cast.stage():
        said = one(str(services[-1]["name"]))
        assert (said.hours, said.phones) == ("Mo 09:00-12:00", ["+390815550123"])


def test_tables_of_a_register_may_each_have_their_own_encoding(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "lista.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("services.csv", "id,name,status\n1,Àncora,active\n".encode("cp1252"))
        packed.writestr("phones.csv", "id,service_id,number\n1,1,081 5550123\n".encode("utf-16"))
        packed.writestr("languages.csv", b"")
    assert take(cast, path).created == 1
    with cast.stage():
        assert one("Àncora").phones == ["+390815550123"]


def book(opening: str, closing: str) -> str:
    """Return a row of which one cell is twenty million letters long."""
    return f"Libro,Mensa,{opening}{'molto lungo, ' * 1_600_000}{closing}\n"


@pytest.mark.parametrize(("opening", "closing"), [("", ""), ('"', '\ncoda\n"'), ("x", '" y')])
def test_a_cell_as_long_as_a_library_costs_its_row_alone_and_little_memory(
    tmp_path: Path, cast: Cast, opening: str, closing: str
) -> None:
    path = tmp_path / "long.csv"
    head, after = "nome,servizio,note\nAlba,Mensa,ok\n", '"Mensa, Borgo",Mensa,"due\nrighe"\n'
    path.write_text(head + book(opening, closing) + after * 3, encoding="utf-8")
    with cast.app.app_context():
        tracemalloc.start()
        try:
            rows = [(row.number, row.fault) for row in read_csv(path).rows]
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert rows == [(2, ""), (3, too_long()), (4, ""), (5, ""), (6, "")]
    assert most < 12 * 1024 * 1024
