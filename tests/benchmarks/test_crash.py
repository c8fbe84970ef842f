"""Killed at random moments, the whole house loses nobody and owns up to what it repeats."""

from pathlib import Path

from alerts.sender.engine import CHUNK
from tests.benchmarks.crash_figures import THREADS, suffered
from tests.benchmarks.ordeal import Plan
from tests.benchmarks.sinking import sinking

SHORT_LEASE = "2"


def test_killed_while_raising_sending_answering_and_closing_nobody_is_lost(
    both_databases: str, tmp_path: Path
) -> None:
    plan = Plan(people=40, alerts=1, kills=4, answers=3)  # the long run is `make bench`
    with sinking(tmp_path) as sink:
        toll = suffered(both_databases, sink, plan, lease=SHORT_LEASE)
    assert toll.kills >= plan.kills / 2
    assert (toll.lost_calls, toll.lost_endings, toll.unfinished) == (0, 0, 0)
    assert (toll.failed, toll.halves, toll.forgotten) == (0, 0, 0)
    assert (toll.silent_repeats, toll.too_many_copies) == (0, 0)
    assert toll.repeats <= toll.kills * (THREADS + CHUNK)
