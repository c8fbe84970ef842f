"""Promises of taking in a file: every row accounted for, nothing doubled, nothing overwritten."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from maps.formats.tables import Unreadable
from maps.services import import_resources
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.places.models import Place
from nucleus.resources.drafts import ImportReport, Outcome
from nucleus.resources.models import ForeignId, Resource, Revision
from nucleus.resources.services import index_words, verify_resource
from tests.cast import Cast
from tests.conftest import opened, settings_for
from tests.real_data import real_file
from tests.resources.furnish import put_resource

HEAD = "nome;servizio;indirizzo;citta;provincia;orari;telefono;y;x\n"
AURORA = "Aurora;Sportello salute;Via Roma 8;Teverola;CE;lunedì 9-12;081 5550123;40,9949;14,2108\n"
MENSA = "Mensa;Mensa;Via Roma 8;Teverola;CE;lunedì 12-14;;40,9950;14,2109\n"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A house whose first language is English, in which these promises are written."""
    yield from opened(create_app(replace(settings_for(tmp_path), languages=("en", "it"))))


def take(cast: Cast, folder: Path, text: str | bytes, name: str = "lista.csv") -> ImportReport:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with cast.app.app_context():
        return import_resources(path)


def count(cast: Cast) -> int:
    with cast.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Resource)) or 0


def one(cast: Cast, name: str = "Aurora") -> Resource:
    row = db.session.scalar(select(Resource).where(Resource.name == name))
    assert row is not None
    return row


def test_the_real_list_is_accounted_for_row_by_row_and_a_second_run_changes_nothing(
    cast_on_both: Cast,
) -> None:
    path = real_file("sanimapp.csv")
    with cast_on_both.app.app_context():
        first = import_resources(path)
    with cast_on_both.app.app_context():
        entries = db.session.scalar(select(func.count()).select_from(LogEntry)) or 0
        second = import_resources(path)
    assert first.counts() == {
        "rows": 167, "created": 167, "updated": 0, "unchanged": 0, "held_back": 0, "failed": 0
    }  # fmt: skip
    assert second.counts() == {**first.counts(), "created": 0, "unchanged": 167}
    with cast_on_both.stage():
        places = db.session.scalar(select(func.count()).select_from(Place)) or 0
        assert places <= 167 - 26, "services of one building share its place"
        unsure = select(func.count()).select_from(Resource).where(Resource.hours_unsure)
        assert (db.session.scalar(unsure) or 0) <= 17
        after = db.session.scalar(select(func.count()).select_from(LogEntry)) or 0
        assert after == entries + 1, "only the run itself is noted"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_any_common_encoding_and_separator_is_read(
    cast: Cast, tmp_path: Path, encoding: str, separator: str
) -> None:
    text = (HEAD + AURORA).replace("40,9949", "40.9949").replace("14,2108", "14.2108")
    assert take(cast, tmp_path, text.replace(";", separator).encode(encoding)).created == 1
    with cast.stage():
        row = one(cast)
        assert row.hours == "Mo 09:00-12:00"
        assert row.phones == ["+390815550123"]
        assert row.place
        assert (row.place.comune, row.place.lat, row.place.precision) == (
            "Teverola", 40.9949, "pin"
        )  # fmt: skip
        assert row.category.code == "health_desk"


def test_two_services_of_one_building_are_two_resources_at_one_place(
    cast: Cast, tmp_path: Path
) -> None:
    take(cast, tmp_path, HEAD + AURORA + MENSA)
    with cast.stage():
        assert one(cast).place_id == one(cast, "Mensa").place_id


def test_the_list_a_copy_came_from_says_nothing_new_of_its_places(
    cast: Cast, tmp_path: Path
) -> None:
    """Two desks of one building are drawn some metres apart: that moves neither of them."""
    take(cast, tmp_path, HEAD + AURORA + MENSA)
    with cast.stage():
        for known in db.session.scalars(select(ForeignId)):
            known.told = {}  # as it is in a house that took an export in
    report = take(cast, tmp_path, HEAD + AURORA + MENSA)
    assert report.counts()["unchanged"] == 2
    with cast.stage():
        assert db.session.scalars(select(Revision)).all() == []


def test_what_the_source_changes_is_taken_over(cast: Cast, tmp_path: Path) -> None:
    take(cast, tmp_path, HEAD + AURORA)
    report = take(cast, tmp_path, HEAD + AURORA.replace("9-12", "9-13"))
    assert report.counts()["updated"] == 1
    with cast.stage():
        assert one(cast).hours == "Mo 09:00-13:00"


def test_a_newer_confirmation_here_is_never_overwritten(cast: Cast, tmp_path: Path) -> None:
    take(cast, tmp_path, HEAD + AURORA)
    with cast.stage():
        verify_resource(one(cast), actor=cast.carla, how="call")
    report = take(cast, tmp_path, HEAD + AURORA.replace("9-12", "9-13"))
    assert (report.held_back, report.updated) == (1, 0)
    assert "confirmed here" in report.remarks[0].words
    with cast.stage():
        assert one(cast).hours == "Mo 09:00-12:00"


@pytest.mark.parametrize(
    ("lat", "lon", "outcome", "words"),
    [
        ("0", "0", Outcome.HELD_BACK, "zero"),
        ("14,2108", "40,9949", Outcome.HELD_BACK, "wrong order"),
        ("48,85", "2,35", Outcome.HELD_BACK, "outside Italy"),
        ("nord", "14,2", Outcome.FAILED, "“nord” is not a number of degrees."),
        ("40,99", "", Outcome.FAILED, "missing"),
    ],
)
def test_coordinates_that_cannot_be_right_stop_their_row_with_a_reason(
    cast: Cast, tmp_path: Path, lat: str, lon: str, outcome: Outcome, words: str
) -> None:
    bad = f"Storta;Mensa;Via Po 1;Aversa;CE;;;{lat};{lon}\n"
    report = take(cast, tmp_path, HEAD + bad + AURORA)
    assert report.created == 1
    remark = report.remarks[0]
    assert (remark.row, remark.outcome) == (2, outcome)
    assert words in remark.words
    assert remark.column in {"y", "x"}


@pytest.mark.parametrize(
    "bad",
    [
        "troppe;celle;qui;a;b;c;d;e;f;g;h\n",
        "poche;celle\n",
        'Aperta;"mai chiusa;Via Po 1;Aversa;CE;;;;\n',
        ';;Via Po 1;Aversa;CE;;;"40";14\n',
        'Male;"quo"te;Via Po 1;Aversa;CE;;;;\n',
    ],
)
def test_a_broken_row_is_named_and_the_good_ones_are_kept(
    cast: Cast, tmp_path: Path, bad: str
) -> None:
    report = take(cast, tmp_path, HEAD + AURORA + bad + MENSA)
    assert (report.rows, report.created, report.failed) == (3, 2, 1)
    assert report.remarks[0].row == 3
    assert report.remarks[0].words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"PK\x03\x04\x14\0\x06\0", "damaged"),
        (b"\x89PNG\r\n\0\0\0", "a picture, not a list"),
        (b"a,b,c\n1,2,3\n", "No column"),
    ],
)
def test_an_unreadable_file_is_refused_in_a_sentence_and_changes_nothing(
    cast: Cast, tmp_path: Path, data: bytes, words: str
) -> None:
    with pytest.raises(Unreadable, match=words):
        take(cast, tmp_path, data)
    assert count(cast) == 0


def test_a_file_that_is_not_there_is_said_in_words(cast: Cast, tmp_path: Path) -> None:
    with cast.app.app_context(), pytest.raises(Unreadable, match="can't be opened"):
        import_resources(tmp_path / "nowhere.csv")


def test_a_row_said_twice_is_taken_once_and_counted_twice(cast: Cast, tmp_path: Path) -> None:
    report = take(cast, tmp_path, HEAD + AURORA + AURORA)
    assert (report.rows, report.created, report.unchanged) == (2, 1, 1)


def test_a_refuge_waits_for_a_coordinator(cast: Cast, tmp_path: Path) -> None:
    refuge = "Rosa;Casa rifugio;Via Nascosta 1;Aversa;CE;;;40,97;14,2\n"
    report = take(cast, tmp_path, HEAD + refuge)
    assert (report.held_back, count(cast)) == (1, 0)


def test_unclear_cells_are_taken_flagged_and_named(cast: Cast, tmp_path: Path) -> None:
    text = HEAD + "Aurora;Astrologia;Via Roma 8;Teverola;CE;quando piove;chiedere;40,9949;14,2108\n"
    report = take(cast, tmp_path, text)
    assert report.created == 1
    assert {remark.column for remark in report.remarks} == {"orari", "telefono", "servizio"}
    with cast.stage():
        row = one(cast)
        assert row.hours_unsure
        assert row.hours is None
        assert row.hours_words == "quando piove"
        assert row.category.code == "other"


def test_an_address_without_coordinates_waits_in_the_tray(cast: Cast, tmp_path: Path) -> None:
    take(cast, tmp_path, HEAD + "Aurora;Mensa;Via Roma 8;Teverola;CE;;;;\n")
    with cast.stage():
        place = one(cast).place
        assert place
        assert place.precision == "none"


def test_a_long_list_is_committed_in_chunks(cast: Cast, tmp_path: Path) -> None:
    rows = [f"Mensa {n};Mensa;Via Roma {n};Aversa;CE;;;;\n" for n in range(450)]
    assert take(cast, tmp_path, HEAD + "".join(rows)).created == 450
    assert count(cast) == 450


def test_rows_that_need_a_person_stand_in_a_file_that_no_spreadsheet_runs(
    cast: Cast, tmp_path: Path
) -> None:
    bad = '=HYPERLINK("x");Mensa;Via Po 1;Aversa;CE;;;0;0\n'.replace('"', "'")
    report = take(cast, tmp_path, HEAD + bad)
    out = report.remarks_file
    assert out
    with out.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert lines[0]["outcome"] == "held_back"
    assert lines[0]["reason"] == "The cell holds a formula. Write what it says instead."
    assert lines[0]["nome"].startswith("'=")


def test_the_command_prints_the_numbers_for_a_machine(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_text(HEAD + AURORA + "Storta;Mensa;Via Po 1;Aversa;CE;;;0;0\n")
    runner = cast.app.test_cli_runner()
    told = runner.invoke(args=["import", "resources", str(path), "--json"])
    assert json.loads(told.output) == {
        "rows": 2, "created": 1, "updated": 0, "unchanged": 0, "held_back": 1, "failed": 0
    }  # fmt: skip
    spoken = runner.invoke(args=["import", "resources", str(path)])
    assert "unchanged 1" in spoken.output
    assert "row 3 y:" in spoken.output
    assert "imports" in spoken.output


def test_the_command_says_in_a_sentence_what_it_cannot_read(cast: Cast, tmp_path: Path) -> None:
    told = cast.app.test_cli_runner().invoke(args=["import", "resources", str(tmp_path / "no.csv")])
    assert told.exit_code == 1
    assert "Nothing was changed." in told.output
    assert "Traceback" not in told.output


def test_a_list_changes_no_place_of_another_association(cast: Cast, tmp_path: Path) -> None:
    take(cast, tmp_path, HEAD + AURORA)
    with cast.stage():
        one(cast).organisation_id = cast.organisation
    path = tmp_path / "lista.csv"
    path.write_text(HEAD + AURORA.replace("5550123", "5550999"))
    with cast.app.app_context():
        theirs = import_resources(path, actor=cast.dario)
        assert theirs.held_back == 1
        assert "Another association" in theirs.remarks[0].words
        assert "0123" in str(one(cast).phones)
        ours = import_resources(path, actor=cast.carla)
        assert ours.updated == 1


def test_a_place_of_a_list_is_written_as_one_that_is_typed(cast: Cast, tmp_path: Path) -> None:
    head = "nome;servizio;indirizzo;citta;provincia;y;x;posti liberi;posti;lingue;destinatari\n"
    row = "Aurora;Sportello salute;Via Roma 8;Teverola;CE;40,9949;14,2108;3;12;it, ar;Tutti\n"
    take(cast, tmp_path, head + row)
    facts: dict[str, Any] = {"capacity_free": 3, "capacity_max": 12, "capacity_unit": "places"}
    with cast.stage():
        twin = put_resource("Aurora", languages=("it", "ar"), hours=None, who_for="Tutti", **facts)
        listed, typed = one(cast), db.session.get_one(Resource, twin)
        listed.what = None  # a list keeps its own words for the kind of help there
        index_words(listed)
        for row_of in (facts_of, place_of, looks_of, spoken_at):
            assert row_of(listed) == row_of(typed)


def facts_of(resource: Resource) -> dict[str, object]:
    """Return the columns that do not say when, or which row it is."""
    own = {"id", "uid", "place_id", "created_at", "changed_at", "capacity_at"}
    names = {column.name for column in Resource.metadata.tables["resource"].columns} - own
    assert resource.capacity_at
    return {name: getattr(resource, name) for name in names}


def place_of(resource: Resource) -> dict[str, object]:
    own = {"id", "uid", "source"}
    names = {column.name for column in Resource.metadata.tables["place"].columns} - own
    return {name: getattr(resource.place, name) for name in names}


def looks_of(resource: Resource) -> set[tuple[str, bool, bool]]:
    return {
        (row.field_group, row.due_at >= row.looked_at, bool(row.confirmed_at))
        for row in resource.freshness
    }


def spoken_at(resource: Resource) -> list[str]:
    return [row.language for row in resource.languages]
