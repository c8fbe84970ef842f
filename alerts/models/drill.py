"""The monthly drill: once a month every way to reach a person is tried."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.database import BigId, Model
from nucleus.ground.tokens import new_nonce

USUAL_HOUR = 18


class DrillPlan(Model):
    """Whether an association tries its people's contacts, and at which hour of the day."""

    __tablename__ = "drill_plan"
    __table_args__ = (CheckConstraint("hour BETWEEN 8 AND 20", name="hour"),)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    active: Mapped[bool] = mapped_column(default=False)
    hour: Mapped[int] = mapped_column(default=USUAL_HOUR)


class Drill(Model):
    """One contact point tried in one month (`2026-11`); an answer proves it."""

    __tablename__ = "drill"
    __table_args__ = (
        UniqueConstraint("contact_point_id", "month"),
        Index(None, "person_id", "month"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    nonce: Mapped[str] = mapped_column(default=new_nonce)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    contact_point_id: Mapped[int] = mapped_column(
        ForeignKey("contact_point.id", ondelete="CASCADE")
    )
    month: Mapped[str]
    posted_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
