#!/usr/bin/env python3
"""Write constraints.txt anew: the newest versions that fit pyproject.toml, each with its hashes.

Run it with the house's Python (``.venv/bin/python .ci/pin.py``) when a library is added or is to be
renewed. It asks the package index through pip alone, and leaves out what this machine adds to it
(local folders, further indexes), so that the pins say the same everywhere.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ["3.11", "3.12", "3.13"]
MACHINES = ["x86_64", "aarch64"]
# pip takes the newest C library a machine has; both an old and a new one must find their file.
OLD = ["2014", "_2_17", "_2_5", "1", "_2_12", "_2_24", "_2_26", "_2_27", "_2_28"]
NEW = [*(f"_2_{n}" for n in range(39, 28, -1)), *OLD]

HEAD = """\
# Exact versions and hashes of everything the house stands on, for Linux on x86_64 and aarch64.
# Made by .ci/pin.py; installed by `pip install --require-hashes -r constraints.txt`.
"""


def wanted() -> list[str]:
    """What pyproject.toml asks for: to run, to test, to build."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["test"],
        *project["build-system"]["requires"],
    ]


def plain_environment() -> dict[str, str]:
    """The environment without local folders and further indexes of packages."""
    keep = {
        k: v for k, v in os.environ.items() if k not in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL")
    }
    for option in ("index-url", "cert"):
        got = subprocess.run(
            [sys.executable, "-m", "pip", "config", "get", f"global.{option}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if got.returncode == 0:
            keep.setdefault(f"PIP_{option.upper().replace('-', '_')}", got.stdout.strip())
    return keep | {"PIP_CONFIG_FILE": os.devnull}


def resolve(requirements: list[str], *options: str) -> list[dict]:
    """What pip would install for these requirements."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "requirements.txt")
        listed.write_text("\n".join(requirements))
        report = Path(folder, "report.json")
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "--dry-run",
                "--ignore-installed",
                "-q",
                "--no-input",
                "--report",
                str(report),
                "-r",
                str(listed),
                *options,
            ],
            env=plain_environment(),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return json.loads(report.read_text())["install"]


def elsewhere(python: str, machine: str, libraries: list[str]) -> list[str]:
    """The options that let pip choose for another machine."""
    platforms = [f"--platform=manylinux{each}_{machine}" for each in libraries]
    return [
        "--no-deps",
        "--only-binary=:all:",
        f"--python-version={python}",
        "--target=.",
        *platforms,
    ]


def name(item: dict) -> str:
    """The package's name as the index writes it."""
    return re.sub(r"[-_.]+", "-", item["metadata"]["name"]).lower()


def digest(item: dict) -> str:
    """The hash of the file pip chose."""
    return item["download_info"]["archive_info"]["hashes"]["sha256"]


def main() -> None:
    """Resolve once, then gather the hashes of the files other machines would choose."""
    chosen = resolve(wanted())
    versions = {name(i): i["metadata"]["version"] for i in chosen}
    hashes = {each: {digest(i)} for each, i in zip(versions, chosen, strict=True)}
    files = {n: i["download_info"]["url"] for n, i in zip(versions, chosen, strict=True)}
    source_only = sorted(each for each, file in files.items() if not file.endswith(".whl"))
    one_for_all = [each for each, file in files.items() if file.endswith("-any.whl")]
    pins = [f"{n}=={v}" for n, v in versions.items() if n not in (*source_only, *one_for_all)]
    for python, machine, libraries in product(PYTHONS, MACHINES, (OLD, NEW)):
        for item in resolve(pins, *elsewhere(python, machine, libraries)):
            hashes[name(item)].add(digest(item))
    lines = [HEAD.rstrip()]
    for each in sorted(versions):
        marks = sorted(f"    --hash=sha256:{mark}" for mark in hashes[each])
        lines.append(" \\\n".join([f"{each}=={versions[each]}", *marks]))
    (ROOT / "constraints.txt").write_text("\n".join(lines) + "\n")
    note = f"; only as source: {', '.join(source_only)}" if source_only else ""
    print(f"constraints.txt: {len(versions)} packages{note}")


if __name__ == "__main__":
    main()
