"""Notes which lines and branches of the product each worker's tests walk.

The interpreter's own tracing (coverage.py on Python 3.11) made every test cost 1.7 times its time,
mostly for lines of libraries. Here each module gets its marks when it is imported, and a mark that
was met takes itself out again; what is left of the price is a few seconds at the start.
"""

import json
import os
from pathlib import Path

from slipcover import FileMatcher, ImportManager, Slipcover
from slipcover.config import read_config

WORKER = os.environ.get("PYTEST_XDIST_WORKER")
settings = read_config()
what = {"source": settings["source"], "omit": settings["omit"]}
marks = Slipcover(branch=settings["branch"], exclude_also=settings["exclude-also"], **what)
if WORKER:  # who only hands out the tests walks nothing
    ImportManager(marks, FileMatcher(settings["source"], settings["omit"])).__enter__()


def pytest_sessionfinish() -> None:
    """Leave what this process walked for `.ci/tests` to put together."""
    if WORKER:
        found = Path("var", "coverage", f"{WORKER}.json")
        found.parent.mkdir(parents=True, exist_ok=True)
        found.write_text(json.dumps(marks.get_coverage()))
