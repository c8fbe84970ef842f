"""How our facts are called in HSDS, where it has no place of its own for them; pure.

HSDS carries such facts as attributes: a term of a taxonomy, and a value. Files we wrote are read
back without loss by these names; other programs pass them over.
"""

from uuid import uuid5

from nucleus.resources.drafts import NAMESPACE

FACTS = "nucleus-facts"
CATEGORIES = "nucleus-categories"
SOURCES = "nucleus-sources"
NOBODY = str(uuid5(NAMESPACE, "hsds\nnobody said who"))
"""The organisation of services of which nobody said who runs them; HSDS wants one."""

CARRIED = (
    *("hours_osm", "hours_unsure", "emergency_hours", "emergency_until", "by_appointment"),
    *(
        "phone_first",
        "wheelchair",
        "accessibility",
        "capacity_unit",
        "capacity_free",
        "capacity_max",
    ),
    *("capacity_at", "label", "hidden", "fresh", "how_to_get_in"),
    "point_from",
)
"""Words of ours that travel as attributes."""

DAYS = {day.upper(): day for day in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")}
"""Days of the week as HSDS writes them, and as OpenStreetMap does."""


def name_for(*parts: str) -> str:
    """Return the uuid5 of a part of a record, the same each time."""
    return str(uuid5(NAMESPACE, "hsds\n" + "\n".join(parts)))
