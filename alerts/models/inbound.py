"""What came in from a provider, so that the same thing coming in again changes nothing."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.database import BigId, Model


class Inbound(Model):
    """One message a person sent us; its words are kept with the answer, never here.

    `account` is the provider account it came through, `ref` and `whom` are keyed fingerprints
    of the provider's own number for it and of the address it came from. `replied` counts
    towards how often we answer anybody. `sharing` names who else uses the telephone that a cry for
    help came from, when it could be any of them.
    """

    __tablename__ = "inbound"
    __table_args__ = (UniqueConstraint("account", "ref"), Index(None, "whom", "at"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account: Mapped[str]
    ref: Mapped[str]
    whom: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    meaning: Mapped[str]
    replied: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id", ondelete="SET NULL"))
    sharing: Mapped[list[int]] = mapped_column(JSON, default=list)
