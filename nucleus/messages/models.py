"""The tray of the post office: texts to be told, and each telling of them."""

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.clock import now
from nucleus.ground.database import BigId, Model
from nucleus.ground.lifecycle import checked
from nucleus.ground.sealing import SealedWords, new_uid
from nucleus.people.models import ContactPoint

LIFE_AT_RISK, ALERT, CLOSING, PERSONAL, NEWS = 90, 70, 60, 50, 10
DISTANT = datetime(9999, 1, 1, tzinfo=UTC)


class Message(Model):
    """One text to be told, in the languages it exists in.

    `texts` maps a language code to {"subject", "body", "short"}; `short` is the content-free
    text for a plain channel. They stand sealed: an update may say where somebody waits.
    `origin` and `origin_id` name the row of an upper room that caused it (`alert`, 12). `thread`
    is the short number every copy carries (A-1027). A link is derived at sending from
    `link_purpose`, the delivery's `link_subject` and `nonce`, and leads to `link_path` + token;
    messages without a purpose carry no link. One that does not wake
    sleepers waits for the end of each contact's quiet hours; one that is `limited` counts among
    the few an hour that a contact gets, and is held beyond that.
    """

    __tablename__ = "message"
    __table_args__ = (Index(None, "origin", "origin_id", "kind"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    kind: Mapped[str]
    origin: Mapped[str | None]
    origin_id: Mapped[int | None] = mapped_column(BigId)
    wave: Mapped[int] = mapped_column(default=0)
    thread: Mapped[str | None]
    sealed_texts: Mapped[bytes]
    priority: Mapped[int] = mapped_column(default=PERSONAL)
    urgent: Mapped[bool] = mapped_column(default=False)
    overtakes: Mapped[bool] = mapped_column(default=False)
    wakes_sleepers: Mapped[bool] = mapped_column(default=False)
    drill: Mapped[bool] = mapped_column(default=False)
    limited: Mapped[bool] = mapped_column(default=True)
    link_purpose: Mapped[str | None]
    link_path: Mapped[str | None]
    nonce: Mapped[str | None]
    created_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    texts = SealedWords()


class Delivery(Model):
    """One message to one person by one contact point; the outbox itself.

    A row is claimed (`claim` counts up, `lease_until` bounds it), sent, and settled only by
    whoever still holds the claim. Three counters are kept apart: `claim` (times taken up),
    `refusals` (definite noes) and `copies` (times it may have gone over the wire). `step` is
    the contact's place in the person's order; later steps wait with a later `due_at`.
    `wanted_at` is when it should go; a row that must wait for an older one on the same contact
    has a DISTANT `due_at` until that one is settled. `held_until` is set while it waits only
    because its contact has had enough for this hour. `provider` names the way (see
    `alerts.sender.ways`) that carried the last copy, `provider_ref` is that provider's number.
    Receipts add `delivered_at`, `seen_at`, `undelivered_at`, and never change the state.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        checked("delivery.state"),
        UniqueConstraint("message_id", "person_id", "contact_point_id"),
        Index("ix_delivery_due", "lane", text("priority DESC"), "due_at", "id",
              sqlite_where=text("state = 'queued'"), postgresql_where=text("state = 'queued'")),
        Index("ix_delivery_leased", "id",
              sqlite_where=text("state = 'leased'"), postgresql_where=text("state = 'leased'")),
        Index("ix_delivery_unsettled", "contact_point_id", "id",
              sqlite_where=text("state IN ('queued', 'leased')"),
              postgresql_where=text("state IN ('queued', 'leased')")),
        Index("ix_delivery_told", "contact_point_id", "settled_at",
              sqlite_where=text("settled_at IS NOT NULL"),
              postgresql_where=text("settled_at IS NOT NULL")),
        Index("ix_delivery_receipt", "provider", "provider_ref",
              sqlite_where=text("provider_ref IS NOT NULL"),
              postgresql_where=text("provider_ref IS NOT NULL")),
        Index(None, "person_id"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    contact_point_id: Mapped[int] = mapped_column(
        ForeignKey("contact_point.id", ondelete="CASCADE")
    )
    link_subject: Mapped[int | None] = mapped_column(BigId)
    lane: Mapped[str]
    step: Mapped[int] = mapped_column(default=1)
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(default="queued")
    due_at: Mapped[datetime]
    wanted_at: Mapped[datetime] = mapped_column(default=now)
    claim: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    refusals: Mapped[int] = mapped_column(default=0)
    copies: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[bool] = mapped_column(default=False)
    deferred_until: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    undelivered_at: Mapped[datetime | None]
    provider: Mapped[str | None]
    provider_ref: Mapped[str | None]
    reason: Mapped[str | None]
    message: Mapped[Message] = relationship()
    contact_point: Mapped[ContactPoint] = relationship()


class EarlyReceipt(Model):
    """A provider's receipt that was faster than our own note of the number it speaks of."""

    __tablename__ = "early_receipt"
    __table_args__ = (UniqueConstraint("provider", "provider_ref", "what"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    provider: Mapped[str]
    provider_ref: Mapped[str]
    what: Mapped[str]
    at: Mapped[datetime]
    noted_at: Mapped[datetime]
