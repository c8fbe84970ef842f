"""A service offered at a place, and how fresh each part of what we know about it is."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.database import Model
from nucleus.ground.lifecycle import checked
from nucleus.ground.models import Term
from nucleus.places.models import Place

VISIBILITIES = ("public", "members", "responders", "coordinators")
FIELD_GROUPS = ("hours", "phone", "address", "capacity", "existence")


class Resource(Model):
    """One service at one place (HSDS service_at_location, flattened).

    `hours` is OSM `opening_hours` syntax, `hours_words` what the source said. A foreign id
    (source, foreign_id) lets an import find the row again. `state` never says *stale*: that is
    computed from the freshness rows when it is read.
    """

    __tablename__ = "resource"
    __table_args__ = (
        checked("resource.state"),
        CheckConstraint(f"visibility IN {VISIBILITIES}", name="visibility"),
        UniqueConstraint("source", "foreign_id"),
        Index(None, "state", "visibility", "category_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    what: Mapped[str | None]
    category_id: Mapped[int] = mapped_column(ForeignKey("term.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    phones: Mapped[list[str]] = mapped_column(default=list)
    email: Mapped[str | None]
    web: Mapped[str | None]
    hours: Mapped[str | None]
    hours_words: Mapped[str | None]
    hours_unsure: Mapped[bool] = mapped_column(default=False)
    by_appointment: Mapped[bool] = mapped_column(default=False)
    who_for: Mapped[str | None]
    cost: Mapped[str | None]
    documents: Mapped[str | None]
    wheelchair: Mapped[str] = mapped_column(default="unknown")
    how_to_get_in: Mapped[str | None]
    visibility: Mapped[str] = mapped_column(default="public")
    state: Mapped[str] = mapped_column(default="proposed")
    source: Mapped[str | None]
    foreign_id: Mapped[str | None]
    imported: Mapped[dict[str, Any]] = mapped_column(default=dict)
    search_text: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    category: Mapped[Term] = relationship()
    place: Mapped[Place | None] = relationship()
    languages: Mapped[list["ResourceLanguage"]] = relationship(
        cascade="all, delete-orphan", order_by="ResourceLanguage.language"
    )
    freshness: Mapped[list["Freshness"]] = relationship(cascade="all, delete-orphan")


class ResourceLanguage(Model):
    """A language spoken there."""

    __tablename__ = "resource_language"
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(primary_key=True, index=True)


class Freshness(Model):
    """When one group of facts was last looked at, last confirmed, by whom and how."""

    __tablename__ = "freshness"
    __table_args__ = (CheckConstraint(f"field_group IN {FIELD_GROUPS}", name="field_group"),)
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True
    )
    field_group: Mapped[str] = mapped_column(primary_key=True)
    looked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    how: Mapped[str]
