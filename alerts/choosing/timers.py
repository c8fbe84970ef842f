"""Coming is not there, there is not back: which step of looking after somebody follows (pure).

Ten minutes after they said they would be there a coordinator phones; ten minutes later their
place is asked for again. Who stays long is asked whether they are all right; then a coordinator
phones, and at last hears the emergency number.
"""

from datetime import datetime, timedelta

DEFAULT_ETA = timedelta(minutes=30)  # for who says yes and no time
GRACE = timedelta(minutes=10)
PATIENCE = timedelta(minutes=15)
STILL_THERE = timedelta(minutes=45)  # after *I'm all right* they are asked again
NEXT = {"expected": "late", "late": "missed", "there": "asked", "asked": "told", "told": "urged"}
WAITS = {"late": GRACE, "asked": PATIENCE, "told": PATIENCE}
PHONE_THEM = ("late", "missed", "told", "urged")


def expected_at(said_at: datetime, eta_minutes: int | None) -> datetime:
    """Return when somebody should be there."""
    return said_at + (DEFAULT_ETA if eta_minutes is None else timedelta(minutes=eta_minutes))


def next_look(step: str, now: datetime) -> datetime | None:
    """Return when the step after this one is due, counted from now; `None` after the last."""
    wait = WAITS.get(step)
    return now + wait if wait else None
