"""Looks for twins among what changed, a small transaction after the other."""

from nucleus.ground.database import breathe, reading, transaction
from nucleus.resources.twins.finding import is_work_left, look_for_twins

MOST_CHUNKS = 200
"""A very long list is gone through in several turns, so that the other sweeps have theirs."""


def find_twins(chunks: int = MOST_CHUNKS) -> int:
    """Compare what is new or changed; return how many transactions it took.

    Most minutes nothing changed: that is found out without keeping any writer waiting.
    """
    with reading():
        if not is_work_left():
            return 0
    last: int | None = 0
    for done in range(chunks):
        if done:
            breathe()
        with transaction():
            last = look_for_twins(last or 0)
        if last is None:
            return done
    return chunks
