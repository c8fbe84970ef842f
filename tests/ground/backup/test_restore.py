"""Promises of backup and restore: made while it runs, whole, for keepers, on both databases."""

import gzip
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from nucleus import cli
from nucleus.app import create_app
from nucleus.ground import journal
from nucleus.ground.backup import restoring
from nucleus.ground.backup.making import back_up, kept_tables
from nucleus.ground.backup.rows import clause_of, shape_of, to_line
from nucleus.ground.crypto import new_ring_line, read_ring
from nucleus.ground.database import db, transaction
from nucleus.ground.keepers import (
    BadBackup,
    new_keepers_key,
    read_private_key,
    read_public_key,
)
from nucleus.ground.versions import upgrade_tables
from nucleus.people.models import Person
from nucleus.resources.wordbook.models import SearchWord
from tests.cast import Cast, invite
from tests.conftest import let_go, settings_for
from tests.postgres import Server, empty_database
from tests.resources.furnish import furnish_resources

PRIVATE, PUBLIC = new_keepers_key()
OPENS, SEALS = read_private_key(PRIVATE), read_public_key(PUBLIC)
SECRET = "Nessuno deve saperlo"


@pytest.fixture
def lived_in(tmp_path: Path, both_databases: str) -> Iterator[Cast]:
    """A house with people, places, letters, photos and a journal."""
    yield from inhabited(create_app(settings_for(tmp_path / "old", both_databases)), tmp_path)


@pytest.fixture
def on_a_file(tmp_path: Path) -> Iterator[Cast]:
    """The same on SQLite."""
    yield from inhabited(create_app(settings_for(tmp_path / "old")), tmp_path)


def inhabited(app: Flask, tmp_path: Path) -> Iterator[Cast]:
    upgrade_tables(app)
    cast = invite(app)
    furnish_resources(cast)
    with cast.stage():
        db.session.get_one(Person, cast.bea).name = SECRET
        journal.chain_entries()
    photo = tmp_path / "old" / "photos" / "by_hand" / "dots.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"\xff\xd8dots")
    yield cast
    let_go(app)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """A new house on SQLite with the same key ring, whatever the old one stood on."""
    app = create_app(settings_for(tmp_path / "new"))
    upgrade_tables(app)
    yield app
    let_go(app)


def copied(app: Flask, file: Path, key: bytes | None = SEALS) -> Path:
    with app.app_context(), file.open("wb") as out:
        assert back_up(out, key).files == 3
    return file


def everything(app: Flask) -> dict[str, list[str]]:
    """Return every row of every table as a backup writes it."""
    with app.app_context():
        found = {}
        for rows in kept_tables():
            name, shape = rows.name, shape_of(rows)
            all_rows = db.session.execute(select(clause_of(name, shape)))
            found[name] = sorted(to_line(row, shape) for row in all_rows)
        found["search_word"] = sorted(set(db.session.scalars(select(SearchWord.word))))
        db.session.rollback()
        db.session.remove()
        return found


def without_restoring(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out the one line that restoring itself writes."""
    mine = [row for row in rows["log_entry"] if "ground.restore_backup" in row]
    assert len(mine) == 1
    rows["log_entry"].remove(mine[0])
    return rows


def lines_of(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes().partition(b"\n")[2])


def test_a_house_comes_back_as_it_was(lived_in: Cast, empty: Flask, tmp_path: Path) -> None:
    file = copied(lived_in.app, tmp_path / "copy")
    assert SECRET.encode() not in file.read_bytes()
    counted = restoring.restore(empty, file, OPENS)
    before = everything(lived_in.app)
    assert without_restoring(everything(empty)) == before
    assert before.pop("search_word")
    assert counted.rows == sum(map(len, before.values()))
    assert (tmp_path / "new/photos/by_hand/dots.jpg").read_bytes() == b"\xff\xd8dots"
    with empty.app_context(), transaction():
        assert journal.first_break() is None
        journal.write("ground.test_row")  # the next row gets a number of its own
        db.session.flush()


@pytest.mark.postgres
def test_a_house_moves_from_one_file_to_a_server(
    on_a_file: Cast, tmp_path: Path, postgres_server: Server
) -> None:
    """Growing out of SQLite is a backup and a restore; the other way it is the promise above."""
    file = copied(on_a_file.app, tmp_path / "copy")
    with empty_database(postgres_server) as url:
        app = create_app(settings_for(tmp_path / "server", url))
        restoring.restore(app, file, OPENS)
        assert without_restoring(everything(app)) == everything(on_a_file.app)
        with app.app_context(), transaction():
            db.session.add(Person(name="Neue", language="de"))
            db.session.flush()
        let_go(app)


def test_a_house_somebody_lives_in_is_left_alone(on_a_file: Cast, tmp_path: Path) -> None:
    file = copied(on_a_file.app, tmp_path / "copy")
    before = everything(on_a_file.app)
    with pytest.raises(restoring.NotEmpty):
        restoring.restore(on_a_file.app, file, OPENS)
    assert everything(on_a_file.app) == before


def test_a_file_cut_off_or_for_others_leaves_nothing(
    on_a_file: Cast, empty: Flask, tmp_path: Path
) -> None:
    whole = copied(on_a_file.app, tmp_path / "copy")
    short = tmp_path / "short"
    short.write_bytes(whole.read_bytes()[:-200])
    other, _ = new_keepers_key()
    before = everything(empty)
    for file, key in ((short, OPENS), (whole, read_private_key(other)), (whole, None)):
        with pytest.raises(BadBackup):
            restoring.restore(empty, file, key)
    lines = lines_of(copied(on_a_file.app, tmp_path / "open", None))
    missing = tmp_path / "missing"
    kept = [line for line in lines.splitlines(keepends=True) if b'"file"' not in line]
    missing.write_bytes(b"nucleus backup 1, open\n" + gzip.compress(b"".join(kept)))
    with pytest.raises(BadBackup, match="missing"):
        restoring.restore(empty, missing, None)
    assert everything(empty) == before


def test_another_key_ring_is_refused_before_anything_is_written(
    on_a_file: Cast, tmp_path: Path
) -> None:
    file = copied(on_a_file.app, tmp_path / "copy")
    elsewhere = replace(settings_for(tmp_path / "other"), ring=read_ring(new_ring_line()))
    app = create_app(elsewhere)
    with pytest.raises(restoring.OtherKeys):
        restoring.restore(app, file, OPENS)
    let_go(app)


def test_it_is_one_moment_although_others_go_on_writing(lived_in: Cast, tmp_path: Path) -> None:
    """Between two tables somebody notes a deed: it is in the house, and not in the copy."""
    app, deeds = lived_in.app, ["later.add_row"]

    def note() -> None:
        with app.app_context(), transaction():
            journal.write(deeds.pop())

    def meddle(*words: Any) -> None:
        if deeds and "FROM contact_point" in words[2]:
            other = threading.Thread(target=note)
            other.start()
            other.join()

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", meddle)
    file = copied(app, tmp_path / "copy", None)
    assert not deeds
    assert b"later.add_row" not in lines_of(file)
    assert b"later.add_row" in lines_of(copied(app, tmp_path / "next", None))


def test_an_operator_is_told_what_to_do(
    on_a_file: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = on_a_file.app.test_cli_runner()
    file, key = tmp_path / "copy", tmp_path / "keepers.txt"
    assert "--unsealed" in run.invoke(cli.backup, [str(file)]).output
    public = run.invoke(cli.backup_key, [str(key)]).output.split("NUCLEUS_BACKUP_KEY=")[1]
    assert "can't be made" in run.invoke(cli.backup_key, [str(key)]).output
    assert key.stat().st_mode & 0o077 == 0
    known = on_a_file.app.extensions["nucleus.settings"]
    sealed_to = replace(known, backup_key=read_public_key(public))
    monkeypatch.setitem(on_a_file.app.extensions, "nucleus.settings", sealed_to)
    assert "key ring is not in it" in run.invoke(cli.backup, [str(file)]).output
    assert "left as it was" in run.invoke(cli.backup, [str(file)]).output
    assert file.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(cli, "app_from_settings", lambda: on_a_file.app)
    said = run.invoke(cli.restore, [str(file), "--key", str(key)])
    assert "Somebody lives in this house already" in said.output
    assert "--key" in run.invoke(cli.restore, [str(file)]).output
