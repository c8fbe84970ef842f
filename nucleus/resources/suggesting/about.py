"""Which place a suggestion is about now."""

from nucleus.resources.models import Resource
from nucleus.resources.queries import surviving
from nucleus.resources.suggesting.models import Suggestion


def place_of(suggestion: Suggestion) -> Resource | None:
    """Return the place it speaks of; of an entry that was merged since, the one that stayed."""
    return surviving(suggestion.resource) if suggestion.resource else None
