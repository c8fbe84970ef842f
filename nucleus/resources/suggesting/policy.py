"""Who decides on what others say of the map."""

from nucleus.people.policy import who
from nucleus.resources.policy import may_edit_resource, my_reach
from nucleus.resources.suggesting.about import place_of
from nucleus.resources.suggesting.models import Suggestion


def may_change_suggestion(suggestion: Suggestion) -> bool:
    """Say whether whoever is here decides on it: who looks after that place, or that area."""
    place = place_of(suggestion)
    if place is not None:
        return may_edit_resource(who(), place)
    return my_reach().holds(None, suggestion.comune, suggestion.province)
