"""Who may ask the map, and what they are shown."""

from maps.finding.question import Eyes
from maps.models import Area
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.people.policy import is_administrator, is_coordinator, is_signed_in, present
from nucleus.resources.models import Resource
from nucleus.resources.policy import (
    may_add_resource,
    may_edit_resource,
    may_list_resource,
    may_see_exact_place,
    my_visibilities,
)


def my_eyes() -> Eyes:
    """Return what whoever is here may see."""
    return Eyes(my_visibilities(), exactly=may_see_exact_place())


def may_add_import() -> bool:
    """Say whether whoever is here may take in lists that others keep."""
    return may_add_resource()


def may_add_area() -> bool:
    """Say whether whoever is here may say where an emergency is: those who coordinate."""
    return is_coordinator()


may_list_area = may_edit_area = may_end_area = may_add_area
may_add_share = may_withdraw_share = may_add_area


def may_show_area(area_id: int) -> bool:
    """Say whether whoever is here may look at an area.

    A public one is for everybody and one of the house for whoever is signed in, while it lasts.
    What is over is for those who coordinate, who may want to know how it went.
    """
    area = db.session.get(Area, area_id)
    if area is None or is_coordinator():
        return area is not None
    return not area.is_over(now()) and (area.public or is_signed_in())


def hears_of_ground() -> bool:
    """Say whether whoever is here is told what is wrong under the pins: who can have it mended."""
    return is_coordinator() or is_administrator()


def may_list_frame_host() -> bool:
    """Say whether whoever is here decides on whose pages our map may stand."""
    return is_administrator()


may_add_frame_host = may_remove_frame_host = may_list_frame_host


def may_show_gap() -> bool:
    """Say whether whoever is here looks at where help is missing."""
    return is_coordinator()


def may_list_places() -> bool:
    """Say whether whoever is here works through the places without a pin."""
    return may_list_resource()


def may_edit_start() -> bool:
    """Say whether whoever is here may say from where they start: each for themselves."""
    return is_signed_in()


def may_pin_place(resource: Resource) -> bool:
    """Say whether whoever is here may say where a place is: who may change its facts."""
    return may_edit_resource(present(), resource)
