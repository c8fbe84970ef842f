"""Who may ask the map, and what they are shown."""

from maps.question import Eyes
from nucleus.resources.policy import may_add_resource, may_see_exact_place, my_visibilities


def my_eyes() -> Eyes:
    """Return what whoever is here may see."""
    return Eyes(my_visibilities(), exactly=may_see_exact_place())


def may_add_import() -> bool:
    """Say whether whoever is here may take in lists that others keep."""
    return may_add_resource()
