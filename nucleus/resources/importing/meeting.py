"""What a source told of a place last time, beside what we know: whose word is newer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from nucleus.places.services import Whereabouts, is_pinned_by_hand, whereabouts_of
from nucleus.resources.drafts import Draft
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.revisions import kept, value_of
from nucleus.resources.services import GROUP_OF


@dataclass(frozen=True)
class Meeting:
    """A place of ours that a row speaks of, and what its source told of it last time, if it did."""

    resource: Resource
    known: ForeignId | None

    @property
    def told(self) -> dict[str, Any]:
        """Return what the source told last time."""
        return self.known.told if self.known else {}

    def last_told(self, name: str) -> Any:
        """Return one fact the source told; the first time, what we know ourselves."""
        return self.told[name] if name in self.told else _value(self.resource, name)

    def was_changed(self, name: str) -> bool:
        """Say whether a fact is no longer what the source told."""
        if name not in self.told or name in {"where", "languages"}:
            return False
        return bool(value_of(self.resource, name) != self.told[name])


def _value(resource: Resource, name: str) -> Any:
    if name == "where":
        return where_told(whereabouts_of(resource.place)) if resource.place else []
    return value_of(resource, name)


def known_better(meeting: Meeting, news: set[str], told_on: date | None) -> list[str]:
    """Return what was confirmed or changed here since the source last told it.

    A pin somebody put by hand is never moved by a file, however new: a person decides.
    """
    resource = meeting.resource
    confirmed = {
        row.field_group
        for row in resource.freshness
        if row.confirmed_at and row.how != "import" and not _is_newer(told_on, row.confirmed_at)
    }
    changed_here = not _is_newer(told_on, resource.changed_at)
    by_hand = resource.place is not None and is_pinned_by_hand(resource.place)
    return sorted(
        name
        for name in news
        if (name == "where" and by_hand)
        or _group(name) in confirmed
        or (changed_here and meeting.was_changed(name))
    )


def _is_newer(told_on: date | None, ours: datetime) -> bool:
    return told_on is not None and told_on > ours.date()


def _group(name: str) -> str:
    return "address" if name == "where" else GROUP_OF.get(name, "existence")


def as_told(draft: Draft, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what the source says, to see next time whether it says it still."""
    told = {name: kept(value) for name, value in facts.items()}
    told |= {"where": where_told(draft.where), "languages": sorted(draft.languages)}
    return {name: told[name] for name in told if draft.only is None or name in draft.only}


def where_told(said: Whereabouts) -> list[Any]:
    """Return where it is as a list that JSON keeps: the words, then the point."""
    return [*said.words, *(said.point or ())]
