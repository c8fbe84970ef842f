"""Whom a person in need does not want to be asked, told, or let in on it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.database import BigId, Model
from nucleus.ground.sealing import Sealed
from nucleus.people.models import new_uid


class Unwanted(Model):
    """A name, an address or an association, as its owner typed it: sealed, matched when needed.

    No row says which person is meant, and nothing ever confirms that there is one, so that
    neither the table nor the page tells anybody who belongs to the network.
    """

    __tablename__ = "unwanted"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]
    sealed_words: Mapped[bytes]
    words = Sealed[str]()
