"""Who is telephoning a place just now, and what may come of a call."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.database import Model


class Answer(StrEnum):
    """What came of a call, when nothing was changed by it."""

    SAME = "same"
    SILENT = "silent"
    SHUT = "shut"


class CheckClaim(Model):
    """Somebody is telephoning a place until a moment, so that nobody else rings it too.

    It holds nobody off for long, and nothing breaks when it is ignored.
    """

    __tablename__ = "check_claim"
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    until: Mapped[datetime]
