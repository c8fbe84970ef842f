"""Which places we have already may be the one that somebody misses."""

from collections.abc import Mapping
from typing import Any

from nucleus.resources.models import Resource
from nucleus.resources.policy import may_see_exact_place, may_see_resource
from nucleus.resources.queries import resources_by_id
from nucleus.resources.twins.finding import likely_twins

MOST, LOOKED_AT = 5, 20


def already_here(facts: Mapping[str, Any]) -> list[tuple[Resource, Mapping[str, Any]]]:
    """Return places that may be the missing one and whoever is here may know of, and why.

    A stranger's address is not compared: by trying out numbers they would learn that of a
    confidential place.

    Args:
        facts: what was said of the missing place, as a suggestion keeps it.
    """
    where = facts.get("where") or {}
    known = ("address", "comune") if may_see_exact_place() else ("comune",)
    said = {name: facts.get(name) for name in ("name", "phones", "web")}
    found = dict(likely_twins(said | {name: where.get(name) for name in known}, LOOKED_AT))
    rows = [row for row in resources_by_id([*found]) if may_see_resource(row)]
    return [(row, found[row.id].reasons) for row in rows[:MOST]]
