"""Promises of the formats lists come in: each is read, each fault is named, bombs stay packed."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from maps.formats import tables, xlsx
from maps.formats.cells import read_day
from maps.formats.rows.contradictions import contradicts
from maps.formats.tables import Unreadable
from maps.services import Terms, import_resources
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.resources.drafts import ImportReport
from nucleus.resources.models import Resource
from tests.cast import Cast
from tests.conftest import opened, settings_for
from tests.real_data import real_file

HEAD = "nome;servizio;indirizzo;citta;provincia;orari;telefono;y;x\n"
AURORA = "Aurora;Sportello salute;Via Roma 8;Teverola;CE;lunedì 9-12;081 5550123;40,9949;14,2108\n"
PLACE = {"name": "Aurora", "service": "Mensa", "city": "Teverola"}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A house whose first language is English, in which these promises are written."""
    yield from opened(create_app(replace(settings_for(tmp_path), languages=("en", "it"))))


def take(cast: Cast, path: Path, **said: bool) -> ImportReport:
    with cast.app.app_context():
        return import_resources(path, terms=Terms(**said) if said else None)  # type: ignore[arg-type]


def written(folder: Path, data: bytes | str, name: str = "lista.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def one(name: str = "Aurora") -> Resource:
    row = db.session.scalar(select(Resource).where(Resource.name == name))
    assert row is not None
    return row


def workbook(folder: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / "lista.xlsx"
    book.save(path)
    book.close()
    return path


def collection(folder: Path, *features: Any, **more: Any) -> Path:
    body = {"type": "FeatureCollection", "features": list(features), **more}
    return written(folder, json.dumps(body), "lista.geojson")


def feature(lon: float = 14.2108, lat: float = 40.9949, **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": geometry, "properties": {**PLACE, **properties}}


def test_a_workbook_is_read_with_its_days_numbers_and_empty_ends(
    cast: Cast, tmp_path: Path
) -> None:
    head = ["nome", "servizio", "y", "x", "aggiornato al", "capienza", None]
    row = ["Aurora", "Mensa", 40.9949, 14.2108, date(2026, 1, 31), 12.0]
    report = take(cast, workbook(tmp_path, head, row, [None], ["Alba", "Mensa"]))
    assert report.counts()["created"] == 2
    with cast.stage():
        assert one().capacity_max == 12
        assert one().freshness[0].looked_at.date() == date(2026, 1, 31)
        assert one().place
        assert one().place.lat == 40.9949  # type: ignore[union-attr]


def test_a_formula_holds_its_row_back_and_names_its_cell(cast: Cast, tmp_path: Path) -> None:
    head = ["nome", "servizio", "descrizione"]
    path = workbook(tmp_path, head, ["Aurora", "Mensa", "=1+1"], ["Alba", "Mensa", "x"])
    report = take(cast, path)
    assert (report.held_back, report.created) == (1, 1)
    assert (report.remarks[0].row, report.remarks[0].column) == (2, "descrizione")


@pytest.mark.parametrize(
    "cell", ["=HYPERLINK(A1)", "@SUM(A1)", "+cmd|calc", "<script>alert(1)</script>",
             "<img src=x onerror=alert(1)>", "javascript:alert(1)"],
)  # fmt: skip
def test_formulas_and_scripts_are_held_back_in_any_field(
    cast: Cast, tmp_path: Path, cell: str
) -> None:
    for word in ("nome", "indirizzo", "orari", "telefono"):
        cells = dict.fromkeys(HEAD.strip().split(";"), "") | {"nome": "A", "servizio": "Mensa"}
        line = ";".join({**cells, word: cell}.values()) + "\n"
        report = take(cast, written(tmp_path, HEAD + line + AURORA))
        assert report.held_back == 1
        assert report.remarks[0].column == word


def test_layout_marks_are_left_out_and_named(cast: Cast, tmp_path: Path) -> None:
    report = take(cast, written(tmp_path, HEAD + AURORA.replace("Aurora;", "Aurora<br/>;")))
    assert report.created == 1
    assert "left out" in report.remarks[0].words
    with cast.stage():
        assert one().name == "Aurora"


@pytest.mark.parametrize(
    "said",
    ["2026-01-31", "31/01/2026", "31.1.26", "31 gennaio 2026", "20260131", "1/31/2026",
     "31-Jan-2026", "sabato 31 gennaio 2026", "31/01/2026 10:30", "31 gen 26"],
)  # fmt: skip
def test_a_day_is_read_in_every_usual_style(said: str) -> None:
    assert read_day(said) == date(2026, 1, 31)


@pytest.mark.parametrize("said", ["31/02/2026", "domani", "2026", "0", "1/2", "99/99/9999", "ieri"])
def test_what_is_no_day_is_not_guessed(said: str) -> None:
    assert read_day(said) is None


def test_hours_that_contradict_themselves_are_flagged(cast: Cast, tmp_path: Path) -> None:
    assert contradicts("Mo 08:00-12:00; Mo 14:00-16:00")
    for twice in (
        *("Mo 09:00-12:00; Mo off", "Mo-Fr 09:00-13:00; Mo 15:00-18:00", "24/7; Mo-Fr 08:00-18:00"),
        *("Mo 09:00-12:00,10:00-11:00", "Mo 09:00-09:00", "Mo-Su 00:00-24:00; Mo 09:00-10:00"),
    ):
        assert contradicts(twice), twice
    for meant in (
        *("Mo 08:00-12:00; PH off; Tu 14:00-16:00", "Mo-Fr 08:00-18:00; We 08:00-12:00"),
        *("Mo-Fr 09:00-13:00; We off", "24/7; Su off", "Mo-Fr 18:00-08:00", "24/7"),
        *("Mo-Fr 09:00-13:00,15:00-18:00; Sa,Su off", "Apr-Sep Mo 08:00-10:00; Mo 11:00-12:00"),
    ):
        assert not contradicts(meant), meant
    hours = "Mo 08:00-12:00; Mo 14:00-16:00"
    path = written(tmp_path, HEAD + AURORA.replace("lunedì 9-12", f'"{hours}"'))
    assert "contradict" in take(cast, path).remarks[0].words
    with cast.stage():
        assert one().hours_unsure


@pytest.mark.parametrize("at", ["head", "tail"])
def test_coordinates_of_another_globe_are_refused_by_name(
    cast: Cast, tmp_path: Path, at: str
) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    path = collection(tmp_path, feature(), crs=crs)
    if at == "head":
        body = json.loads(path.read_text())
        path.write_text(json.dumps({"crs": crs, **body}))
    with pytest.raises(Unreadable, match="3857"):
        take(cast, path)
    good = collection(
        tmp_path, feature(), crs={"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    )
    assert take(cast, good).created == 1


@pytest.mark.parametrize(("lon", "lat"), [(0, 0), (40.9949, 14.2108), (2.3, 48.8), (1e9, 1e9)])
def test_impossible_points_are_held_back_one_by_one(
    cast: Cast, tmp_path: Path, lon: float, lat: float
) -> None:
    report = take(cast, collection(tmp_path, feature(lon, lat, name="X"), feature()))
    assert (report.created, report.created + report.held_back + report.failed) == (1, 2)


@pytest.mark.parametrize(
    "body",
    ['{"features": [', '{"features": [{"type": "Fea', "{", "[", '{"a": 1}', "[" * 100_000,
     '{"features": [' + "[" * 100_000],
)  # fmt: skip
def test_json_that_is_cut_off_or_endless_is_refused(cast: Cast, tmp_path: Path, body: str) -> None:
    with pytest.raises(Unreadable):
        take(cast, written(tmp_path, body, "x.json"))


def packed(folder: Path, **members: bytes) -> Path:
    path = folder / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return path


def test_a_zip_bomb_is_not_unpacked(cast: Cast, tmp_path: Path) -> None:
    path = packed(tmp_path, xl__workbook_xml=b"<x/>", xl__sheet_xml=b"0" * 60_000_000)
    with pytest.raises(Unreadable, match="unpacks"):
        take(cast, path)


def test_xml_that_unfolds_itself_is_refused(cast: Cast, tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    with pytest.raises(Unreadable, match="instructions"):
        take(cast, packed(tmp_path, xl__workbook_xml=laughs))
    with pytest.raises(Unreadable, match="web page or XML"):
        take(cast, written(tmp_path, laughs))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'ref="A1:B2"', b'ref="A1:B10000000"'),
        (b'r="2"', b'r="99999999999"'),
    ],
    ids=["announced", "numbered"],
)
def test_a_workbook_longer_than_any_is_refused_early(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: bytes, new: bytes
) -> None:
    monkeypatch.setattr(xlsx, "LAST_ROW", 1000)
    with pytest.raises(Unreadable, match="rows"):
        take(cast, changed(workbook(tmp_path, ["nome", "servizio"], ["Aurora", "Mensa"]), old, new))


def test_a_workbook_that_announces_too_little_is_read_to_its_end(
    cast: Cast, tmp_path: Path
) -> None:
    """Some programs write one cell as the size of every sheet; no row may be lost by it."""
    honest = workbook(tmp_path, ["nome", "servizio"], ["Aurora", "Mensa"])
    assert take(cast, changed(honest, b'ref="A1:B2"', b'ref="A1"')).created == 1


def changed(path: Path, old: bytes, new: bytes) -> Path:
    """Return the same workbook with other words in its sheet."""
    other = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(other, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name.endswith("sheet1.xml"):
                assert old in data
                data = data.replace(old, new)
            after.writestr(name, data)
    return other


def test_a_table_with_too_many_rows_is_refused_and_nothing_is_changed(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    with pytest.raises(Unreadable, match="rows"):
        take(cast, written(tmp_path, HEAD + AURORA * 4))
    with cast.stage():
        assert db.session.scalars(select(Resource)).all() == []


def test_the_real_extract_of_openstreetmap_comes_in_by_its_tags(
    cast_on_both: Cast,
) -> None:
    path = real_file("helsinki.osm.pbf")
    first = take(cast_on_both, path, abroad=True)
    assert first.counts()["created"] == first.rows >= 90
    second = take(cast_on_both, path)
    assert second.counts()["unchanged"] == first.rows
    with cast_on_both.stage():
        library = one("Rikhardinkadun kirjasto")
        assert library.category.code == "library"
        assert library.place
        assert library.place.precision == "pin"
        assert library.sources[0].key.startswith(("node/", "way/"))


def test_a_foreign_list_in_italy_is_held_back_unless_it_may_be_abroad(
    cast: Cast, tmp_path: Path
) -> None:
    path = collection(tmp_path, feature(24.94, 60.17))
    assert take(cast, path).held_back == 1
    assert take(cast, path, abroad=True).created == 1


def old_tables(folder: Path) -> Path:
    """Return HSDS 1.x as packed CSV, with its own names."""
    path = folder / "hsds.zip"
    members = {
        "services.csv": "id,organization_id,name,description,fees,status\n"
        "s1,o1,Aurora,Ascolto,Gratis,active\n",
        "organizations.csv": "id,name,description\no1,Insieme,Associazione\n",
        "locations.csv": "id,name,latitude,longitude\nl1,Sede,40.9949,14.2108\n"
        "l2,Altra,40.9730,14.2065\n",
        "services_at_location.csv": "id,service_id,location_id\nx1,s1,l1\nx2,s1,l2\n",
        "physical_addresses.csv": "id,location_id,address_1,city,state_province\n"
        "a1,l1,Via Roma 8,Teverola,CE\na2,l2,Piazza 1,Aversa,CE\n",
        "phones.csv": "id,service_id,number\np1,s1,081 5550123\n",
        "regular_schedules.csv": "id,service_id,weekday,opens_at,closes_at\n"
        "r1,s1,1,09:00,12:00\nr2,s1,Tuesday,09:00,12:00\n",
        "languages.csv": "id,service_id,language\ng1,s1,Italian\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"data/{name}", text)
    return path


def test_old_hsds_tables_are_read_with_one_row_a_location(cast: Cast, tmp_path: Path) -> None:
    report = take(cast, old_tables(tmp_path))
    assert report.counts()["created"] == 2
    with cast.stage():
        rows = db.session.scalars(select(Resource).order_by(Resource.id)).all()
        assert [row.place.comune for row in rows if row.place] == ["Teverola", "Aversa"]
        row = rows[0]
        assert row.hours == "Mo 09:00-12:00; Tu 09:00-12:00"
        assert (row.offered_by, row.cost, row.phones) == ("Insieme", "Gratis", ["+390815550123"])
        assert [one.language for one in row.languages] == ["it"]


def test_a_page_of_an_hsds_api_is_read_and_odd_schedules_stay_words(
    cast: Cast, tmp_path: Path
) -> None:
    service = {
        "id": "9f0c4d2e-0000-4000-8000-000000000001", "name": "Aurora", "status": "active",
        "schedules": [{"bymonthday": "1", "opens_at": "09:00", "closes_at": "10:00",
                       "description": "primo del mese"}],
        "attributes": [{"taxonomy_term": {"name": "Food Pantry", "taxonomy": "other"}}],
        "required_documents": [{"document": "Tessera"}], "minimum_age": 18.0,
    }  # fmt: skip
    body = {"total_items": 2, "contents": [service, 5]}
    report = take(cast, written(tmp_path, json.dumps(body), "page.json"))
    assert (report.created, report.failed) == (1, 1)
    with cast.stage():
        row = one()
        assert (row.hours, row.hours_words, row.hours_unsure) == (None, "primo del mese", True)
        assert row.category.code == "food"
        assert (row.age_from, row.documents) == (18, "Tessera")


def test_no_file_of_chance_bytes_is_an_error_of_ours(cast: Cast, tmp_path: Path) -> None:
    honest = workbook(tmp_path, ["nome", "servizio"], ["Aurora", "Mensa"]).read_bytes()
    pbf = b"\0\0\0\x0d\n\tOSMHeader\x18\x10" + bytes(range(256))
    for number, data in enumerate([honest[:-200], honest[:300], pbf, b"PK\x03\x04" + b"\xff" * 99]):
        with pytest.raises(Unreadable):
            take(cast, written(tmp_path, data, f"{number}.bin"))
    assert io.BytesIO(honest).read(2) == b"PK"
