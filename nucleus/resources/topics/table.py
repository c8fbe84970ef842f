"""Which questions belong to which handful of facts, and which columns they fill; pure."""

from collections.abc import Mapping
from typing import Any

QUESTIONS: dict[str, tuple[str, ...]] = {
    "hours": ("hours", "by_appointment"),
    "phone": ("phones", "phone_first", "email", "web"),
    "address": ("address", "comune", "province"),
    "capacity": ("capacity_unit", "capacity_free", "capacity_max"),
    "what": (
        *("name", "what", "offered_by", "who_for", "age_from", "age_to", "cost", "documents"),
    ),
    "access": ("wheelchair", "accessibility", "how_to_get_in"),
    "languages": ("languages",),
}
"""The questions of each handful, as the whole form names them."""

OF_COORDINATORS = {"hours": ("keep_words", "emergency_hours", "emergency_until")}
"""What only who looks after the map is asked beside."""

GONE, OTHER, MISSING = "gone", "other", "missing"
WORDS_ONLY = (GONE, OTHER)
"""Topics without a fact of their own: the place is no longer there; anything else, in words."""

TOPICS = (*QUESTIONS, *WORDS_ONLY, MISSING)
NEW_PLACE = (
    *("name", "category", "what", "address", "comune", "province", "phones", "web", "hours"),
    "languages",
)
SAYS_WHERE = ("address", "how_to_get_in")
"""Topics and columns that say where a place is: of a hidden one nobody else is asked them."""


def normal(typed: Any) -> Any:
    """Return an answer as it compares: no spaces around it, one kind of line end."""
    if isinstance(typed, str):
        return "\n".join(line.strip() for line in typed.strip().splitlines())
    if isinstance(typed, list | tuple):
        return sorted(typed)
    return "" if typed is None else typed


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the questions that are answered otherwise than before."""
    return [name for name in after if normal(after[name]) != normal(before.get(name))]
