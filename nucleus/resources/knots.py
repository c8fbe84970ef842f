"""Facts that only make sense together, so that they are chosen and put back together; pure."""

from collections.abc import Iterable

KNOTS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "category_id": ("category_id",),
    "what": ("what",),
    "offered_by": ("offered_by",),
    "where": ("where",),
    "how_to_get_in": ("how_to_get_in",),
    "phones": ("phones",),
    "phone_first": ("phone_first",),
    "email": ("email",),
    "web": ("web",),
    "hours_words": ("hours", "hours_words", "hours_unsure"),
    "by_appointment": ("by_appointment",),
    "emergency_hours": ("emergency_hours", "emergency_until"),
    "who_for": ("who_for",),
    "age_from": ("age_from", "age_to"),
    "cost": ("cost",),
    "documents": ("documents",),
    "languages": ("languages",),
    "wheelchair": ("wheelchair",),
    "accessibility": ("accessibility",),
    "capacity_unit": ("capacity_unit", "capacity_free", "capacity_max", "capacity_at"),
}
"""By the fact that names it: hours without the words they came in would contradict each other."""

KNOT_OF = {name: knot for knot, names in KNOTS.items() for name in names}


def knot_of(name: str) -> str:
    """Return the knot a fact is tied into; one that stands alone is its own."""
    return KNOT_OF.get(name, name)


def knots_of(names: Iterable[str]) -> dict[str, list[str]]:
    """Return these facts by their knots, in the order in which people read them."""
    tied: dict[str, list[str]] = {}
    for name in names:
        tied.setdefault(knot_of(name), []).append(name)
    order = [*KNOTS, *sorted(tied)]
    return {knot: sorted(tied[knot]) for knot in dict.fromkeys(order) if knot in tied}
