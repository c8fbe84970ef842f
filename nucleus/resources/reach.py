"""Which places somebody looks after: those of the own organisation, and the free ones in its area.

Pure, except that the same rule is also said in SQL, so that a list shows exactly what may be
changed. A property test holds the two together.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from nucleus.people.models import Role
from nucleus.people.policy import Grants
from nucleus.places.models import Place
from nucleus.resources.models import Resource

Column = InstrumentedAttribute[str | None]
PROVINCE = re.compile(r"[A-Za-z]{2}")
IN_PROVINCE = re.compile(r"(.+?)\s*\(([A-Za-z]{2})\)")
MANY_REACHES = 64
"""For so many different reaches a question of the start page is kept ready."""


@dataclass(frozen=True)
class Patch:
    """A part of an organisation's area: a town, a province, or a town in a province."""

    comune: str | None = None
    province: str | None = None

    def holds(self, comune: str | None, province: str | None) -> bool:
        """Say whether a place is inside, as far as anything is known of where it is.

        What nobody knows excludes nothing: a place without a town would else be nobody's.
        """
        return (not (self.comune and comune) or comune in spellings(self.comune)) and (
            not (self.province and province) or province in spellings(self.province)
        )

    def condition(self, comune: Column, province: Column) -> ColumnElement[bool]:
        """Return the same of two columns."""
        known = (comune, self.comune), (province, self.province)
        named = [
            or_(column.is_(None), column == "", column.in_(spellings(part)))
            for column, part in known
            if part
        ]
        return and_(true(), *named)


def read_patch(line: str) -> Patch:
    """Return what a line names: `CE` a province, `Castro (LE)` a town in it, else a town."""
    if PROVINCE.fullmatch(line):
        return Patch(province=line.upper())
    if found := IN_PROVINCE.fullmatch(line):
        return Patch(found[1], found[2].upper())
    return Patch(line)


def write_patch(comune: str | None, province: str | None) -> str:
    """Return the line that reads back as this part of an area."""
    return f"{comune} ({province})" if comune and province else comune or province or ""


@dataclass(frozen=True)
class Reach:
    """What somebody looks after.

    Attributes:
        all: everything, as administrators do.
        organisations: the places these keep, and no other organisation's.
        free: every place that no organisation keeps, for want of an area.
        patches: where places that no organisation keeps are looked after.
    """

    all: bool = False
    organisations: frozenset[int] = frozenset()
    free: bool = False
    patches: frozenset[Patch] = frozenset()

    def holds(self, organisation: int | None, comune: str | None, province: str | None) -> bool:
        """Say whether a place of this organisation (or of none), there, is looked after."""
        if self.all or organisation is not None:
            return self.all or organisation in self.organisations
        return self.free or any(patch.holds(comune, province) for patch in self.patches)

    def holds_place(self, resource: Resource) -> bool:
        """Say whether this place is looked after."""
        place = resource.place
        where = (place.comune, place.province) if place else (None, None)
        return self.holds(resource.organisation_id, *where)

    @property
    def condition(self) -> ColumnElement[bool]:
        """Return the same as a condition on `Resource`; it joins nothing."""
        if self.all:
            return true()
        theirs = Resource.organisation_id.in_(sorted(self.organisations))
        return or_(theirs, and_(Resource.organisation_id.is_(None), self._inside))

    @property
    def _inside(self) -> ColumnElement[bool]:
        """Return that a place is where those that nobody keeps are looked after."""
        if self.free:
            return true()
        if not self.patches:
            return false()
        inside = select(Place.id).where(self.holds_free(Place.comune, Place.province))
        return or_(Resource.place_id.is_(None), Resource.place_id.in_(inside))

    def holds_free(self, comune: Column, province: Column) -> ColumnElement[bool]:
        """Return that what no organisation keeps is looked after there, of two columns."""
        if self.all or self.free:
            return true()
        patches = sorted(self.patches, key=repr)
        return or_(false(), *[patch.condition(comune, province) for patch in patches])


EVERYTHING = Reach(all=True)
"""What the operator at the terminal looks after."""


def reach_of_grants(grants: Grants, areas: Iterable[tuple[int, Patch]]) -> Reach:
    """Return what these roles look after.

    Args:
        grants: the live roles as (role, organisation or None for all).
        areas: (organisation, part of its area) of any organisations.
    """
    scopes = {scope for role, scope in grants if role == Role.COORDINATOR}
    everywhere = any(role == Role.ADMINISTRATOR for role, _ in grants) or None in scopes
    mine = frozenset(scope for scope in scopes if scope is not None)
    theirs = [(owner, patch) for owner, patch in areas if owner in mine]
    return Reach(
        all=everywhere,
        organisations=mine,
        free=bool(mine - {owner for owner, _ in theirs}),
        patches=frozenset(patch for _, patch in theirs),
    )


def spellings(name: str) -> tuple[str, ...]:
    """Return how lists write a name: as it is, in capitals, in small letters, and as a title."""
    return tuple(sorted({name, name.upper(), name.lower(), name.title()}))
