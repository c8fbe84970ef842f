"""`hours`: which of ten thousand doors are open now."""

from nucleus.ground.clock import now
from nucleus.resources.hours import is_open_at, opening_at
from tests.benchmarks.figures import Figure, cpu_of, in_turn
from tests.maps.crowd import HOURS

DOORS, GOAL = 10_000, 0.1


def run(options: dict[str, str]) -> list[Figure]:
    """Measure the state alone beside the state with what comes next; `--doors=10000`."""
    doors, at = int(options.get("doors", str(DOORS))), now()
    kept = [HOURS[number % len(HOURS)] for number in range(doors)]
    ours, whole = in_turn(
        lambda: cpu_of(lambda: [is_open_at(hours, at) for hours in kept]),
        lambda: cpu_of(lambda: [opening_at(hours, at) for hours in kept]),
    )
    return [
        Figure(
            figure="hours",
            unit="CPU-s",
            ours=ours,
            goal=f"<= {GOAL:g}",
            reached=ours <= GOAL,
            yardstick=whole,
            yardstick_name="the same with when each opens or closes next",
            note=f"{doors} doors, {len(HOURS)} ways to say the hours",
        )
    ]
