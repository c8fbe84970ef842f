"""What the browser loads from us is what was checked, in exact versions, with its licences."""

import json
import re
import subprocess
import sys

from tests.architecture.tree import ROOT

STATIC = ROOT / "nucleus" / "static"


def test_every_file_has_the_sum_that_was_recorded() -> None:
    """A file changed on the way, or by hand, is noticed before anyone's browser runs it."""
    command = [sys.executable, ".ci/browser_libraries.py", "--check"]
    told = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


def test_versions_are_exact() -> None:
    """A range would let another file in at the next set-up."""
    wanted = json.loads((STATIC / "package.json").read_text())["dependencies"]
    loose = {
        name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)
    }
    assert loose == set()


def test_the_lock_holds_sums_and_no_addresses() -> None:
    """Every user fetches from the registry that their own machine is set up for."""
    text = (STATIC / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    without_sum = {name for name, package in packages.items() if name and not package["integrity"]}
    assert without_sum == set()
    assert "resolved" not in text
    assert "://" not in text


def test_each_library_brings_its_licence() -> None:
    """Their authors asked for no more than this."""
    wanted = json.loads((STATIC / "package.json").read_text())["dependencies"]
    brought = {path.stem for path in (STATIC / "vendor" / "licences").iterdir()}
    assert brought == {name.removesuffix(".org") for name in wanted}


def test_the_outline_of_the_land_is_small_and_covers_italy() -> None:
    """It is drawn when no other map picture is at hand, on a phone, from Bolzano to Lampedusa."""
    file = STATIC / "vendor" / "outline.geojson"
    assert file.stat().st_size <= 120_000
    land = json.loads(file.read_text())
    italy = next(f for f in land["features"] if f["properties"]["name"] == "Italy")
    points = [p for polygon in italy["geometry"]["coordinates"] for ring in polygon for p in ring]
    assert min(y for _, y in points) < 35.6
    assert max(y for _, y in points) > 47.0
    assert all(5 <= x <= 20 and 35 <= y <= 49 for x, y in points)
