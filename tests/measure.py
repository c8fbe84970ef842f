"""Notes which lines and branches of the product each worker's tests walk.

The interpreter's own tracing (coverage.py on Python 3.11) made every test cost 1.7 times its time,
mostly for lines of libraries. Here each module gets its marks when it is imported, and a mark that
was met takes itself out again; what is left of the price is a few seconds at the start.

As a plug-in (`-p tests.measure`) it writes one file for each worker; `python -m tests.measure`
puts them together.
"""

import json
import os
import sys
from functools import reduce
from pathlib import Path

from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage, print_coverage

WORKER = os.environ.get("PYTEST_XDIST_WORKER")
FOUND = Path("var", "coverage")
PRODUCT = ["nucleus", "maps", "alerts"]
FLOOR = 90  # percent; it only rises

marks = Slipcover(branch=True, source=PRODUCT)
if WORKER:  # who only hands out the tests walks nothing
    measured = FileMatcher()
    for package in PRODUCT:
        measured.addSource(package)
    measured.addOmit("nucleus/migrations/*")
    ImportManager(marks, measured).__enter__()


def pytest_sessionfinish() -> None:
    """Leave what this process walked for the others to be added."""
    if WORKER:
        FOUND.mkdir(parents=True, exist_ok=True)
        (FOUND / f"{WORKER}.json").write_text(json.dumps(marks.get_coverage()))


def put_together() -> int:
    """Write `var/coverage.txt`, say how much was walked, and return 2 below the floor."""
    whole = reduce(merge_coverage, [json.loads(one.read_text()) for one in FOUND.glob("*.json")])
    with Path("var", "coverage.txt").open("w", encoding="utf-8") as out:
        print_coverage(whole, outfile=out, skip_covered=True)
    walked = whole["summary"]["percent_covered"]
    sys.stdout.write(
        f"Coverage: {walked:.0f} % of lines and branches (which not: var/coverage.txt)\n"
    )
    return 0 if walked >= FLOOR else 2


if __name__ == "__main__":
    sys.exit(put_together())
