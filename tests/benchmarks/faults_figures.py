"""`faults`: one of three channels in every kind of trouble; who is late, who takes over."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.databases import SQLITE, Databases
from tests.benchmarks.figures import Figure
from tests.benchmarks.troubles import TROUBLES, Told, Trouble, tell

STEP_SECONDS = 5
TOLERANCE = 1.0
"""Seconds: two cores also run the servers, the clock and the reader of what has arrived."""


def run(options: dict[str, str]) -> list[Figure]:
    """Go through all troubles on SQLite, or on `--database=postgres`; `--step=5` seconds."""
    step = int(options.get("step", str(STEP_SECONDS)))
    group = int(options.get("group", "40"))
    found: list[tuple[Trouble, Told]] = []
    with Databases({"database": SQLITE} | options) as databases:
        for trouble in TROUBLES:
            with databases.empty(databases.wanted[0]) as url, TemporaryDirectory() as name:
                told = tell(url, trouble, Path(name), step_seconds=step, group=group)
                found.append((trouble, told))
    (_, well), *bad = found
    return [figure(trouble, told, well, step=step) for trouble, told in bad]


def figure(trouble: Trouble, told: Told, well: Told, *, step: int) -> Figure:
    """Return when the affected had it by their next channel, and whether others noticed."""
    in_time = told.affected <= step + TOLERANCE
    unaffected = told.others <= well.others + TOLERANCE and told.copies == 0
    return Figure(
        figure=f"faults.{trouble.name.replace(',', '').replace(' ', '_')}",
        unit="s until the next channel had reached all affected",
        ours=told.affected,
        goal=f"<= {step} (step) + {TOLERANCE:g}; others as without trouble",
        reached=in_time and unaffected,
        note=f"others all told after {told.others:.2f} s, without trouble {well.others:.2f} s; "
        f"{told.people} people, {told.copies} repeats on healthy channels",
    )
