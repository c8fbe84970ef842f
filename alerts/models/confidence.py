"""What only somebody who comes may learn of an alert, and the codes that open it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alerts.models.recipient import Recipient
from nucleus.ground.database import BigId, Model
from nucleus.ground.sealing import Sealed
from nucleus.people.models import new_uid


class Confidence(Model):
    """What was said in confidence of the person in need: a first name, a number, where they are.

    `spot` is where their telephone says it is, `41.12345,14.12345`.

    `silent` says that nothing is written to the person: somebody dangerous may read along.
    """

    __tablename__ = "confidence"
    alert_id: Mapped[int] = mapped_column(
        ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True
    )
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    sealed_name: Mapped[bytes | None]
    sealed_phone: Mapped[bytes | None]
    sealed_address: Mapped[bytes | None]
    sealed_spot: Mapped[bytes | None]
    silent: Mapped[bool] = mapped_column(default=False)
    name = Sealed[str | None]()
    phone = Sealed[str | None]()
    address = Sealed[str | None]()
    spot = Sealed[str | None]()


class Reveal(Model):
    """One code sent to a recipient's own contact, good once and for a short time.

    The six digits are derived from the row's id and nonce and stand nowhere. `used_at` is when
    what they open was shown.
    """

    __tablename__ = "reveal"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    recipient_id: Mapped[int] = mapped_column(
        ForeignKey("recipient.id", ondelete="CASCADE"), index=True
    )
    nonce: Mapped[str]
    channel: Mapped[str]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    recipient: Mapped[Recipient] = relationship()
