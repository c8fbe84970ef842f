"""What a figure is, and the two ways it is measured."""

import json
import resource
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured figure. `ratio` is ours ÷ yardstick; `reached` compares ours with the goal."""

    figure: str
    unit: str
    ours: float
    goal: str
    reached: bool
    yardstick: float | None = None
    yardstick_name: str = ""
    note: str = ""

    def line(self) -> str:
        """Return the JSON line other people's checks read."""
        ratio = round(self.ours / self.yardstick, 3) if self.yardstick else None
        shown = {**asdict(self), "ratio": ratio}
        for name in ("ours", "yardstick"):
            shown[name] = None if shown[name] is None else float(f"{shown[name]:.4g}")
        return json.dumps(shown, ensure_ascii=False)


def cpu_of(work: Callable[[], object]) -> float:
    """Return the CPU seconds (user and system, all threads) that one run of the work takes."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def in_turn(
    ours: Callable[[], float], yardstick: Callable[[], float], *, rounds: int = 5
) -> tuple[float, float]:
    """Measure both in turn, ours first in each round; return both medians."""
    pairs = [(ours(), yardstick()) for _ in range(rounds)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)
