"""What was taken back after a backup is taken back again after its restore."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from alerts.choosing.unwanted import add_unwanted, list_of, remove_unwanted
from alerts.models import Unwanted
from maps.locating.starting import edit_start
from maps.models import StartingPoint
from nucleus import cli
from nucleus.app import create_app
from nucleus.ground import journal
from nucleus.ground.backup import restoring
from nucleus.ground.backup.making import back_up
from nucleus.ground.boards import checks
from nucleus.ground.boards.checks import Level
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.erasing import lists
from nucleus.ground.erasing.again import erase_again
from nucleus.ground.models import Erasure
from nucleus.ground.versions import newest_revisions
from nucleus.people.models import Consent, ContactPoint, Person
from nucleus.people.services import (
    give_consent,
    retire_contact_point,
    stop_person,
    withdraw_consent,
)
from nucleus.plans.models import PlanItem
from nucleus.plans.queries import plan_of
from nucleus.plans.services import add_item, begin_plan, remove_item
from nucleus.resources.photos.models import Photo
from nucleus.resources.photos.services import remove_photo
from nucleus.roster.models import Responder
from nucleus.roster.services import enrol_responder, stop_responder
from tests.cast import Cast
from tests.conftest import let_go, settings_for
from tests.resources.furnish import furnish_resources

WORDS = "Nessuno deve saperlo"


@pytest.fixture
def home(cast: Cast) -> Cast:
    """A house whose people have told it much."""
    return lived_in(cast)


@pytest.fixture
def home_on_both(cast_on_both: Cast) -> Cast:
    """The same, once on each database."""
    return lived_in(cast_on_both)


def lived_in(cast: Cast) -> Cast:
    with cast.stage():
        bea, amina = (db.session.get_one(Person, one) for one in (cast.bea, cast.amina))
        add_item(begin_plan(bea), "people", WORDS)
        add_unwanted(bea.id, "Otto Ospite")
        edit_start(bea, "Via Roma 1, Teverola")
        for person in (bea, amina):
            give_consent(person, "news", "1")
        stamp()
    return cast


def stamp() -> None:
    """Say of tables made from the models which version they are of, as a migration does."""
    db.session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)"))
    for revision in newest_revisions():
        words = text("INSERT INTO alembic_version VALUES (:one)")
        db.session.execute(words, {"one": revision})


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """A house without tables yet and with the same key ring."""
    app = create_app(settings_for(tmp_path / "new"))
    yield app
    let_go(app)


def copied(app: Flask, file: Path) -> Path:
    with app.app_context(), file.open("wb") as out:
        back_up(out, None)
    return file


def take_back(cast: Cast) -> None:
    """Let people change their mind: Vito leaves, Luca leaves the roster, Bea and Amina ..."""
    with cast.stage():
        bea, amina = (db.session.get_one(Person, one) for one in (cast.bea, cast.amina))
        stop_person(db.session.get_one(Person, cast.vito))
        stop_responder(db.session.get_one(Responder, cast.luca), by=cast.carla)
        for person in (bea, amina):
            withdraw_consent(person, "news")
        plan = plan_of(cast.bea)
        assert plan
        remove_item(plan.items[0])
        remove_unwanted(list_of(cast.bea)[0])
        edit_start(bea, "")
        retire_contact_point(point_of(cast.bea))
    with cast.app.app_context():
        lists.write_list()


def point_of(person_id: int) -> ContactPoint:
    mine = select(ContactPoint).where(ContactPoint.person_id == person_id)
    return db.session.scalars(mine.order_by(ContactPoint.id)).first()  # type: ignore[return-value]


def still_here(cast: Cast, app: Flask) -> list[str]:
    """Return what of all that is there although it was taken back."""
    with app.app_context():
        person, helper = (db.session.get_one(Person, one) for one in (cast.vito, cast.bea))
        told = {
            "vito": person.stopped_at is None,
            "luca": db.session.get_one(Responder, cast.luca).stopped_at is None,
            "consent": bool(db.session.scalar(select(Consent).filter_by(withdrawn_at=None))),
            "line": bool(db.session.scalar(select(func.count()).select_from(PlanItem))),
            "unwanted": bool(db.session.scalar(select(func.count()).select_from(Unwanted))),
            "start": db.session.get(StartingPoint, helper.id) is not None,
            "contact": point_of(helper.id).retired_at is None,
        }
        db.session.rollback()
    return [name for name, there in told.items() if there]


def test_who_left_and_what_was_taken_back_does_not_return(
    home_on_both: Cast, empty: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = copied(home_on_both.app, tmp_path / "copy")
    take_back(home_on_both)
    listed = tmp_path / lists.FILE
    assert WORDS not in listed.read_text()
    assert not {"Bea", "Vito"} & set(listed.read_text().split())
    monkeypatch.setattr(cli, "app_from_settings", lambda: empty)
    said = empty.test_cli_runner().invoke(cli.restore, [str(file), "--erasures", str(listed)])
    assert "1 persons who had left" in said.output
    assert "2 consents that were withdrawn" in said.output
    assert "nobody can know" in said.output
    assert still_here(home_on_both, empty) == []
    with empty.app_context():
        kept = db.session.get_one(Person, home_on_both.amina)
        assert kept.stopped_at is None, "nobody else is touched"


def test_without_a_list_an_operator_is_told_and_can_mend_it_later(
    home: Cast, empty: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = copied(home.app, tmp_path / "copy")
    take_back(home)
    monkeypatch.setattr(cli, "app_from_settings", lambda: empty)
    run = empty.test_cli_runner()
    assert "no list of erasures" in " ".join(run.invoke(cli.restore, [str(file)]).output.split())
    assert len(still_here(home, empty)) == 7
    listed = tmp_path / lists.FILE
    (tmp_path / "new" / lists.FILE).write_text(listed.read_text())
    with empty.app_context():
        lists.write_list()
    assert (tmp_path / "new" / lists.FILE).read_text() == listed.read_text(), "it still knows"
    assert [one.level for one in checks.run(empty) if one.what == "erasures"] == [Level.BROKEN]
    run.invoke(cli.erase_again, [str(listed)])
    assert still_here(home, empty) == []
    assert [one.level for one in checks.run(empty) if one.what == "erasures"] == [Level.WELL]
    assert "Nothing had come back" in run.invoke(cli.erase_again, [str(listed)]).output


def test_what_was_agreed_to_anew_stays(home: Cast, empty: Flask, tmp_path: Path) -> None:
    """The list names a change of mind that somebody changed again before the backup."""
    take_back(home)
    with home.stage():
        listed = lists.list_here()
        give_consent(db.session.get_one(Person, home.bea), "news", "1")
        enrol_responder(db.session.get_one(Person, home.luca), home.organisation, by=home.carla)
    restoring.restore(empty, copied(home.app, tmp_path / "copy"), None)
    with empty.app_context():
        assert erase_again(listed) == Counter()
        db.session.commit()
    assert still_here(home, empty) == ["luca", "consent"]


def test_a_list_that_is_not_ours_erases_nothing(home: Cast, tmp_path: Path) -> None:
    take_back(home)
    file = tmp_path / lists.FILE
    whole = file.read_text()
    first, *rows, last = whole.splitlines()
    fewer = last.replace(f" {len(rows)} ", f" {len(rows) - 1} ")
    spoilt = {
        "cut": "\n".join([first, *rows]),
        "changed": whole.replace("person", "parson"),
        "one left out": "\n".join([first, *rows[1:], fewer]),
        "other": "good morning",
    }
    with home.app.app_context():
        assert len(lists.read_list(file).lines) == len(rows)
        for how, words in spoilt.items():
            file.write_text(words)
            with pytest.raises(lists.BadList):
                pytest.fail(f"{how}: {lists.read_list(file)}")


def test_the_list_is_written_by_itself_and_only_when_something_changed(
    cast: Cast, tmp_path: Path
) -> None:
    (job,) = [j for j in cast.app.extensions["nucleus.jobs"] if j.name == "write_erasures"]
    file = tmp_path / lists.FILE
    with cast.app.app_context():
        job.do()
        first = file.read_text()
        job.do()
        assert file.read_text() == first
    assert file.stat().st_mode & 0o077 == 0
    with cast.stage():
        stop_person(db.session.get_one(Person, cast.vito))
    with cast.app.app_context():
        job.do()
        assert len(lists.read_list(file).lines) == 1


def test_a_line_too_old_for_any_backup_is_forgotten(cast: Cast) -> None:
    with cast.stage():
        old = now() - lists.KEPT - timedelta(days=1)
        db.session.add(Erasure(mark="a" * 64, kind="person", at=old))
        journal.write("ground.test_row")
    with cast.app.app_context():
        known = lists.list_here()
        assert len(known.lines) == 1
        empty = lists.Erasures(known.until, ())
        assert lists.forgotten_here(known, empty) == set()


def test_a_removed_photo_goes_again_with_its_files(cast: Cast) -> None:
    furnish_resources(cast)
    with cast.stage():
        photo = db.session.scalars(select(Photo)).one()
        facts = {key: getattr(photo, key) for key in ("resource_id", "token", "alt", "added_at")}
        remove_photo(photo, actor=cast.carla)
    path = cast.app.extensions["nucleus.settings"].data / "photos" / facts["token"][:2]
    with cast.stage():
        listed = lists.list_here()
        db.session.add(Photo(**facts, position=1, width=1, height=1))
        (path / f"{facts['token']}.jpg").write_bytes(b"dots")
    with cast.stage():
        assert erase_again(listed) == {"photos": 1}
    with cast.stage():
        assert db.session.scalars(select(Photo)).all() == []
    assert list(path.glob("*.jpg")) == []
