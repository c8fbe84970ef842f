"""Which towns keep holiday by themselves, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.resources.holidays.models import LocalHoliday
from nucleus.resources.models import ENDED, Resource
from nucleus.resources.reach import Patch, spellings

Towns = dict[tuple[str, str], int]
"""How many places each town and province has."""

TOWNS = 12
"""So many towns without a holiday are offered at once, those with the most places first."""


@dataclass(frozen=True)
class Calendar:
    """The local holidays somebody has written down; the few rows are read at once."""

    rows: Sequence[LocalHoliday] = ()

    def days(self, place: Place | None) -> list[tuple[int, int]]:
        """Return their days as (month, day)."""
        return [(row.month, row.day) for row in self.of(place)]

    def of(self, place: Place | None) -> list[LocalHoliday]:
        """Return the local holidays at a place; nothing is known of one without a town."""
        if place is None or not place.comune:
            return []
        return [row for row in self.rows if _patch(row).holds(place.comune, place.province)]


NO_HOLIDAYS = Calendar()
_KEPT = LocalHoliday.__table__.c
_TODAY = select(_KEPT.comune, _KEPT.province).where(
    _KEPT.month == bindparam("month"), _KEPT.day == bindparam("day")
)
"""Asked of the bare table before every search: rows of the session cost as much again."""


def local_holidays() -> Calendar:
    """Return them all, as a year goes by in each town."""
    order = LocalHoliday.comune, LocalHoliday.month, LocalHoliday.day
    return Calendar(db.session.scalars(select(LocalHoliday).order_by(*order)).all())


def holiday_by_id(holiday_id: int) -> LocalHoliday | None:
    """Return one of them."""
    return db.session.get(LocalHoliday, holiday_id)


def some_town_rests() -> ColumnElement[bool]:
    """Return, as SQL with blanks for `month` and `day`, whether any town keeps holiday then."""
    return _TODAY.exists()


def places_at_rest(day: date) -> Select[int] | None:
    """Return, as SQL, the ids of the places whose town keeps holiday that day; None for nowhere."""
    said = {"month": day.month, "day": day.day}
    towns = [_condition(*town) for town in db.session.connection().execute(_TODAY, said)]
    return select(Place.id).where(or_(*towns)).correlate(None) if towns else None


def places_by_town() -> Towns:
    """Return how many places each town has, as their addresses write it."""
    there = select(Place.comune, Place.province, func.count()).join(
        Resource, Resource.place_id == Place.id
    )
    there = there.where(Place.comune.is_not(None), Resource.state.not_in(ENDED))
    rows = db.session.execute(there.group_by(Place.comune, Place.province))
    return {(comune, province or ""): number for comune, province, number in rows if comune}


def number_there(row: LocalHoliday, counted: Towns) -> int:
    """Return how many places keep a holiday; none may mean that the town is misspelt."""
    return sum(number for town, number in counted.items() if _patch(row).holds(*town))


def towns_without(known: Calendar, counted: Towns) -> list[tuple[str, str]]:
    """Return the towns with the most places of which nobody has said a holiday."""
    patches = [_patch(row) for row in known.rows]
    left = [town for town in counted if not any(patch.holds(*town) for patch in patches)]
    return sorted(left, key=lambda town: (-counted[town], town))[:TOWNS]


def _condition(comune: str, province: str) -> ColumnElement[bool]:
    """Return the same as `Calendar.of` says of one place, as SQL."""
    named = Place.comune.in_(spellings(comune))
    return and_(named, Patch(comune, province or None).condition(Place.comune, Place.province))


def _patch(row: LocalHoliday) -> Patch:
    return Patch(row.comune, row.province or None)
