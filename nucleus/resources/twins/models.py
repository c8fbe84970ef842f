"""What is known of entries that may be one place: how each looked, which pairs, what was done."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.database import Model
from nucleus.ground.lifecycle import checked
from nucleus.resources.models import Resource


class TwinLook(Model):
    """How an entry looked when it was last compared with the others.

    Only what differs from it now is compared again. `cell` is the square of about a hundred
    metres in which its point lies, when that point is a house and not the middle of a town.
    """

    __tablename__ = "twin_look"
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True
    )
    changed_at: Mapped[datetime]
    title: Mapped[str]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    precision: Mapped[str | None]
    cell: Mapped[int | None] = mapped_column(BigInteger, index=True)


class TwinKey(Model):
    """Something by which an entry is met again: a phone, a web host, a town with a word."""

    __tablename__ = "twin_key"
    value: Mapped[str] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class TwinPair(Model):
    """Two entries that may be one place, why, and what somebody said of it.

    `reasons` are facts, not sentences: metres, likeness of the titles, the phone they share.
    What was settled stays, so that nobody is asked twice, however often a list comes in again.
    """

    __tablename__ = "twin_pair"
    __table_args__ = (
        checked("twin_pair.state"),
        CheckConstraint("low_id < high_id", name="in_order"),
        UniqueConstraint("low_id", "high_id"),
        Index(None, "state", "strength"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), index=True)
    strength: Mapped[int]
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="open")
    found_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    low: Mapped[Resource] = relationship(foreign_keys=low_id)
    high: Mapped[Resource] = relationship(foreign_keys=high_id)


class Merge(Model):
    """One entry that went into another, with all that is needed to take them apart again.

    `said` is every fact of the entry that went, as a revision keeps it. `moved` names the rows
    that followed it, by table; `fresh` and `place_id` are how the one that stayed was before.
    """

    __tablename__ = "merge"
    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), index=True)
    pair_id: Mapped[int | None] = mapped_column(ForeignKey("twin_pair.id", ondelete="SET NULL"))
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    gone_state: Mapped[str]
    said: Mapped[dict[str, Any]]
    moved: Mapped[dict[str, Any]]
    fresh: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
    kept: Mapped[Resource] = relationship(foreign_keys=kept_id)
    gone: Mapped[Resource] = relationship(foreign_keys=gone_id)
