"""A photo of a place, in words; the pixels lie in a file with a random name."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.database import Model
from nucleus.resources.models import Resource


class Photo(Model):
    """One photo: what can be seen, who took it and when, and in which order it is shown."""

    __tablename__ = "photo"
    __table_args__ = (Index(None, "resource_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"))
    token: Mapped[str] = mapped_column(unique=True)
    alt: Mapped[str]
    taken_by: Mapped[str | None]
    taken_on: Mapped[date | None]
    position: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    resource: Mapped[Resource] = relationship()
