"""A letter to a place, with the link by which it answers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.database import Model
from nucleus.resources.models import Resource

ANSWERS = ("same", "closed", "done", "stop")


class OwnerLetter(Model):
    """One letter to whoever runs a place; its link is derived from `nonce` and stored nowhere.

    `answer` is `same` (all as before), `closed` (the place is gone), `done` (what changed was
    told) or `stop` (no letters, please); with it the link ends. Nobody in `by_id` means that the
    house reminded by itself, which it does only where somebody answered before. `mailbox_id` is
    the person who lends the address to the post office until the letter is settled. `language` is
    the one whoever sent it chose, and after an answer the one in which the place read it.
    """

    __tablename__ = "owner_letter"
    __table_args__ = (CheckConstraint(f"answer IN {ANSWERS}", name="answer"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), index=True
    )
    nonce: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    failed_at: Mapped[datetime | None]
    mailbox_id: Mapped[int | None]
    language: Mapped[str | None]
    resource: Mapped[Resource] = relationship()
