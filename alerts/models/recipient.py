"""Each person asked under an alert, how it goes for them, and what they say afterwards."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alerts.models.alert import Alert
from nucleus.ground.database import BigId, Model
from nucleus.ground.lifecycle import checked
from nucleus.ground.sealing import Sealed
from nucleus.people.models import Person, new_uid

CARE_STEPS = ("expected", "late", "missed", "there", "asked", "told", "urged")
WELL = ("yes", "talk")
JUDGED = ("yes", "no", "unsure")


class Recipient(Model):
    """One person asked under one alert.

    `wave` is the wave that asks them (0 while queued), `called_wave` the last wave whose call
    was posted to them and `told_wave` the last one they were told the end of: a closing message
    is owed while told_wave < called_wave. `rank` orders who is asked first. `circle` marks the
    person's own contacts. eta_minutes, arrived_at, done_at and words are facts, not states.

    Somebody looks after who said yes: `care_step` says how far that has come, and at `care_at`
    the next step is due. *expected* (they said when they would be there), *late* (a coordinator
    was asked to phone them), *missed* (their place was opened again), *there*, *asked* (are you
    all right?), *told* (a coordinator was asked to phone), *urged* (and told of 112). While
    `missed_at` is set they fill no place, and are still welcome.
    `well` is what they said the day after; `well_asked_at` when they were asked.
    """

    __tablename__ = "recipient"
    __table_args__ = (
        checked("recipient.state"),
        CheckConstraint(f"care_step IN {CARE_STEPS}", name="care_step"),
        CheckConstraint(f"well IN {WELL}", name="well"),
        UniqueConstraint("alert_id", "person_id"),
        Index(None, "alert_id", "state", "rank"),
        Index(None, "person_id", "state"),
        Index(None, "care_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str | None] = mapped_column(unique=True)  # given when first something is sealed
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(default="queued")
    rank: Mapped[int] = mapped_column(default=0)
    circle: Mapped[bool] = mapped_column(default=False)
    distance_km: Mapped[float | None]
    wave: Mapped[int] = mapped_column(default=0)
    called_wave: Mapped[int] = mapped_column(default=0)
    told_wave: Mapped[int] = mapped_column(default=0)
    alerted_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    wants_to_know_at: Mapped[datetime | None]
    eta_minutes: Mapped[int | None]
    expected_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    care_step: Mapped[str | None]
    care_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    well: Mapped[str | None]
    well_asked_at: Mapped[datetime | None]
    sealed_words: Mapped[bytes | None]
    alert: Mapped[Alert] = relationship()
    person: Mapped[Person] = relationship()
    words = Sealed[str | None]()


class Debrief(Model):
    """What somebody who went says when it is over: three questions, and words if they like."""

    __tablename__ = "debrief"
    __table_args__ = (
        CheckConstraint(f"in_time IN {JUDGED}", name="in_time"),
        CheckConstraint(f"enough_people IN {JUDGED}", name="enough_people"),
        CheckConstraint(f"felt_safe IN {JUDGED}", name="felt_safe"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    recipient_id: Mapped[int] = mapped_column(
        ForeignKey("recipient.id", ondelete="CASCADE"), unique=True
    )
    at: Mapped[datetime]
    in_time: Mapped[str]
    enough_people: Mapped[str]
    felt_safe: Mapped[str]
    sealed_words: Mapped[bytes | None]
    recipient: Mapped[Recipient] = relationship()
    words = Sealed[str | None]()
