"""Who listens, and every single thing they were or will be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.crypto import ring
from nucleus.ground.database import BigId, Model
from nucleus.ground.lifecycle import checked
from nucleus.people.models import Organisation, new_uid

URL, SECRET = "listener.sealed_url", "listener.sealed_secret"


class Listener(Model):
    """A program of one association, at a public https address; told only of public alerts.

    Address and secret are sealed: an address often carries a password of its own. `drills` says
    that drills are wanted too. A listener that answers 410 has stopped itself.
    """

    __tablename__ = "listener"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    sealed_url: Mapped[bytes]
    sealed_secret: Mapped[bytes]
    events: Mapped[list[str]]
    drills: Mapped[bool] = mapped_column(default=False)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()

    @property
    def url(self) -> str:
        """Open the address; for sending alone."""
        return ring().open(self.sealed_url, URL, self.uid)

    @property
    def secret(self) -> str:
        """Open the secret; for signing alone."""
        return ring().open(self.sealed_secret, SECRET, self.uid)


class Telling(Model):
    """One event for one listener: written in the transaction of its cause, sent afterwards.

    `uid` is its name on the wire, the same at every try. `body` holds numbers, states and moments;
    never a name or somebody's words.
    """

    __tablename__ = "telling"
    __table_args__ = (
        checked("telling.state"),
        Index(None, "state", "due_at"),
        Index(None, "listener_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    listener_id: Mapped[int] = mapped_column(ForeignKey("listener.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(default="queued")
    event: Mapped[str]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    claim: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None]
    words: Mapped[str | None]
    listener: Mapped[Listener] = relationship()
