"""Promise: measuring what the tests walk changes nothing of what they see."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOK = """
from slipcover import Slipcover
from werkzeug.local import LocalProxy
from tests import measure

def load():
    raise SystemExit("the measure loaded who is signed in")

standing_in = LocalProxy(load)
found = Slipcover.find_functions([standing_in, measure.put_together, Slipcover], set())
assert {measure.put_together, Slipcover.get_coverage} <= set(found), found
"""


def test_the_measure_asks_nothing_of_what_stands_in_for_another() -> None:
    """Else it loads who is signed in, in the middle of a page: two statements nobody asked for."""
    outside = {key: value for key, value in os.environ.items() if key != "PYTEST_XDIST_WORKER"}
    words = [sys.executable, "-c", LOOK]
    told = subprocess.run(words, cwd=ROOT, env=outside, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
