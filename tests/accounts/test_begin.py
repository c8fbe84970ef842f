"""An operator's first hour at the terminal: from nothing to a coordinator who can work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def nucleus(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an operator does, in a directory of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUCLEUS_")}
    return subprocess.run(
        [sys.executable, "-m", "nucleus", *words],
        env=kept | {"NUCLEUS_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_before_anything_is_set_up_lists_what_works_and_what_is_missing(
    tmp_path: Path,
) -> None:
    said = nucleus(tmp_path, "--help")
    assert said.returncode == 0
    assert "nucleus init" in said.stderr
    assert "upgrade" in said.stdout
    assert "Traceback" not in said.stderr + said.stdout


@pytest.mark.parametrize("words", [("upgrade",), ("serve",), ("import", "resources", "x.csv")])
def test_without_a_key_ring_nothing_starts_and_the_sentence_says_how_to_make_one(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = nucleus(tmp_path, *words)
    assert said.returncode != 0
    assert "nucleus init" in said.stderr
    assert "Traceback" not in said.stderr


def test_from_nothing_to_a_coordinator_in_five_commands(tmp_path: Path) -> None:
    steps = (
        ("init",),
        ("upgrade",),
        ("accounts", "add-organisation", "Insieme", "--phone", "081 555 0110"),
        ("accounts", "add-administrator", "Ida Improta", "ida@example.org"),
        ("accounts", "grant", "coordinator", "ida@example.org", "--organisation", "Insieme"),
    )
    said = [nucleus(tmp_path, *words) for words in steps]
    assert [each.returncode for each in said] == [0] * len(steps)
    assert "/accounts/password/set/" in said[3].stdout
    again = nucleus(tmp_path, "accounts", "add-organisation", "Insieme")
    assert again.returncode == 1
    assert "already" in again.stderr
