"""Who may see the photos of a place."""

from nucleus.resources.models import Resource
from nucleus.resources.policy import may_see_exact_place, may_see_resource


def may_see_photo(resource: Resource) -> bool:
    """Say whether whoever is here may see a place's photos.

    A house front says where it stands: of a hidden place only those see it who know the address.
    """
    hidden = bool(resource.place and resource.place.hidden)
    return may_see_resource(resource) and (not hidden or may_see_exact_place())
