"""`machine`: the alert machine's promises walked for long (only when named: it takes its time)."""

import os
import re
import subprocess
import sys
import time

from tests.benchmarks.figures import Figure

WALKS = "tests/alerts/test_machine.py"


def run(options: dict[str, str]) -> list[Figure]:
    """Run the state machine with Hypothesis' full profile; `--only=WORDS` as pytest's -k."""
    words = [sys.executable, "-m", "pytest", "-q", "-n0", "--no-header", "-p", "no:cacheprovider"]
    words += ["-k", options["only"]] if "only" in options else []
    started = time.monotonic()
    done = subprocess.run(
        [*words, WALKS],
        env=os.environ | {"NUCLEUS_HYPOTHESIS": "full"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout[-4000:], file=sys.stderr)
    passed = re.search(r"(\d+) passed", done.stdout)
    return [
        Figure(
            figure="machine",
            unit="promises broken",
            ours=float(done.returncode != 0),
            goal="0",
            reached=done.returncode == 0 and passed is not None,
            note=f"{passed.group() if passed else 'none passed'} in the full profile, "
            f"{time.monotonic() - started:.0f} s",
        )
    ]
