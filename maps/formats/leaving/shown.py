"""What of a place anybody in the world may know; every format that leaves the house is made of it.

Nothing here asks who is looking: a file is copied on, so it holds what a stranger may see. Of a
confidential place that is its name, its town and its phone, never its address, point or door.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from maps.formats.osm_words import FOUND_BY
from nucleus.places.italy import in_italy
from nucleus.places.models import Place
from nucleus.resources.drafts import is_of_words
from nucleus.resources.freshness import confirmations
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.policy import FINDABLE

EXACT = ("pin", "street")
"""Precisions good enough to send somebody there; the middle of a town is not."""


@dataclass(frozen=True)
class Shown:
    """One place as strangers may see it; *home* is what this installation is called."""

    resource: Resource
    home: str

    @property
    def _open_place(self) -> Place | None:
        place = self.resource.place
        return place if place and not place.hidden else None

    @property
    def point(self) -> tuple[float, float] | None:
        """Return where it is, when that is known well and no secret."""
        place = self._open_place
        if place is None or place.lat is None or place.lon is None:
            return None
        return (place.lat, place.lon) if place.precision in EXACT else None

    @property
    def point_from(self) -> str:
        """Return which online geocoder the point is owed to, if one found it."""
        found_by = self._open_place.source if self.point and self._open_place else None
        return found_by if found_by in FOUND_BY else ""

    @property
    def address(self) -> str | None:
        """Return street and number, when they are no secret."""
        return self._open_place.address if self._open_place else None

    @property
    def comune(self) -> str | None:
        """Return the town, which is all that is said of a confidential place."""
        return self.resource.place.comune if self.resource.place else None

    @property
    def country(self) -> str:
        """Return the country as two letters, or nothing when it is not ours."""
        return "IT" if self.point is None or in_italy(*self.point) else ""

    @property
    def languages(self) -> list[str]:
        """Return the codes of the languages spoken there."""
        return sorted(row.language for row in self.resource.languages)

    @property
    def looked_at(self) -> str | None:
        """Return when somebody last looked at any of it."""
        dates = [row.looked_at for row in self.resource.freshness]
        return max(dates).isoformat() if dates else None

    @property
    def assured_on(self) -> str | None:
        """Return the day on which somebody last confirmed it."""
        dates = [one for one in confirmations(self.resource.freshness) if one]
        return max(dates).date().isoformat() if dates else None

    @property
    def origins(self) -> list[tuple[str, str]]:
        """Return who told it, each with its id there; what was typed here is ours.

        A list without ids is known by its words, the address among them: of a confidential place
        they stay here.
        """
        told = [(one.source, self._open_key(one)) for one in self.resource.sources]
        return sorted(told) or [(self.home, self.resource.uid)]

    def origins_owed(self, owed: Mapping[str, str]) -> list[list[str]]:
        """Return the same with the line each teller asks for, where it is not just its name."""
        lines = {source: [line] for source, line in owed.items() if line != source}
        return [[source, key, *lines.get(source, [])] for source, key in self.origins]

    def _open_key(self, known: ForeignId) -> str:
        is_hidden = self.resource.place is not None and self._open_place is None
        return self.resource.uid if is_hidden and is_of_words(known.key) else known.key

    def carried(self) -> dict[str, str]:
        """Return the facts of ours that other formats have no name for, as text."""
        row, place = self.resource, self._open_place
        return {
            "hours_osm": row.hours or "",
            "hours_unsure": "1" if row.hours_unsure else "",
            "emergency_hours": row.emergency_hours or "",
            "emergency_until": row.emergency_until.isoformat() if row.emergency_until else "",
            "by_appointment": "1" if row.by_appointment else "",
            "phone_first": "1" if row.phone_first else "",
            "wheelchair": "" if row.wheelchair == "unknown" else row.wheelchair,
            "accessibility": ";".join(row.accessibility),
            "capacity_unit": row.capacity_unit or "",
            "capacity_free": _number(row.capacity_free),
            "capacity_max": _number(row.capacity_max),
            "capacity_at": row.capacity_at.isoformat() if row.capacity_at else "",
            "label": (place.label or "") if place else "",
            "point_from": self.point_from,
            "hidden": "1" if row.place and row.place.hidden else "",
            "how_to_get_in": (row.how_to_get_in or "") if place or not row.place else "",
            "fresh": json.dumps(self._fresh()) if row.freshness else "",
        }

    def _fresh(self) -> dict[str, list[str | None]]:
        return {
            row.field_group: [
                row.looked_at.isoformat(),
                row.confirmed_at.isoformat() if row.confirmed_at else None,
                row.how,
            ]
            for row in sorted(self.resource.freshness, key=lambda one: one.field_group)
        }


def _number(count: int | None) -> str:
    return "" if count is None else str(count)


def shown(rows: Iterator[Resource], home: str) -> Iterator[Shown]:
    """Pass on what strangers may see, and leave out what is for a circle."""
    for row in rows:
        if row.visibility == "public" and row.state in FINDABLE:
            yield Shown(row, home)
