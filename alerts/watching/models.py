"""What the house remembers of its own troubles, and where its probes go."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.database import BigId, Model
from nucleus.ground.tokens import new_nonce
from nucleus.people.models import ContactPoint, Organisation


class Unwell(Model):
    """A trouble that goes on: since when, when the keepers were told, since when it is over.

    The row goes once it has been over for a while, so that a trouble that comes and goes is told
    as one.
    """

    __tablename__ = "unwell"
    what: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]
    over_since: Mapped[datetime | None]


class Probe(Model):
    """Where the regular test message of one lane goes, and what became of the last one.

    `handed_at` is when a provider took it, `back_at` when it was seen to arrive; `trouble` says
    how the last finished one failed (refused, not_left, not_back) and `said` in whose words.
    """

    __tablename__ = "probe"
    lane: Mapped[str] = mapped_column(primary_key=True)
    contact_point_id: Mapped[int] = mapped_column(
        ForeignKey("contact_point.id", ondelete="CASCADE")
    )
    next_at: Mapped[datetime]
    message_id: Mapped[int | None] = mapped_column(BigId)
    posted_at: Mapped[datetime | None]
    handed_at: Mapped[datetime | None]
    back_at: Mapped[datetime | None]
    well_at: Mapped[datetime | None]
    trouble: Mapped[str | None]
    said: Mapped[str | None]
    contact_point: Mapped[ContactPoint] = relationship()


class WallLink(Model):
    """A screen that may show the alerts of an association: made by a coordinator, for a time.

    The link is derived from the row and its nonce, and stored nowhere.
    """

    __tablename__ = "wall_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(default=new_nonce)
    name: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()
