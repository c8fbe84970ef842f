"""What the house remembers of its own troubles, and where its probes go."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.database import Model


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
