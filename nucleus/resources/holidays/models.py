"""A day of the year on which one town keeps holiday by itself."""

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.database import Model


class LocalHoliday(Model):
    """The day of a town's patron saint; `province` tells towns of one name apart.

    Public holidays of Italy are known; of these nobody has a list that is whole, so people who
    live there keep the ones they know.
    """

    __tablename__ = "local_holiday"
    __table_args__ = (
        UniqueConstraint("comune", "province", "month", "day"),
        CheckConstraint("month BETWEEN 1 AND 12 AND day BETWEEN 1 AND 31", name="a_day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    comune: Mapped[str]
    province: Mapped[str] = mapped_column(default="")
    month: Mapped[int]
    day: Mapped[int]
    name: Mapped[str | None]

    @property
    def falls_on(self) -> date:
        """Return the day in a leap year, to be said without its year."""
        return date(2024, self.month, self.day)
