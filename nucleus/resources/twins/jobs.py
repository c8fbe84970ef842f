"""Looks for twins among what changed, a small transaction after the other."""

from nucleus.ground.database import transaction
from nucleus.resources.twins.finding import look_for_twins

MOST_CHUNKS = 200
"""A very long list is gone through in several turns, so that the other sweeps have theirs."""


def find_twins(chunks: int = MOST_CHUNKS) -> int:
    """Compare what is new or changed; return how many transactions it took."""
    last: int | None = 0
    for done in range(chunks):
        with transaction():
            last = look_for_twins(last or 0)
        if last is None:
            return done
    return chunks
