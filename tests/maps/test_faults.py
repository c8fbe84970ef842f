"""Whatever file somebody sends: each fault is named by row and column, the rest comes in.

One table of faulty tables (the good row beside the fault always comes in), one of files of which
nothing can be used, and bytes drawn at random.
"""

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from maps.formats.tables import Unreadable
from maps.services import import_resources
from nucleus.app import create_app
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.resources.drafts import ImportReport
from nucleus.resources.models import Resource
from nucleus.resources.queries import resources_by_id
from tests.cast import Cast
from tests.conftest import opened, settings_for

HEAD = "nome;servizio;indirizzo;citta;provincia;orari;telefono;y;x;aggiornato al\n"
GOOD = "Àncora;Mensa;Via Roma 8;Teverola;CE;lunedì 9-12;081 5550123;40,9949;14,2108;2026-01-31\n"
PLAIN = "Prima;Mensa;Via Po 1;Aversa;CE;;;;;\n"


def cell(word: str, said: str) -> str:
    """Return a row in which one cell is at fault."""
    words = HEAD.strip().split(";")
    cells = dict(zip(words, PLAIN.strip().split(";"), strict=True))
    return ";".join({**cells, word: said}.values()) + "\n"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A house whose first language is English, in which these promises are written."""
    yield from opened(create_app(replace(settings_for(tmp_path), languages=("en", "it"))))


def take(cast: Cast, folder: Path, data: bytes) -> ImportReport:
    path = folder / "lista"
    path.write_bytes(data)
    with cast.app.app_context():
        return import_resources(path)


def found(cast: Cast) -> dict[str, Resource]:
    with cast.stage():
        ids = list(db.session.scalars(select(Resource.id)))
        rows = resources_by_id(ids)
        db.session.expunge_all()
        return {row.name: row for row in rows}


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_every_encoding_a_spreadsheet_writes_is_read(
    cast: Cast, tmp_path: Path, encoding: str
) -> None:
    assert take(cast, tmp_path, (HEAD + GOOD).encode(encoding)).created == 1
    assert list(found(cast)) == ["Àncora"]


def test_two_encodings_in_one_file_cost_no_row(cast: Cast, tmp_path: Path) -> None:
    mixed = (HEAD + GOOD).encode() + cell("nome", "Caffè").encode("latin-1")
    report = take(cast, tmp_path, mixed)
    assert report.created == 2
    assert "Caffè" in found(cast), found(cast)
    assert "Àncora" in found(cast)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_usual_separator_is_found(cast: Cast, tmp_path: Path, separator: str) -> None:
    body = (HEAD + GOOD).replace(",", ".").replace(";", separator)
    assert take(cast, tmp_path, body.encode()).created == 1
    (row,) = found(cast).values()
    assert row.place
    assert (row.place.lat, row.place.lon) == (40.9949, 14.2108)


FAULTS: dict[str, tuple[str, str, str]] = {
    "swapped": (cell("y", "14,21").replace(";14,21;;", ";14,21;40,99;"), "y", "wrong order"),
    "zero": (cell("y", "0").replace(";0;;", ";0;0;"), "y", "zero"),
    "no number": (cell("y", "abc"), "y", "abc"),
    "half a point": (cell("y", "40,9"), "x", "missing"),
    "outside": (cell("y", "48,8").replace(";48,8;;", ";48,8;2,3;"), "y", "outside"),
    "script": (cell("indirizzo", "<script>alert(1)</script>"), "indirizzo", "script"),
    "picture": (cell("nome", "<img src=x onerror=alert(1)>"), "nome", "HTML"),
    "formula": (cell("telefono", "=HYPERLINK(A1)"), "telefono", "formula"),
    "an error of a spreadsheet": (cell("citta", "#N/A"), "citta", "#N/A"),
    "an error in Italian": (cell("telefono", "#RIF!"), "telefono", "compute"),
    "no name": (";;;;;;;;;x\n", "nome", "name"),
    "too few cells": ("Uno;Due\n", "", "cells"),
    "too many cells": (PLAIN.strip() + ";a;b;c\n", "", "cells"),
    "open quote": ('"Prima;Mensa;Via Po 1;Aversa;CE;;;;;\n', "", "quot"),
    "a book in a cell": (cell("orari", "x" * 30_000), "", "too long"),
    "refuge": (cell("servizio", "Casa rifugio"), "", "secret"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_by_row_and_column_and_the_rest_comes_in(
    cast: Cast, tmp_path: Path, name: str
) -> None:
    line, column, words = FAULTS[name]
    report = take(cast, tmp_path, (HEAD + GOOD + line + GOOD.replace("Àncora", "Bora")).encode())
    refused = [one for one in report.remarks if one.outcome]
    assert [(one.row, one.column) for one in refused] == [(3, column)], refused
    assert words in refused[0].words
    assert (report.created, report.held_back + report.failed) == (2, 1)


UNCLEAR: dict[str, tuple[str, str, str]] = {
    "hours that contradict themselves": (
        cell("orari", '"Mo 08:00-12:00; Mo 14:00-16:00"'), "orari", "contradict"),
    "hours nobody reads": (cell("orari", "quando piove"), "orari", "Not understood"),
    "a day that is none": (cell("aggiornato al", "31/02/2026"), "aggiornato al", "day"),
    "a day that has not come": (cell("aggiornato al", "2099-01-01"), "aggiornato al", "ahead"),
    "the last day there is": (cell("aggiornato al", "31/12/9999"), "aggiornato al", "ahead"),
    "a year of two digits": (cell("aggiornato al", "31/1/75"), "aggiornato al", "ahead"),
    "a day long ago": (cell("aggiornato al", "0001-01-01"), "aggiornato al", "long ago"),
    "a month first": (cell("aggiornato al", "01/31/2026"), "aggiornato al", "31 January 2026"),
    "a counted day": (cell("aggiornato al", "46053"), "aggiornato al", "31 January 2026"),
    "a word": (cell("aggiornato al", "ieri"), "aggiornato al", "day"),
    "a number nobody dials": (cell("telefono", "chiedere"), "telefono", "dialled"),
    "layout": (cell("nome", "Prima<br>"), "nome", "left out"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNCLEAR)
def test_what_is_only_unclear_is_taken_and_named(cast: Cast, tmp_path: Path, name: str) -> None:
    line, column, words = UNCLEAR[name]
    report = take(cast, tmp_path, (HEAD + GOOD + line).encode())
    assert report.created == 2
    remark = next(one for one in report.remarks if one.row == 3)
    assert (remark.column, remark.outcome) == (column, None)
    assert words in remark.words


def test_days_in_five_styles_mean_the_same_day(cast: Cast, tmp_path: Path) -> None:
    styles = ("2026-01-31", "31/01/2026", "31.1.26", "31 gennaio 2026", "20260131")
    lines = [cell("aggiornato al", one).replace("Prima", f"D{at}") for at, one in enumerate(styles)]
    assert take(cast, tmp_path, (HEAD + "".join(lines)).encode()).remarks == []
    days = {row.freshness[0].looked_at.date().isoformat() for row in found(cast).values()}
    assert days == {"2026-01-31"}


def test_no_list_says_that_it_is_newer_than_today(cast: Cast, tmp_path: Path) -> None:
    """Else it would be believed before everybody who looks here, for years."""
    lines = [cell("aggiornato al", day) for day in ("2099-01-01", "31/12/9999")]
    take(cast, tmp_path, (HEAD + "".join(lines)).encode())
    assert {row.freshness[0].looked_at.date() for row in found(cast).values()} == {now().date()}


@pytest.mark.parametrize(
    ("said", "outcome", "capacity_at"),
    [
        ("31/12/9999", "held_back", None),
        ("ieri", "held_back", None),
        ("20/11/2025", "created", "2025-11-19 23:00:00+00:00"),
        ("2025-11-20 10:00", "created", "2025-11-20 09:00:00+00:00"),
    ],
)
def test_free_places_are_as_of_a_day_that_has_come(
    cast: Cast, tmp_path: Path, said: str, outcome: str, capacity_at: str | None
) -> None:
    head = "nome;servizio;posti liberi;posti;capienza aggiornata al\n"
    report = take(cast, tmp_path, f"{head}Uno;Mensa;3;9;{said}\n".encode())
    assert getattr(report, outcome) == report.rows == 1
    assert [str(row.capacity_at) for row in found(cast).values()] == [capacity_at][: report.created]


def test_hours_for_now_end_within_a_year(cast: Cast, tmp_path: Path) -> None:
    head = "nome;servizio;orari straordinari;orari straordinari fino al\n"
    report = take(cast, tmp_path, f"{head}Uno;Mensa;lun 9-12;2099-01-01\n".encode())
    assert {one.column for one in report.remarks} == set(head.strip().split(";")[2:])
    assert found(cast)["Uno"].emergency_until is None


def test_a_zero_byte_costs_nothing(cast: Cast, tmp_path: Path) -> None:
    report = take(cast, tmp_path, (HEAD + GOOD + cell("nome", "A\0B")).encode())
    assert report.created == 2
    assert "AB" in found(cast)


def test_a_heading_that_stands_twice_is_read_once(cast: Cast, tmp_path: Path) -> None:
    report = take(cast, tmp_path, b"nome;nome;servizio\nUno;Due;Mensa\n")
    assert report.created == 1
    assert list(found(cast)) == ["Uno"]


def packed(*members: tuple[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def nested(depth: int) -> bytes:
    data = b"0" * 1000
    for _at in range(depth):
        data = packed(("inside.zip", data))
    return data


USELESS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "only spaces": (b" \n\n \n", "empty"),
    "only a mark": (b"\xef\xbb\xbf", "empty"),
    "no headings": (b"Uno;Due;Tre\n4;5;6\n", "first row"),
    "ten thousand columns": (b";".join(b"c%d" % at for at in range(10_000)) + b"\n1\n", "columns"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old workbook"),
    "a locked workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
    "a paper": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "picture"),
    "a photo": (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)), "picture"),
    "a web page": (b"<!DOCTYPE html><html><body>Ciao</body></html>", "web page"),
    "a letter": (packed(("word/document.xml", b"<w/>")), "no list"),
    "a folder": (packed(("folder/", b""), ("folder/readme.txt", b"x")), "no list"),
    "a bomb": (packed(("xl/workbook.xml", b"<x/>"), ("xl/a.xml", b"0" * 60_000_000)), "unpacks"),
    "a bomb in a bomb": (nested(5), "no list"),
    "a damaged zip": (b"PK\x03\x04" + b"\xff" * 400, "damaged"),
    "a squeezed file": (b"\x1f\x8b\x08\0" + b"x" * 64, "Unpack"),
    "ten million announced": (
        b'{"total_items": 10000000, "contents": [{"id": "1", "name": "x"}', "cut off"),
    "nothing but brackets": (b"[" * 200_000, "JSON"),
}  # fmt: skip


@pytest.mark.parametrize("name", USELESS)
def test_a_file_of_which_nothing_can_be_used_says_so_and_changes_nothing(
    cast: Cast, tmp_path: Path, name: str
) -> None:
    data, words = USELESS[name]
    with pytest.raises(Unreadable) as told:
        take(cast, tmp_path, data)
    assert words in str(told.value), told.value
    assert found(cast) == {}
    assert list((tmp_path / "imports").iterdir()) == []


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def workbook(**sheets: list[list[Any]]) -> bytes:
    book, file = openpyxl.Workbook(), BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    book.close()
    return file.getvalue()


def test_the_first_sheet_that_holds_a_list_is_read(cast: Cast, tmp_path: Path) -> None:
    data = workbook(
        Copertina=[["Elenco 2026"], ["a cura di Insieme"]],
        Vuoto=[],
        Elenco=[["nome", "servizio", "telefono"], ["Aurora", "Mensa", 815550123]],
    )
    report = take(cast, tmp_path, data)
    assert (report.created, report.rows) == (1, 1)
    assert found(cast)["Aurora"].phones == ["+390815550123"]


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    start=some.sampled_from(
        [b"", HEAD.encode(), b"\xef\xbb\xbf", b"\xff\xfe", b'{"features": [', b"[{", b"PK\x03\x04",
         b"\0\0\0\x0d\n\tOSMHeader", b"<", b"sep=;\n", b'nome;servizio\n"']
    ),
    rest=some.binary(max_size=400) | some.text(max_size=300).map(as_bytes),
)  # fmt: skip
def test_no_bytes_whatever_are_a_fault_of_ours(
    cast: Cast, tmp_path: Path, start: bytes, rest: bytes
) -> None:
    with suppress(Unreadable):
        report = take(cast, tmp_path, start + rest)
        assert all(one.words for one in report.remarks)
