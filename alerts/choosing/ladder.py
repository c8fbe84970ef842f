"""Who is asked next, how many at once, and when (pure).

Asking everybody for every need wears people out; asking one by one lets the night pass. A wave
is as large as the open need divided by how often this group has said yes before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

START_RATE = 0.35  # volunteers answered 17 to 47 % of calls in published studies
LEAST_RATE = 0.05  # a group that never came must not make one wave swallow everybody
ENOUGH_TO_KNOW = 20
USUAL_STEP, HURRIED_STEP = 120, 45  # seconds
ALONE = 50  # what one person alone may ask; beyond it a second one says yes


@dataclass(frozen=True)
class Experience:
    """How a group has answered so far: people asked to the end, and those who came."""

    asked: int = 0
    came: int = 0


def answer_rate(past: Experience) -> float:
    """Return the share of a group that will probably come, once there is enough to know it."""
    if past.asked < ENOUGH_TO_KNOW:
        return START_RATE
    return min(1.0, max(LEAST_RATE, past.came / past.asked))


def wave_sizes(open_places: Mapping[int, int], rate: float) -> dict[int, int]:
    """Return need → how many people to ask for it now, so that enough will probably come."""
    return {need: ceil(count / rate) for need, count in open_places.items() if count > 0}


def at_once(severity: str, urgency: str) -> bool:
    """Say whether a life is at risk, so that everybody who matches is asked in one wave."""
    return severity == "Extreme" and urgency == "Immediate"


def step_seconds(severity: str, urgency: str) -> int:
    """Return how long each way to reach a person has before the next one is tried."""
    return HURRIED_STEP if at_once(severity, urgency) else USUAL_STEP


def allowance(already_asked: int, *, approved: bool, drill: bool) -> int | None:
    """Return how many more people may be asked now; `None` means any number.

    The first 50 are asked at once. The surplus of a real alert waits for a second person.
    """
    if approved or drill:
        return None
    return max(0, ALONE - already_asked)


def next_due(
    now: datetime, *, seconds: int, still_open: bool, held_back: bool = False
) -> datetime | None:
    """Return when the next wave goes: never while nothing is open or a second yes is awaited."""
    if not still_open or held_back:
        return None
    return now + timedelta(seconds=seconds)
