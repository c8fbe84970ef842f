"""What authorities have sent us: each document once, and what became of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alerts.models import Alert
from nucleus.ground.database import BigId, Model

OUTCOMES = (
    "drafted", "replaces_draft", "changes_alert", "ends_alert", "ends_draft", "not_ours", "ignored"
)  # fmt: skip


class CapDocument(Model):
    """A CAP document that came in, for one association; sender and identifier name it for ever.

    `alert` is the draft that was made of it, `earlier` the alert or draft that it changes or ends.
    The words are the authority's; the signature, if one came with it, was not verified.
    """

    __tablename__ = "cap_document"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sender", "identifier"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    sender: Mapped[str]
    identifier: Mapped[str]
    sent_at: Mapped[datetime]
    status: Mapped[str]
    message_type: Mapped[str]
    signed: Mapped[bool] = mapped_column(default=False)
    headline: Mapped[str]
    description: Mapped[str]
    instruction: Mapped[str]
    outcome: Mapped[str]
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id", ondelete="SET NULL"))
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id", ondelete="SET NULL"))
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    alert: Mapped[Alert | None] = relationship(foreign_keys=[alert_id])
    earlier: Mapped[Alert | None] = relationship(foreign_keys=[earlier_id])
