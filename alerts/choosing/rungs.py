"""The ladder of coordinators: who is told next while nobody follows an alert, and when (pure)."""

from collections.abc import Sequence
from datetime import timedelta

STEP = timedelta(minutes=3)
AGAIN = timedelta(minutes=15)
LATER = timedelta(hours=1)
PATIENT = 8  # after so many repeats, two hours, the night is disturbed once an hour only
UNHEARD = timedelta(minutes=10)  # so long after the last call a person has to phone
QUIET = timedelta(minutes=15)  # a coordinator who gave no sign for so long is asked for one
QUIET_AT_RISK = timedelta(minutes=5)


def own_rungs(ranked: Sequence[int], *, at_once: bool) -> list[list[int]]:
    """Return who of the own coordinators is told on which rung: the first, the next, then all.

    Args:
        ranked: the coordinators, those on duty or available first.
        at_once: all on the first rung, because a life is at risk or nobody else is sent.
    """
    if at_once or len(ranked) < 2:
        return [list(ranked)] if ranked else []
    alone = [[person] for person in ranked[:2]]
    return [*alone, list(ranked)] if len(ranked) > 2 else alone


def pause_after(rung: int, *, repeats: bool) -> timedelta:
    """Return how long a rung has to answer; once everybody was told, they are told again.

    Args:
        rung: how many rungs were climbed so far.
        repeats: nobody new was left to tell.
    """
    if not repeats:
        return STEP
    return AGAIN if rung <= PATIENT else LATER


def quiet_for(*, at_risk: bool) -> timedelta:
    """Return how long a coordinator may give no sign while something needs a person."""
    return QUIET_AT_RISK if at_risk else QUIET
