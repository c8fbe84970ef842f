"""Says topics and facts in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from nucleus.ground.clock import now
from nucleus.resources.saying import fact_words
from nucleus.resources.suggesting.compare import Piece, compare
from nucleus.resources.wording import FACTS

TOPIC_WORDS = {
    "hours": lazy_gettext("The hours"),
    "phone": lazy_gettext("Phone, e-mail or web page"),
    "address": lazy_gettext("The address"),
    "capacity": lazy_gettext("How many are free"),
    "what": lazy_gettext("What it does and for whom"),
    "access": lazy_gettext("How to get in, also with a wheelchair"),
    "languages": lazy_gettext("The languages spoken there"),
    "gone": lazy_gettext("The place no longer exists"),
    "other": lazy_gettext("Something else"),
    "missing": lazy_gettext("A place is missing"),
}


@dataclass(frozen=True)
class Line:
    """One fact, old beside new; `moved` when somebody changed it since it was written."""

    label: str
    old: list[Piece]
    new: list[Piece]
    moved: bool = False


def lines(
    today: Mapping[str, Any],
    facts: Mapping[str, Any],
    *,
    moved: list[str],
    kinds: Mapping[str, str],
) -> list[Line]:
    """Return what would change, fact by fact.

    Args:
        today: what the facts say now.
        facts: what they should say.
        moved: which changed since.
        kinds: what categories are called, by code.
    """
    kinds = {"": "", **kinds}
    return [
        Line(
            str(FACTS.get(name, _("What kind of help") if name == "category" else name)),
            *compare(said(name, today.get(name), kinds), said(name, value, kinds)),
            moved=name in moved,
        )
        for name, value in facts.items()
    ]


def said(name: str, value: Any, kinds: Mapping[str, str]) -> str:
    """Return a fact as one text that can be compared word by word."""
    if value is None or value in ("", [], {}):
        return ""
    if name == "where":
        parts = (value.get(part) for part in ("label", "address", "comune", "province"))
        return ", ".join(part for part in parts if part)
    if name == "category":
        return kinds.get(value, value)
    return fact_words(name, value)


def age_words(since: datetime) -> str:
    """Return how long something has waited."""
    days = (now() - since).days
    if days < 1:
        return str(_("since today"))
    return str(ngettext("for %(num)d day", "for %(num)d days", days))
