"""Who is telephoning a place just now, and what may come of a call."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.database import Model
from nucleus.resources.models import Resource


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


class CheckAnswer(Model):
    """The last answer of the round about a place, for as long as it may have been a slip.

    `before` and `after` hold the state, the calls without an answer, and the dates of each group.
    """

    __tablename__ = "check_answer"
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    answer: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    resource: Mapped[Resource] = relationship()
