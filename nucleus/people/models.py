"""Persons, organisations, roles, ways to reach somebody, and consents."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.crypto import ring
from nucleus.ground.database import Model
from nucleus.ground.lifecycle import checked
from nucleus.ground.sealing import new_uid as new_uid


class Role(StrEnum):
    """What a person may be trusted with, inside one organisation or in all of them."""

    MEMBER = "member"
    RESPONDER = "responder"
    FACILITATOR = "facilitator"
    COORDINATOR = "coordinator"
    KEEPER = "keeper"
    ADMINISTRATOR = "administrator"


class Channel(StrEnum):
    """A kind of way to reach a person."""

    EMAIL = "email"
    NTFY = "ntfy"
    WEB_PUSH = "web_push"
    TELEGRAM = "telegram"
    SIGNAL = "signal"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    MATRIX = "matrix"
    WEBHOOK = "webhook"
    PHONE = "phone"


PATIENCES = (30, 60, 180, 300, 600)
"""Seconds somebody may want to have between one of their contacts and the next."""

SENDING = tuple(channel for channel in Channel if channel != Channel.PHONE)
ADDRESS = "contact_point.address"


class Organisation(Model):
    """An association of the network, or a partner with the state of its agreement."""

    __tablename__ = "organisation"
    __table_args__ = (checked("organisation.agreement"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    own: Mapped[bool] = mapped_column(default=True)
    agreement: Mapped[str] = mapped_column(default="none")
    phone: Mapped[str | None]
    comune: Mapped[str | None]


class Person(Model):
    """Everyone, once; with or without an account.

    `step_seconds` is how long they want each contact to have before the next one is tried;
    without it, what the message says counts.
    """

    __tablename__ = "person"
    __table_args__ = (CheckConstraint(f"step_seconds IN {PATIENCES}", name="step_seconds"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="it")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    under_age: Mapped[bool] = mapped_column(default=False)
    step_seconds: Mapped[int | None]
    stopped_at: Mapped[datetime | None]
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def first_name(self) -> str:
        """Return the part of the name that strangers may read."""
        return self.name.split()[0] if self.name.split() else self.name


class SpokenLanguage(Model):
    """A language a person can help in."""

    __tablename__ = "spoken_language"
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(primary_key=True, index=True)


class RoleGrant(Model):
    """A role a person holds: in one organisation or, without one, in all; perhaps for a time."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "organisation_id"),
        CheckConstraint(f"role IN {tuple(str(role) for role in Role)}", name="role"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    until: Mapped[date | None]


class ContactPoint(Model):
    """One way to reach a person; rank 1 is tried first.

    The address is sealed; an equal address is found by its keyed fingerprint. Quiet hours are
    minutes after midnight in the installation's time zone and may pass midnight.
    """

    __tablename__ = "contact_point"
    __table_args__ = (
        CheckConstraint(f"channel IN {tuple(str(c) for c in Channel)}", name="channel"),
        Index(None, "person_id", "rank"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    channel: Mapped[str]
    sealed_address: Mapped[bytes]
    fingerprint: Mapped[str] = mapped_column(index=True)
    rank: Mapped[int] = mapped_column(default=1)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    verified_at: Mapped[datetime | None]
    proven_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()

    @property
    def address(self) -> str:
        """Open the address. Never log it, never show it to anyone but its owner."""
        return ring().open(self.sealed_address, ADDRESS, self.uid)


class Consent(Model):
    """One purpose a person agreed to, in which wording, and when that ended."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "person_id", "purpose"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    wording_version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
