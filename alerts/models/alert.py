"""A crisis being answered, what it needs, and the associations whose coordinators run it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.database import BigId, Model
from nucleus.ground.lifecycle import checked
from nucleus.ground.sealing import Sealed
from nucleus.ground.tokens import new_nonce
from nucleus.people.models import Person, new_uid
from nucleus.roster.models import Competence

SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
REASONS = ("resolved", "cancelled", "expired")
FIRST_NUMBER = 1001
STAY_MINUTES = 90


class Alert(Model):
    """A crisis being answered, for one person or an area; severity, urgency and certainty
    are CAP 1.2's words. `number` is what every copy of every message carries (A-1027).

    `lat` and `lon` are the centre of the comune, never an address. `next_wave_at` is when the
    sweeper asks more people while a need is open. `help` marks a member's own press, `everyone`
    an alert that asks all who match in one wave, `not_for_peers` one that sends nobody.

    `rung` is how far up the ladder of coordinators it has climbed while nobody follows it, and
    `rung_at` when the next one is told. `seen_at` is when its coordinator last gave a sign,
    `asked_at` when they were asked for one; `handover_id` is whom they asked to take it over.
    After `stay_minutes` with the person, who went there is asked whether they are all right.
    `forgotten_at` is when its words and people were forgotten, a year after its end.
    """  # noqa: D205

    __tablename__ = "alert"
    __table_args__ = (
        checked("alert.state"),
        CheckConstraint(f"severity IN {SEVERITIES}", name="severity"),
        CheckConstraint(f"urgency IN {URGENCIES}", name="urgency"),
        CheckConstraint(f"certainty IN {CERTAINTIES}", name="certainty"),
        CheckConstraint(f"reason IN {REASONS}", name="reason"),
        CheckConstraint("scale IN ('person', 'area')", name="scale"),
        CheckConstraint("stay_minutes > 0", name="stay"),
        Index(None, "state", "next_wave_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
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
    sealed_what: Mapped[bytes]
    sealed_meeting_words: Mapped[bytes | None]
    sealed_why_alone: Mapped[bytes | None]
    comune: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    wave: Mapped[int] = mapped_column(default=0)
    wave_seconds: Mapped[int] = mapped_column(default=120)
    step_seconds: Mapped[int] = mapped_column(default=120)
    stay_minutes: Mapped[int] = mapped_column(default=STAY_MINUTES)
    next_wave_at: Mapped[datetime | None]
    rung: Mapped[int] = mapped_column(default=0)
    rung_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    needs: Mapped[list["Need"]] = relationship(
        cascade="all, delete-orphan", order_by="Need.id", back_populates="alert"
    )
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    coordinator: Mapped[Person | None] = relationship(foreign_keys=[coordinator_id])
    handover: Mapped[Person | None] = relationship(foreign_keys=[handover_id])
    what = Sealed[str]()
    meeting_words = Sealed[str | None]()
    why_alone = Sealed[str | None]()

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


class AlertDesk(Model):
    """An association whose coordinators may run an alert, or only say yes to its surplus."""

    __tablename__ = "alert_desk"
    __table_args__ = (
        CheckConstraint("purpose IN ('run', 'approve')", name="purpose"),
        Index(None, "organisation_id", "alert_id"),
    )
    alert_id: Mapped[int] = mapped_column(
        ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(default="run")
    since: Mapped[datetime]


class Approval(Model):
    """A request for a second person's yes to asking more than fifty, and what became of it.

    It is `waiting` until somebody other than the author says `given` or `refused`; `broken` is
    a coordinator who went on alone with a reason (break-glass), `moot` one that is not needed
    any more. `people` is how many more would be asked. `rung` counts who was told so far.
    """

    __tablename__ = "approval"
    __table_args__ = (checked("approval.state"), Index(None, "state", "rung_at"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default="waiting")
    people: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime | None]
    rung: Mapped[int] = mapped_column(default=0)
    rung_at: Mapped[datetime | None]
    sealed_reason: Mapped[bytes | None]
    alert: Mapped[Alert] = relationship()
    person: Mapped[Person | None] = relationship()
    reason = Sealed[str | None]()
