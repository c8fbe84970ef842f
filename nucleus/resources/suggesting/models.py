"""What somebody said of the map, until and after somebody decided on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.crypto import ring
from nucleus.ground.database import Model
from nucleus.ground.lifecycle import checked
from nucleus.people.models import Person
from nucleus.resources.models import Resource, new_uid
from nucleus.resources.topics.table import TOPICS

CONTACT = "suggestion.sealed_contact"


class Suggestion(Model):
    """A change of one handful of facts, or a place that is missing, as somebody sees it.

    `facts` are what should stand there and `before` what stood there when it was written, both
    as a revision keeps them; `note` is what they said in their own words. Equal ones have an equal
    `mark` and are decided together. `sender` is a keyed fingerprint of where it came from, or of
    the person, `browser` one of the browser there; both are blanked, with the words, a month after
    the decision. `from_owner` came by the
    link that was sent to the place itself. `comune` and `province` say in whose area a missing
    place is. Whoever wants to be thanked left an e-mail address, sealed until the decision. Whoever
    keeps the code behind `code_mark` reads what became of it, and `answer`, the words of whoever
    decided, for as long as the rest is kept.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        checked("suggestion.state"),
        CheckConstraint(f"topic IN {TOPICS}", name="topic"),
        CheckConstraint("(resource_id IS NULL) = (topic = 'missing')", name="about"),
        Index(None, "state", "mark"),
        Index(None, "sender", "at"),
        Index(None, "browser", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    resource_id: Mapped[int | None] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), index=True
    )
    topic: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str | None]
    comune: Mapped[str | None]
    province: Mapped[str | None]
    mark: Mapped[str]
    sender: Mapped[str | None]
    browser: Mapped[str | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    from_owner: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str]
    sealed_contact: Mapped[bytes | None]
    code_mark: Mapped[str | None] = mapped_column(unique=True)
    answer: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="waiting")
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id", ondelete="SET NULL"))
    resource: Mapped[Resource | None] = relationship(foreign_keys=[resource_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def contact(self) -> str | None:
        """Open the address of whoever wants to be thanked; it is shown to nobody."""
        sealed = self.sealed_contact
        return ring().open(sealed, CONTACT, self.uid) if sealed else None
