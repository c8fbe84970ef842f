"""Verbs that keep the days on which a town shuts by itself."""

from sqlalchemy import select

from nucleus.ground import journal
from nucleus.ground.database import db
from nucleus.resources.holidays.models import LocalHoliday
from nucleus.resources.reach import Patch


class KnownHoliday(Exception):
    """Somebody has written down this day of this town already."""


def add_holiday(town: Patch, day: tuple[int, int], *, name: str | None, actor: int) -> LocalHoliday:
    """Write down the day of a town's patron saint.

    Args:
        town: the town, perhaps with its province.
        day: the month and the day of it.
        name: what the day is called there.
        actor: who says so.

    Raises:
        KnownHoliday: it was there already.
    """
    month, number = day
    province = town.province or ""
    facts = {"comune": town.comune, "province": province, "month": month, "day": number}
    if db.session.scalar(select(LocalHoliday.id).filter_by(**facts)):
        raise KnownHoliday
    holiday = LocalHoliday(**facts, name=name or None)
    db.session.add(holiday)
    db.session.flush()
    journal.write("resources.add_holiday", f"local_holiday:{holiday.id}", actor=actor)
    return holiday


def remove_holiday(holiday: LocalHoliday, *, actor: int) -> None:
    """Strike a day out: the hours of that town hold on it again."""
    journal.write("resources.remove_holiday", f"local_holiday:{holiday.id}", actor=actor)
    db.session.delete(holiday)
