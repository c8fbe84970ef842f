"""Promises of workbooks: the sheet is chosen and remembered, cells say what their reader saw."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from sqlalchemy import select

from maps import services
from maps.formats.tables import Unreadable
from maps.models import ImportRun, ImportSource
from maps.services import import_resources
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.resources.drafts import ImportReport
from nucleus.resources.models import Resource
from tests.cast import Cast
from tests.conftest import opened, settings_for

HEAD = ["nome", "servizio", "citta", "telefono", "aggiornato al"]
AURORA, ALBA = ["Aurora", "Mensa", "Aversa"], ["Alba", "Mensa", "Teverola"]
CHOSEN = {"col_name": "nome", "col_category": "servizio"}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A house whose first language is English, in which these promises are written."""
    yield from opened(create_app(replace(settings_for(tmp_path), languages=("en", "it"))))


def book_of(**sheets: list[list[Any]]) -> openpyxl.Workbook:
    """Return a workbook; a sheet whose name begins with *secret* is hidden."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name.startswith("secret") else "visible"
    return book


def saved(book: openpyxl.Workbook, folder: Path, *, results: dict[str, str] | None = None) -> Path:
    """Save a workbook, with the results of its formulas as a spreadsheet stores them."""
    plain, path = folder / "plain.xlsx", folder / "lista.xlsx"
    book.save(plain)
    book.close()
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode() if name.endswith(".xml") else ""
            for formula, result in (results or {}).items() if "sheets/" in name else ():
                for bare in ("<v />", "<v></v>", "<v/>"):
                    text = text.replace(f"<f>{formula}</f>{bare}", f"<f>{formula}</f>{result}")
            after.writestr(name, text or before.read(name))
    return path


def take(cast: Cast, path: Path, **said: str) -> ImportReport:
    with cast.app.app_context():
        return import_resources(path, **said)  # type: ignore[arg-type]


def found(cast: Cast) -> dict[str, Resource]:
    with cast.stage():
        rows = {row.name: row for row in db.session.scalars(select(Resource))}
        _loaded = [(row.freshness, row.place) for row in rows.values()]
        db.session.expunge_all()
        return rows


def two_lists(folder: Path) -> Path:
    sheets = {"Nord": [HEAD, AURORA], "Sud": [HEAD, ALBA], "secret": [HEAD, ["Rifugio", "Mensa"]]}
    return saved(book_of(**sheets), folder)


def send(client: FlaskClient, path: Path) -> None:
    form = {"file": (io.BytesIO(path.read_bytes()), path.name), "source": "Caritas"}
    answer = client.post("/maps/import/add", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text


def test_the_sheet_is_chosen_on_the_page_and_remembered_for_the_next_file(
    cast: Cast, tmp_path: Path
) -> None:
    carla = cast.signed_in(cast.carla)
    send(carla, two_lists(tmp_path))
    page = carla.get("/maps/import/map/1").text
    assert 'selected value="Nord"' in page
    assert "1 hidden sheet" in page
    assert "secret" not in page
    assert carla.post("/maps/import/read/1", data={"sheet": "Sud"}).status_code == 303
    page = carla.get("/maps/import/map/1").text
    assert "Teverola" in page
    assert "Aversa" not in page
    assert carla.post("/maps/import/map/1", data=CHOSEN).status_code == 303
    send(carla, two_lists(tmp_path))
    assert 'selected value="Sud"' in carla.get("/maps/import/map/2").text


def test_a_hidden_sheet_can_not_be_asked_for(cast: Cast, tmp_path: Path) -> None:
    carla = cast.signed_in(cast.carla)
    send(carla, two_lists(tmp_path))
    assert carla.post("/maps/import/read/1", data={"sheet": "secret"}).status_code == 422
    with cast.stage():
        assert db.session.get_one(ImportRun, 1).sheet == "Nord"
    with pytest.raises(Unreadable, match="There is: Nord, Sud"):
        take(cast, two_lists(tmp_path), sheet="secret")
    with pytest.raises(Unreadable, match="hidden"):
        take(cast, saved(book_of(Vuoto=[], secret=[HEAD, AURORA]), tmp_path))
    assert found(cast) == {}


def test_a_sheet_nobody_can_use_says_why_and_leaves_what_was_read(
    cast: Cast, tmp_path: Path
) -> None:
    wide = [[f"c{at}" for at in range(301)]]
    carla = cast.signed_in(cast.carla)
    send(carla, saved(book_of(Elenco=[HEAD, AURORA], Conti=wide), tmp_path))
    answer = carla.post("/maps/import/read/1", data={"sheet": "Conti"})
    assert answer.status_code == 422
    assert "more columns" in answer.text
    assert "Aversa" in carla.get("/maps/import/map/1").text


def test_a_long_workbook_is_read_again_by_the_job(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carla = cast.signed_in(cast.carla)
    send(carla, two_lists(tmp_path))
    monkeypatch.setattr(services, "QUICK", 0)
    carla.post("/maps/import/read/1", data={"sheet": "Sud"})
    with cast.stage():
        assert db.session.get_one(ImportRun, 1).state == "waiting"
    with cast.app.app_context():
        services.work_on(1)
    assert "Teverola" in carla.get("/maps/import/map/1").text


def test_the_command_line_takes_the_sheet_that_is_named_and_remembers_it(
    cast: Cast, tmp_path: Path
) -> None:
    words = ["import", "resources", str(two_lists(tmp_path)), "--source", "Caritas"]
    told = cast.app.test_cli_runner().invoke(args=[*words, "--sheet", "Sud"])
    assert told.exit_code == 0, told.output
    assert "Sheet read: Sud" in told.output
    assert "Sheets not read: Nord" in told.output
    assert "Hidden sheets left out: 1" in told.output
    assert list(found(cast)) == ["Alba"]
    assert "unchanged 1" in cast.app.test_cli_runner().invoke(args=words).output
    with cast.stage():
        assert db.session.get_one(ImportSource, "Caritas").sheet == "Sud"


def test_a_table_that_is_no_workbook_has_no_sheet(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_text("nome;servizio\nAurora;Mensa\n")
    with pytest.raises(Unreadable, match="no workbook"):
        take(cast, path, sheet="Sud")


def test_joined_cells_count_for_every_row_they_span_but_not_sideways(
    cast: Cast, tmp_path: Path
) -> None:
    """A merged row that says nothing else is no place; a title joined above is no matter."""
    rows: list[list[Any]] = [
        ["Elenco"],
        HEAD,
        AURORA,
        ["Alba", "Mensa"],
        [None],
        ["Bora", "Mensa", "Teverola"],
    ]
    book = book_of(Elenco=rows)
    for joined in ("A1:E1", "C3:C5", "D6:E6"):
        book["Elenco"].merge_cells(joined)
    report = take(cast, saved(book, tmp_path))
    towns = {name: row.place.comune for name, row in found(cast).items() if row.place}
    assert towns == {"Aurora": "Aversa", "Alba": "Aversa", "Bora": "Teverola"}
    assert report.workbook["joined_down"] == ("citta",)
    assert report.workbook["joined_across"] == ("telefono", "aggiornato al")
    carla = cast.signed_in(cast.carla)
    send(carla, tmp_path / "lista.xlsx")
    assert "counts for every row" in carla.get("/maps/import/map/2").text


@pytest.mark.parametrize("mac", [False, True], ids=["1900", "1904"])
def test_a_day_is_the_same_in_both_calendars_of_spreadsheets(
    cast: Cast, tmp_path: Path, mac: bool
) -> None:
    days = [date(2026, 1, 31), datetime(2026, 1, 31, 10, 30)]  # noqa: DTZ001 - a workbook knows no zone
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904 if mac else book.epoch
    for row in (HEAD, [*AURORA, None, days[0]], [*ALBA, None, days[1]]):
        book.active.append(row)
    assert take(cast, saved(book, tmp_path)).created == 2
    told = {row.freshness[0].looked_at.date().isoformat() for row in found(cast).values()}
    assert told == {"2026-01-31"}


def test_a_formula_counts_as_the_spreadsheet_showed_it(cast: Cast, tmp_path: Path) -> None:
    """A result of no letters is a result: such a row does not wait."""
    rows = [HEAD, ['="Au"&"rora"', "Mensa", "Aversa", '=IF(1,"","")'], ["Alba", "Mensa", "=C2"]]
    shown = {'"Au"&amp;"rora"': "<v>Aurora</v>", "C2": "<v>Aversa</v>",
             'IF(1,"","")': "<v></v>"}  # fmt: skip
    path = typed(saved(book_of(Elenco=rows), tmp_path, results=shown))
    report = take(cast, path)
    assert (report.created, report.remarks) == (2, [])
    assert {row.place.comune for row in found(cast).values() if row.place} == {"Aversa"}


def typed(path: Path) -> Path:
    """Say of every result that it is letters, as spreadsheets do."""
    other = path.with_name("typed.xlsx")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(other, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            if "sheets/" in name:
                text = text.replace(b"><f>", b' t="str"><f>')
            after.writestr(name, text)
    return other


UNBELIEVED = {
    "no result": ("=C1", {}, "without its result"),
    "another day each day": ("=TODAY()", {"TODAY()": "<v>46053</v>"}, "computed anew"),
    "an error": ("=1/0", {"1/0": "<v>#DIV/0!</v>"}, "could not compute"),
    "a formula out of a formula": ("=C1", {"C1": "<v>=HYPERLINK(1)</v>"}, "holds a formula"),
}


@pytest.mark.parametrize("name", UNBELIEVED)
def test_a_formula_nobody_can_believe_holds_its_row_back(
    cast: Cast, tmp_path: Path, name: str
) -> None:
    formula, results, words = UNBELIEVED[name]
    book = book_of(Elenco=[HEAD, ["Aurora", "Mensa", "Aversa", None, formula], ALBA])
    path = saved(book, tmp_path, results=results)
    report = take(cast, path if name in {"no result", "another day each day"} else typed(path))
    assert (report.created, report.held_back) == (1, 1)
    assert (report.remarks[0].row, report.remarks[0].column) == (2, "aggiornato al")
    assert words in report.remarks[0].words


def test_numbers_to_dial_lose_no_zero_without_a_word(cast: Cast, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        [*AURORA, 815550123],
        [*ALBA, 3331234567.0],
        ["Bora", "Mensa", "Lusciano", "081 5550124"],
    ]
    report = take(cast, saved(book_of(Elenco=[HEAD, *rows]), tmp_path))
    phones = {name: row.phones for name, row in found(cast).items()}
    assert phones == {
        "Aurora": ["+390815550123"], "Alba": ["+393331234567"], "Bora": ["+390815550124"]
    }  # fmt: skip
    assert [(one.row, one.column, one.outcome) for one in report.remarks] == [(2, "telefono", None)]
    assert "first zero" in report.remarks[0].words


def test_true_and_false_are_yes_and_no(cast: Cast, tmp_path: Path) -> None:
    head = ["nome", "servizio", "accessibile", "capienza"]
    path = saved(book_of(Elenco=[head, ["Aurora", "Mensa", True, True]]), tmp_path)
    report = take(cast, path)
    assert found(cast)["Aurora"].wheelchair == "yes"
    assert found(cast)["Aurora"].capacity_max is None, "TRUE is no number of places"
    assert [one.column for one in report.remarks] == ["capienza"]
