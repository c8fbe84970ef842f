"""The promise of the round trip: out as HSDS, into an empty house, out again: the same bytes."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from maps.formats.osm_words import ATTRIBUTION
from maps.services import Terms, import_resources
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.resources.models import Resource
from nucleus.resources.queries import resources_by_id
from nucleus.resources.services import Occasion, edit_capacity, edit_resource, verify_resource
from tests.cast import Cast
from tests.conftest import opened, settings_for
from tests.real_data import real_file
from tests.resources.furnish import SECRET, put_resource


def exported(app: Flask, out: Path) -> list[object]:
    told = app.test_cli_runner().invoke(args=["export", "resources", str(out)])
    assert told.exit_code == 0, told.output
    return sorted(json.loads(out.read_text())["contents"], key=lambda one: str(one["id"]))


def edit_and_verify(cast: Cast) -> None:
    """Change and confirm what a coordinator would on a first evening."""
    with cast.stage():
        rows = resources_by_id(list(db.session.scalars(select(Resource.id))))
        for at, row in enumerate(rows):
            if at % 3 == 0:
                verify_resource(row, actor=cast.carla, how="call")
            if at % 7 == 0:
                facts = {"cost": "Niente", "offered_by": f"Ente {at % 5}", "phone_first": True}
                edit_resource(row, facts, languages=("it", "ar"), occasion=Occasion(cast.carla))
            if at % 11 == 0:
                beds = {"capacity_unit": "letti", "capacity_free": at, "capacity_max": None}
                edit_capacity(row, beds, actor=cast.carla)


def taken_in(file: Path, folder: Path) -> tuple[list[object], dict[str, int]]:
    """Take a file into an empty house; return what that house exports, and what became of it."""
    folder.mkdir()
    for app in opened(create_app(settings_for(folder))):
        with app.app_context():
            report = import_resources(file, source="copy", terms=Terms(trusted=True, abroad=True))
            again = import_resources(file, source="copy")
        assert again.counts()["unchanged"] == report.rows == again.rows
        return exported(app, folder / "again.json"), report.counts()
    raise AssertionError


def test_real_lists_edited_and_verified_come_back_the_same(cast: Cast, tmp_path: Path) -> None:
    with cast.app.app_context():
        import_resources(real_file("sanimapp.csv"))
        osm = real_file("helsinki.osm.pbf")
        import_resources(osm, source="OpenStreetMap", terms=Terms(abroad=True))
    edit_and_verify(cast)
    first = exported(cast.app, tmp_path / "first.json")
    again, counts = taken_in(tmp_path / "first.json", tmp_path / "empty")
    assert counts["created"] == len(first) > 260
    assert again == first


def test_typed_places_come_back_the_same_and_secrets_stay_behind(
    cast: Cast, tmp_path: Path
) -> None:
    with cast.stage():
        put_resource("Aurora", hours=None, hours_words="quando piove", hours_unsure=True)
        put_resource("Rifugio Alba", where=SECRET, how_to_get_in="Vicolo Segretissimo")
        put_resource("Per noi", visibility="members")
    edit_and_verify(cast)
    first = exported(cast.app, tmp_path / "first.json")
    again, counts = taken_in(tmp_path / "first.json", tmp_path / "empty")
    assert counts["created"] == 2
    assert again == first
    assert "Segretissimo" not in (tmp_path / "first.json").read_text()


def test_the_table_comes_back_the_same_too(cast: Cast, tmp_path: Path) -> None:
    """What a spreadsheet carries is enough: words that look like formulas, phones with a plus."""
    with cast.stage():
        put_resource("Aurora", hours=None, hours_words="quando piove", hours_unsure=True)
        put_resource("Mensa", phones=["+390815550123", "+393331234567"], what="- pasti caldi")
        put_resource("Rifugio Alba", where=SECRET, how_to_get_in="Vicolo Segretissimo")
    edit_and_verify(cast)
    table = tmp_path / "first.csv"
    first = exported(cast.app, tmp_path / "first.json")
    told = cast.app.test_cli_runner().invoke(args=["export", "resources", str(table)])
    assert told.exit_code == 0, told.output
    again, counts = taken_in(table, tmp_path / "empty")
    assert counts["created"] == 3
    assert again == first


ENDINGS = ("json", "csv", "kml", "gpx")
NAMES = ("Alba", "Borgo", "Cedro", "Dorsale", "Elce", "Faro")
TWO_LISTS = {
    "Sanità di frontiera": "sanitadifrontiera.org, CC BY 4.0",
    "Parrocchie": "Diocesi di «Napoli» <b>& amici</b>",
}


def all_files(app: Flask, folder: Path) -> dict[str, bytes]:
    for ending in ENDINGS:
        exported_as = ["export", "resources", str(folder / f"all.{ending}")]
        told = app.test_cli_runner().invoke(args=exported_as)
        assert told.exit_code == 0, told.output
    return {ending: (folder / f"all.{ending}").read_bytes() for ending in ENDINGS}


def furnish_two_lists(cast: Cast, folder: Path) -> None:
    """Take in six places of each of two lists; one more was typed, one point is OpenStreetMap's."""
    for at, (name, line) in enumerate(TWO_LISTS.items()):
        rows = (
            f"{n},{NAMES[n]} {at},Mensa,Via {NAMES[n]} {at}{n},Aversa,CE,40.97{n}{at},14.20{n}{at}"
            for n in range(len(NAMES))
        )
        list_of_theirs = folder / f"{at}.csv"
        head = "id,nome,servizio,indirizzo,citta,provincia,lat,lon"
        list_of_theirs.write_text("\n".join([head, *rows]), encoding="utf-8")
        with cast.app.app_context():
            report = import_resources(list_of_theirs, source=name, terms=Terms(line))
        assert report.counts()["created"] == len(NAMES), report.remarks
    with cast.stage():
        put_resource("Aurora")
        found = db.session.scalars(select(Place)).first()
        assert found
        found.source, found.precision = "nominatim", "street"


@pytest.mark.parametrize("carrier", ["json", "csv"])
def test_a_copy_thanks_everybody_the_first_house_thanks_in_the_same_bytes(
    cast: Cast, tmp_path: Path, carrier: str
) -> None:
    furnish_two_lists(cast, tmp_path)
    edit_and_verify(cast)
    first, folder = all_files(cast.app, tmp_path), tmp_path / "copy"
    folder.mkdir()
    for app in opened(create_app(settings_for(folder))):
        with app.app_context():
            import_resources(tmp_path / f"all.{carrier}", source="copy", terms=Terms(trusted=True))
        copy = all_files(app, folder)
    assert copy == first
    for line in (*TWO_LISTS.values(), ATTRIBUTION):
        assert line in json.loads(first["json"])["attribution"]
