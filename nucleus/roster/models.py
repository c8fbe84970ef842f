"""Responders, their qualifications, and the promises they make about their time."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.database import Model
from nucleus.ground.lifecycle import checked
from nucleus.people.models import Person


class Responder(Model):
    """A trained peer who may be called, with a coarse zone (a comune's centre, never a home).

    `lat` and `lon` are the centre of the zone's comune in WGS 84 degrees; `resting_until` is
    set by the volunteer or by the rest after a case.
    """

    __tablename__ = "responder"
    __table_args__ = (
        CheckConstraint("radius_km > 0", name="radius"),
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    comune: Mapped[str | None]
    province: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    radius_km: Mapped[float] = mapped_column(default=15.0)
    resting_until: Mapped[datetime | None]
    active_since: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class Competence(Model):
    """What one can be qualified for; `opens` names the kinds of duty it opens."""

    __tablename__ = "competence"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    labels: Mapped[dict[str, str]]
    months_valid: Mapped[int] = mapped_column(default=24)
    opens: Mapped[list[str]] = mapped_column(default=list)

    def label(self, language: str) -> str:
        """Return the label in a language, else in Italian, else the bare code."""
        return self.labels.get(language) or self.labels.get("it") or self.code


class Award(Model):
    """A dated qualification. It is live from `issued_on` until the day before `expires_on`
    ends, in the installation's time zone, unless suspended or revoked; that is computed when
    it is read and never stored.
    """  # noqa: D205

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("person_id", "competence_id", "issued_on"),
        Index(None, "competence_id", "expires_on", "person_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"))
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    trainer: Mapped[str | None]
    trainer_profession: Mapped[str | None]
    suspended_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    competence: Mapped[Competence] = relationship()
    person: Mapped[Person] = relationship()


class Duty(Model):
    """A promise to be there: on call (a shift), or available now until a stated end."""

    __tablename__ = "duty"
    __table_args__ = (
        checked("duty.state"),
        CheckConstraint("starts_at < ends_at", name="order"),
        Index(None, "kind", "state", "starts_at", "ends_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="taken")


class WeeklyHours(Model):
    """A stretch of each week in which a responder can usually come.

    `weekday` is 0 for Monday; `opens` and `closes` are minutes after local midnight
    (0 ≤ opens < closes ≤ 1440). A night that passes midnight is two rows.
    """

    __tablename__ = "weekly_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("0 <= opens AND opens < closes AND closes <= 1440", name="order"),
        Index(None, "weekday", "person_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    opens: Mapped[int]
    closes: Mapped[int]
