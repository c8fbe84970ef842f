"""Real files to run against, beside the checkout; where one is absent, the test says so."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared" / "data"


def real_file(name: str) -> Path:
    """Return the path of a real file, or skip loudly: it is never part of the product."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the real file {name} is not beside the checkout, so this did not run")
    return path
