"""What a change of a place keeps of the facts before and after, so that it can be put back."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, whereabouts_of
from nucleus.resources.models import Resource, Revision

READ = {"emergency_until": date.fromisoformat, "capacity_at": datetime.fromisoformat}
APART = ("where", "languages")
"""Facts that are no columns of the resource."""


class ChangedSince(Exception):
    """Facts of a revision were changed again; `names` says which."""

    def __init__(self, names: list[str]) -> None:
        """Take the names of the facts."""
        super().__init__(", ".join(names))
        self.names = names


def kept(value: Any) -> Any:
    """Return a fact as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def value_of(resource: Resource, name: str) -> Any:
    """Return one fact of a place as a revision keeps it."""
    if name == "where":
        return where_facts(resource.place)
    if name == "languages":
        return sorted(row.language for row in resource.languages)
    return kept(getattr(resource, name))


def where_facts(place: Place | None) -> dict[str, Any]:
    """Return what is said of where it is, and in which row; nothing when nobody ever said it."""
    if place is None:
        return {}
    said = asdict(whereabouts_of(place))
    return {**said, "point": list(said["point"]) if said["point"] else None, "place": place.id}


def whereabouts(facts: Mapping[str, Any]) -> Whereabouts | None:
    """Return the place a revision speaks of, if it speaks of one."""
    said = facts.get("where")
    if not said:
        return None
    words = {name: value for name, value in said.items() if name != "place"}
    return Whereabouts(**{**words, "point": tuple(said["point"]) if said["point"] else None})


def read_back(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return kept facts as columns."""
    return {
        name: READ[name](value) if name in READ and value else value
        for name, value in facts.items()
        if name not in APART
    }


def changed_since(revision: Revision) -> list[str]:
    """Return the facts that are no longer what this change made of them."""
    resource = revision.resource
    return sorted(
        name for name, value in revision.after.items() if value_of(resource, name) != value
    )


def refuse_if_changed_since(revision: Revision, names: Collection[str]) -> None:
    """Raise ChangedSince when one of these facts is no longer what this change made of it."""
    if others := [name for name in changed_since(revision) if name in names]:
        raise ChangedSince(others)
