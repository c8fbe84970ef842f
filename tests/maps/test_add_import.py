"""Promises of taking in a list on the pages: seen before it happens, remembered, resumable."""

import csv
import io
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import osmium
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from maps.formats.opening import open_sheet
from maps.formats.rows.cells import Reading
from maps.formats.tables import Sheet
from maps.jobs import work_on_imports
from maps.lists import chunks
from maps.lists.forgetting import KEPT, forget_lists
from maps.lists.staging import Files
from maps.models import ImportRun, ImportSource
from maps.services import work_on
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.resources.categories import ensure_categories
from nucleus.resources.importing.taking import import_resources
from nucleus.resources.models import Resource
from tests.cast import Cast

LIST = "Come si chiama;Che fa;Dove;Paese\nAurora;Mensa;Via Roma 8;Teverola\n=1+1;Mensa;;Aversa\n"
COLUMNS = {"col_name": "Come si chiama", "col_category": "Che fa", "col_comune": "Paese"}


def send(client: FlaskClient, text: str, name: str = "lista.csv") -> str:
    form = {"file": (io.BytesIO(text.encode()), name), "source": "Caritas"}
    answer = client.post("/maps/import/add", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.location


def work(cast: Cast) -> None:
    with cast.app.app_context():
        for run_id in db.session.scalars(select(ImportRun.id)).all():
            db.session.rollback()
            work_on(run_id)


def places(cast: Cast) -> int:
    with cast.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Resource)) or 0


@contextmanager
def the_run(cast: Cast) -> Iterator[ImportRun]:
    with cast.stage():
        yield (
            db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()
            or ImportRun()
        )


def test_the_files_of_a_list_are_forgotten_after_three_months(cast: Cast) -> None:
    """Addresses stand in them in clear, those of refuges too; what is newer stays."""
    carla = cast.signed_in(cast.carla)
    for number in (1, 2, 3):
        send(carla, LIST)
        carla.post(f"/maps/import/map/{number}", data=COLUMNS)
    work(cast)
    carla.post("/maps/import/start/1")
    work(cast)
    with cast.stage():
        done, left, young = db.session.scalars(select(ImportRun).order_by(ImportRun.id))
        done.changed_at = left.changed_at = now() - KEPT - timedelta(minutes=1)
        kept = set(files_of(young))
        assert kept
        assert files_of(done)
    with cast.stage():
        forget_lists()
        done, left, young = db.session.scalars(select(ImportRun).order_by(ImportRun.id))
        assert (done.state, left.state, young.state) == ("done", "refused", "checked")
        assert files_of(done) == files_of(left) == []
        assert set(files_of(young)) == kept
    assert "tre mesi" in carla.get("/maps/import/show/2").text
    assert carla.get("/maps/import/1/remarks.csv").status_code == 404


def files_of(run: ImportRun) -> list[Path]:
    return list((settings().data / "imports").glob(f"{run.uid}.*"))


def test_a_list_changes_what_its_starter_looks_after_not_its_sender(cast: Cast) -> None:
    """Else whoever coordinates elsewhere starts it with other columns and rewrites our places."""
    carla, dario = cast.signed_in(cast.carla), cast.signed_in(cast.dario)
    told = {**COLUMNS, "col_phones": "Telefono"}
    for number, (starter, phone) in enumerate(((carla, "5550123"), (dario, "5550999")), start=1):
        send(carla, f"Come si chiama;Che fa;Paese;Telefono\nAurora;Mensa;Teverola;081 {phone}\n")
        carla.post(f"/maps/import/map/{number}", data=told)
        work(cast)
        starter.post(f"/maps/import/start/{number}")
        work(cast)
        with cast.stage():
            ours = db.session.scalars(select(Resource)).one()
            ours.organisation_id = cast.organisation
            assert ours.phones == ["+390815550123"]
    with the_run(cast) as run:
        assert (run.state, run.by_id, run.counts["held_back"]) == ("done", cast.dario, 1)


def test_a_list_whose_starter_left_stops_until_somebody_else_goes_on(cast: Cast) -> None:
    """Else it would go on with nobody's limits."""
    carla, dario = cast.signed_in(cast.carla), cast.signed_in(cast.dario)
    send(carla, "Come si chiama;Che fa;Paese\nAurora;Mensa;Teverola\n")
    carla.post("/maps/import/map/1", data=COLUMNS)
    work(cast)
    carla.post("/maps/import/start/1")
    with the_run(cast) as run:
        run.by_id = None
    work(cast)
    assert places(cast) == 0
    with the_run(cast) as run:
        assert run.state == "stopped"
    dario.post("/maps/import/start/1")
    work(cast)
    with the_run(cast) as run:
        assert (run.state, run.by_id, run.counts["created"]) == ("done", cast.dario, 1)


def test_a_list_is_mapped_looked_through_taken_in_and_remembered(cast_on_both: Cast) -> None:
    cast = cast_on_both
    carla = cast.signed_in(cast.carla)
    page = carla.get(send(carla, LIST), follow_redirects=True).text
    assert "Come si chiama" in page
    assert "=1+1" in page
    assert carla.post("/maps/import/map/1", data=COLUMNS).status_code == 303
    work(cast)
    assert places(cast) == 0, "looking through changes nothing"
    with the_run(cast) as run:
        assert (run.state, run.foreseen["created"], run.foreseen["held_back"]) == ("checked", 1, 1)
    assert carla.post("/maps/import/start/1").status_code == 303
    work(cast)
    assert places(cast) == 1
    told = carla.get("/maps/import/1/remarks.csv", buffered=True).text
    rows = list(csv.DictReader(io.StringIO(told.lstrip("\ufeff"))))
    assert [(row["row"], row["column"]) for row in rows] == [("3", "Come si chiama")]
    assert rows[0]["Come si chiama"] == "'=1+1"
    again = carla.get(send(carla, LIST), follow_redirects=True).text
    assert 'selected value="Paese"' in again


def test_columns_without_a_name_are_asked_again(cast: Cast) -> None:
    carla = cast.signed_in(cast.carla)
    send(carla, LIST)
    answer = carla.post("/maps/import/map/1", data={"col_comune": "Paese"})
    assert answer.status_code == 422
    assert 'id="problems"' in answer.text


def test_an_extract_sent_through_the_page_is_read_though_it_lost_its_ending(cast: Cast) -> None:
    """Osmium tells a format by the end of a name; here a file lies under a number."""
    carla, extract = cast.signed_in(cast.carla), io.BytesIO(an_extract())
    with cast.stage():
        ensure_categories()
    form = {"file": (extract, "Helsinki.OSM.PBF"), "source": "OpenStreetMap"}
    answer = carla.post("/maps/import/add", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303
    with the_run(cast) as run:
        assert (run.state, run.kind, run.lines) == ("mapping", "osm", 1)


def an_extract() -> bytes:
    """Return an extract of OpenStreetMap with one library."""
    with TemporaryDirectory() as folder:
        path = f"{folder}/one.osm.pbf"
        with osmium.SimpleWriter(path) as writer:
            tags = {"amenity": "library", "name": "Aurora"}
            writer.add_node(osmium.osm.mutable.Node(id=1, location=(24.94, 60.17), tags=tags))
        return Path(path).read_bytes()


def test_a_file_nobody_can_read_says_so_and_is_over(cast: Cast) -> None:
    carla = cast.signed_in(cast.carla)
    page = carla.get(send(carla, "<html>"), follow_redirects=True).text
    assert "XML" in page
    with the_run(cast) as run:
        assert run.state == "refused"
    assert carla.post("/maps/import/start/1").status_code == 303
    with the_run(cast) as run:
        assert run.state == "refused"


def test_an_import_that_was_killed_goes_on_where_it_was_and_loses_nothing(
    cast_on_both: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = cast_on_both
    monkeypatch.setattr(chunks, "CHUNK", 10)
    rows = [f"Mensa {n};Mensa;Via Roma {n};Teverola\n" for n in range(45)]
    rows[25] = "=2;Mensa;;Aversa\n"
    carla = cast.signed_in(cast.carla)
    send(carla, LIST.split("\n")[0] + "\n" + "".join(rows))
    carla.post("/maps/import/map/1", data=COLUMNS)
    work(cast)
    carla.post("/maps/import/start/1")
    done = import_resources
    taken: list[int] = []

    def dying(*args: object, **named: object) -> None:
        done(*args, **named)  # type: ignore[arg-type]
        taken.append(1)
        if len(taken) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(chunks, "take_in", dying)
    with pytest.raises(KeyboardInterrupt):
        work(cast)
    assert places(cast) == 20, "the chunk at hand left no trace"
    work(cast)
    with the_run(cast) as run:
        assert run.state == "done"
        assert run.counts == {
            "rows": 45, "created": 44, "updated": 0, "unchanged": 0, "held_back": 1, "failed": 0
        }  # fmt: skip
    assert places(cast) == 44
    told = carla.get("/maps/import/1/remarks.csv", buffered=True).text
    assert told.count("held_back") == 1


def test_somebody_may_write_while_a_long_list_is_read(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else no alert could be raised, and no answer kept, as long as fifty megabytes are read."""
    monkeypatch.setattr("maps.services.QUICK", 0)
    carla, locked, read = cast.signed_in(cast.carla), [], open_sheet

    def while_read(path: Path, kinds: Mapping[str, str], **named: Any) -> Sheet:
        with closing(sqlite3.connect(str(db.engine.url.database), timeout=0)) as another:
            try:
                another.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as cause:
                locked.append(cause)
        return read(path, kinds, **named)

    monkeypatch.setattr("maps.lists.staging.open_sheet", while_read)
    send(carla, LIST)
    work(cast)
    assert locked == []
    with the_run(cast) as run:
        assert (run.state, run.lines) == ("mapping", 2)


def test_a_slow_machine_takes_fewer_rows_at_a_time_and_a_quick_one_no_more_than_its_share() -> None:
    """Nobody else writes on SQLite meanwhile: an alert must not wait for a list."""
    pace = chunks.Pace()
    assert pace.rows == chunks.FIRST, "nobody knows yet what a row of this list costs"
    pace.took(0.0, chunks.FIRST)
    pace.took(2.5, chunks.CHUNK)
    assert pace.rows == chunks.CHUNK // 10
    assert pace.more
    pace.took(60, pace.rows)
    assert pace.rows == chunks.FEWEST
    pace.took(0.0, pace.rows)
    assert pace.rows == chunks.CHUNK
    pace.took(0.1, 3)
    assert not pace.more, "who found fewer rows than it asked for is at the end, and does not wait"


def test_of_a_cell_as_long_as_a_book_only_the_beginning_is_kept(cast: Cast) -> None:
    """Else a hundred of them are held at once, and the service dies of a file."""
    carla = cast.signed_in(cast.carla)
    send(carla, LIST + '"' + "a" * 300_000 + '";Mensa;Via Roma 1;Aversa\n')
    with the_run(cast) as run:
        rows = Files(run.uid).rows
        assert "aaaa" in rows.read_text()
        assert rows.stat().st_size < 20_000


def test_who_sent_the_wrong_list_stops_looking_through_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dry run of a long list takes minutes; the chunk at hand says nothing of the next look."""
    carla, read = cast.signed_in(cast.carla), chunks.read_chunk

    def stopped_meanwhile(stand: chunks.Stand, reading: Reading, most: int) -> chunks.Chunk:
        carla.post("/maps/import/stop/1")
        return read(stand, reading, most)

    send(carla, LIST)
    carla.post("/maps/import/map/1", data=COLUMNS)
    assert 'action="/maps/import/stop/1"' in carla.get("/maps/import/show/1").text
    monkeypatch.setattr(chunks, "read_chunk", stopped_meanwhile)
    work(cast)
    with the_run(cast) as run:
        assert (run.state, run.foreseen, run.line) == ("mapping", {}, 0)
    assert "Paese" in carla.get("/maps/import/show/1", follow_redirects=True).text


def test_a_stopped_import_goes_on_when_it_is_told_to(cast: Cast) -> None:
    carla = cast.signed_in(cast.carla)
    send(carla, LIST)
    carla.post("/maps/import/map/1", data=COLUMNS)
    work(cast)
    carla.post("/maps/import/start/1")
    carla.post("/maps/import/stop/1")
    work(cast)
    assert places(cast) == 0
    carla.post("/maps/import/start/1")
    work(cast)
    assert places(cast) == 1


def test_a_list_says_for_which_it_waits_and_goes_on_by_itself(cast_on_both: Cast) -> None:
    carla = cast_on_both.signed_in(cast_on_both.carla)

    def waiting(number: int) -> str:
        return carla.get(f"/maps/import/show/{number}?lang=en").text

    for number in (1, 2):
        send(carla, LIST)
        carla.post(f"/maps/import/map/{number}", data=COLUMNS)
    assert "It waits for the list “Caritas” (0 of 2 rows)" in waiting(2)
    assert "It waits" not in waiting(1)
    with cast_on_both.stage():
        second = db.session.get_one(ImportRun, 2)
        second.claimed_until = second.begun_at.replace(year=2999)
        db.session.commit()
    assert "It waits" not in waiting(2), "somebody is at it"
    assert "It waits" in waiting(1)
    with cast_on_both.stage():
        db.session.get_one(ImportRun, 2).claimed_until = None
        db.session.commit()
    work(cast_on_both)
    assert "It waits" not in waiting(2)


def test_two_workers_do_nothing_twice(cast: Cast) -> None:
    carla = cast.signed_in(cast.carla)
    send(carla, LIST)
    carla.post("/maps/import/map/1", data=COLUMNS)
    with the_run(cast) as run:
        run.claimed_until = run.begun_at.replace(year=2999)
    with cast.app.app_context():
        assert not work_on(1)


def test_the_job_works_in_a_thread_of_its_own(cast: Cast) -> None:
    carla = cast.signed_in(cast.carla)
    send(carla, LIST)
    carla.post("/maps/import/map/1", data=COLUMNS)
    with cast.app.app_context():
        worker = work_on_imports()
        db.session.rollback()
    assert worker
    worker.join(timeout=30)
    with the_run(cast) as run:
        assert run.state == "checked"


def test_a_second_file_of_the_same_source_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    carla = cast.signed_in(cast.carla)
    for number in (1, 2):
        send(carla, LIST)
        carla.post(f"/maps/import/map/{number}", data=COLUMNS)
        work(cast)
        carla.post(f"/maps/import/start/{number}")
        work(cast)
    with the_run(cast) as run:
        assert (run.counts["unchanged"], run.counts["held_back"]) == (1, 1)
    with cast.stage():
        assert db.session.get_one(ImportSource, "Caritas").mapping["name"] == "Come si chiama"


def test_a_stranger_may_not_send_a_long_file(client: FlaskClient) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
    body = head + b"x" * (17 * 1024 * 1024) + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/maps/import/add", data=body, content_type=kind)
    assert answer.status_code in {404, 413}
