"""A service offered at a place, and how fresh each part of what we know about it is."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.database import Model
from nucleus.ground.handmade import make_by_hand
from nucleus.ground.lifecycle import checked
from nucleus.ground.models import Term
from nucleus.places.models import Place

VISIBILITIES = ("public", "members", "responders", "coordinators")
FIELD_GROUPS = ("hours", "phone", "address", "capacity", "existence")
OFTEN_SILENT = 3
"""Calls in a row without an answer after which a page says so."""

ENDED = ("retired", "merged")
"""States of an entry that stands for no place now; a merged one leads to the one that stays."""


def new_uid() -> str:
    """Return a random name under which the rest of the world knows a place."""
    return str(uuid4())


class Resource(Model):
    """One service at one place (HSDS service_at_location, flattened).

    `hours` is OSM `opening_hours` syntax, `hours_words` what the source said. `emergency_hours`
    hold instead of them until the end of the day `emergency_until`; one is never without the
    other, because hours of a heat wave that nobody ends send people to a closed door in autumn.
    `accessibility` holds codes of `accessibility.AIDS`: what else is there for who needs it.
    `offered_by` is an organisation or a named professional; `organisation_id` says which
    association of the house keeps the entry. `state` never says *stale*: that is computed from
    the freshness rows when it is read. `merged_into_id` leads from an entry that was merged to
    the one that stayed; its own facts are kept as they were. `search_text` holds every word it may
    be found by, `search_name` its name and `search_who` whom it is for, all in plain letters.
    `silent_calls` counts how often in a row nobody answered the telephone.
    """

    __tablename__ = "resource"
    __table_args__ = (
        checked("resource.state"),
        CheckConstraint(f"visibility IN {VISIBILITIES}", name="visibility"),
        CheckConstraint(
            "(emergency_hours IS NULL) = (emergency_until IS NULL)", name="emergency_ends"
        ),
        CheckConstraint("age_from <= age_to", name="ages"),
        CheckConstraint("capacity_free >= 0 AND capacity_max >= 0", name="capacity"),
        Index(None, "state", "visibility", "category_id"),
        Index(None, "place_id", "state", "visibility"),  # all a crowded map asks, without the rows
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    name: Mapped[str]
    what: Mapped[str | None]
    offered_by: Mapped[str | None]
    category_id: Mapped[int] = mapped_column(ForeignKey("term.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    phones: Mapped[list[str]] = mapped_column(default=list)
    email: Mapped[str | None]
    web: Mapped[str | None]
    hours: Mapped[str | None]
    hours_words: Mapped[str | None]
    hours_unsure: Mapped[bool] = mapped_column(default=False)
    emergency_hours: Mapped[str | None]
    emergency_until: Mapped[date | None]
    by_appointment: Mapped[bool] = mapped_column(default=False)
    phone_first: Mapped[bool] = mapped_column(default=False)
    who_for: Mapped[str | None]
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    cost: Mapped[str | None]
    documents: Mapped[str | None]
    wheelchair: Mapped[str] = mapped_column(default="unknown")
    accessibility: Mapped[list[str]] = mapped_column(default=list)
    how_to_get_in: Mapped[str | None]
    capacity_unit: Mapped[str | None]
    capacity_free: Mapped[int | None]
    capacity_max: Mapped[int | None]
    capacity_at: Mapped[datetime | None]
    visibility: Mapped[str] = mapped_column(default="public")
    state: Mapped[str] = mapped_column(default="proposed")
    silent_calls: Mapped[int] = mapped_column(default=0)
    search_text: Mapped[str] = mapped_column(default="")
    search_name: Mapped[str] = mapped_column(default="")
    search_who: Mapped[str] = mapped_column(default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    category: Mapped[Term] = relationship()
    place: Mapped[Place | None] = relationship()
    languages: Mapped[list["ResourceLanguage"]] = relationship(
        cascade="all, delete-orphan", order_by="ResourceLanguage.language"
    )
    freshness: Mapped[list["Freshness"]] = relationship(cascade="all, delete-orphan")
    sources: Mapped[list["ForeignId"]] = relationship(
        cascade="all, delete-orphan", order_by="ForeignId.id", back_populates="resource"
    )

    @property
    def is_confidential(self) -> bool:
        """Say whether not everybody may know where it is, or even that it exists."""
        return self.visibility != "public" or bool(self.place and self.place.hidden)


# The list goes by name, the open doors first. SQLite finds everything it asks in the index itself;
# PostgreSQL refuses to keep long hours in one.
make_by_hand(
    Resource.__table__,
    {
        "sqlite": (
            "CREATE INDEX ix_resource_by_name ON resource"
            " (search_name, state, visibility, hours, emergency_hours, emergency_until)",
        ),
        "postgresql": ("CREATE INDEX ix_resource_by_name ON resource (search_name, id)",),
    },
    {},
    names=("ix_resource_by_name",),
)


class ResourceLanguage(Model):
    """A language spoken there."""

    __tablename__ = "resource_language"
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(primary_key=True, index=True)


class ForeignId(Model):
    """Under which id one source knows a place, and what it told last time.

    `uid` is made from source and key (uuid5), so that any installation finds the same one. What
    was told shows next time what the source changed and what was changed here.
    """

    __tablename__ = "foreign_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), index=True
    )
    source: Mapped[str]
    key: Mapped[str]
    uid: Mapped[str] = mapped_column(unique=True)
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    resource: Mapped[Resource] = relationship(back_populates="sources")


class Revision(Model):
    """One change of a place: who, when, each fact before and after, and why."""

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    why: Mapped[str | None]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    resource: Mapped[Resource] = relationship()


class Freshness(Model):
    """When one group of facts was last looked at, last confirmed, by whom and how.

    `due_at` is when somebody should look again.
    """

    __tablename__ = "freshness"
    __table_args__ = (CheckConstraint(f"field_group IN {FIELD_GROUPS}", name="field_group"),)
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True
    )
    field_group: Mapped[str] = mapped_column(primary_key=True)
    looked_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    how: Mapped[str]


class OrganisationArea(Model):
    """A part of the area in which an organisation looks after what no other one keeps.

    A town, a whole province (two letters), or a town of that province when names repeat.
    """

    __tablename__ = "organisation_area"
    __table_args__ = (
        CheckConstraint("comune IS NOT NULL OR province IS NOT NULL", name="somewhere"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    comune: Mapped[str | None]
    province: Mapped[str | None]
