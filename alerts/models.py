"""A crisis being answered: the alert, what it needs, and each person asked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.database import BigId, Model
from nucleus.ground.lifecycle import checked
from nucleus.ground.tokens import new_nonce
from nucleus.people.models import Person
from nucleus.roster.models import Competence

SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
REASONS = ("resolved", "cancelled", "expired")
FIRST_NUMBER = 1001


class Alert(Model):
    """A crisis being answered, for one person or an area; severity, urgency and certainty
    are CAP 1.2's words. `number` is what every copy of every message carries (A-1027).

    `lat` and `lon` are the centre of the comune, never an address. `next_wave_at` is when the
    sweeper asks more people while a need is open. `help` marks a member's own press, `everyone`
    an alert that asks all who match in one wave, `not_for_peers` one that sends nobody.
    """  # noqa: D205

    __tablename__ = "alert"
    __table_args__ = (
        checked("alert.state"),
        CheckConstraint(f"severity IN {SEVERITIES}", name="severity"),
        CheckConstraint(f"urgency IN {URGENCIES}", name="urgency"),
        CheckConstraint(f"certainty IN {CERTAINTIES}", name="certainty"),
        CheckConstraint(f"reason IN {REASONS}", name="reason"),
        CheckConstraint("scale IN ('person', 'area')", name="scale"),
        Index(None, "state", "next_wave_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    nonce: Mapped[str] = mapped_column(default=new_nonce)
    state: Mapped[str] = mapped_column(default="draft")
    reason: Mapped[str | None]
    drill: Mapped[bool] = mapped_column(default=False)
    help: Mapped[bool] = mapped_column(default=False)
    everyone: Mapped[bool] = mapped_column(default=False)
    not_for_peers: Mapped[bool] = mapped_column(default=False)
    scale: Mapped[str] = mapped_column(default="person")
    severity: Mapped[str] = mapped_column(default="Unknown")
    urgency: Mapped[str] = mapped_column(default="Expected")
    certainty: Mapped[str] = mapped_column(default="Observed")
    what: Mapped[str]
    meeting_words: Mapped[str | None]
    comune: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    wave: Mapped[int] = mapped_column(default=0)
    wave_seconds: Mapped[int] = mapped_column(default=120)
    step_seconds: Mapped[int] = mapped_column(default=120)
    next_wave_at: Mapped[datetime | None]
    needs: Mapped[list["Need"]] = relationship(
        cascade="all, delete-orphan", order_by="Need.id", back_populates="alert"
    )
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    coordinator: Mapped[Person | None] = relationship(foreign_keys=[coordinator_id])

    @property
    def short_number(self) -> str:
        """Return the number people say to each other, such as A-1027."""
        return f"A-{self.number}"


class Need(Model):
    """So many people, with this competence or that language; whether it is met is computed.

    The needs of one alert are disjoint places: *three, one of whom speaks Arabic* is one place
    for an Arabic speaker and two for anybody.
    """

    __tablename__ = "need"
    __table_args__ = (CheckConstraint("count > 0", name="count"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), index=True)
    count: Mapped[int]
    competence_id: Mapped[int | None] = mapped_column(ForeignKey("competence.id"))
    language: Mapped[str | None]
    alert: Mapped[Alert] = relationship(back_populates="needs")
    competence: Mapped[Competence | None] = relationship()


class Recipient(Model):
    """One person asked under one alert.

    `wave` is the wave that asks them (0 while queued), `called_wave` the last wave whose call
    was posted to them and `told_wave` the last one they were told the end of: a closing message
    is owed while told_wave < called_wave. `rank` orders who is asked first. `circle` marks the
    person's own contacts. eta_minutes, arrived_at, done_at and words are facts, not states.
    """

    __tablename__ = "recipient"
    __table_args__ = (
        checked("recipient.state"),
        UniqueConstraint("alert_id", "person_id"),
        Index(None, "alert_id", "state", "rank"),
        Index(None, "person_id", "state"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
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
    arrived_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    words: Mapped[str | None]
    alert: Mapped[Alert] = relationship()
    person: Mapped[Person] = relationship()


class Approval(Model):
    """A second person's yes to what one alone may not send, or a break-glass with its reason."""

    __tablename__ = "approval"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    reason: Mapped[str | None]
