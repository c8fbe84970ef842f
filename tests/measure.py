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
from collections.abc import Iterable
from functools import reduce
from pathlib import Path
from types import FunctionType
from typing import Any

from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage, print_coverage

WORKER = os.environ.get("PYTEST_XDIST_WORKER")
FOUND = Path("var", "coverage")
PRODUCT = ["nucleus", "maps", "alerts"]
FLOOR = 90  # percent; it only rises
MET_AGAIN = 2000
"""So often a mark is met before all that were met are taken out, which takes a tenth of a second.

With the 50 of the library the taking out was a twelfth of all that the tests cost.
"""

HOLDING_CODE = (FunctionType, type, classmethod, staticmethod)
find_any = Slipcover.find_functions


def find_without_touching(things: Iterable[Any], visited: set[Any]) -> list[Any]:
    """Return the functions among things, asking none of them but for its true type.

    The measure asked each whether it was a function. Whoever stands in for another, such as
    `current_user`, passes that on: in the middle of a page it loaded who was signed in, two
    statements that no page had asked for.
    """
    likely = [one for one in things if issubclass(type(one), HOLDING_CODE)]
    return list(find_any(likely, visited))


Slipcover.find_functions = staticmethod(find_without_touching)
marks = Slipcover(branch=True, source=PRODUCT, d_miss_threshold=MET_AGAIN)
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
