"""The plan and its sealed items."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.crypto import DataKey, ring
from nucleus.ground.database import Model
from nucleus.ground.lifecycle import checked
from nucleus.people.models import new_uid

SECTIONS = (
    "signs",
    "alone",
    "distract",
    "people",
    "services",
    "space",
    "going_on",
    "helpers",
    "household",
    "after",
)
ITEM_BODY = "plan_item.body"


class Plan(Model):
    """One person's plan. Forgetting `wrapped_key` makes every item unreadable for ever."""

    __tablename__ = "plan"
    __table_args__ = (checked("plan.state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    wrapped_key: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(default="draft")
    review_on: Mapped[date | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    items: Mapped[list["PlanItem"]] = relationship(
        cascade="all, delete-orphan", order_by="PlanItem.position", back_populates="plan"
    )

    @property
    def key(self) -> DataKey:
        """Unwrap the plan's own key."""
        return ring().unwrap(self.wrapped_key or b"", f"plan:{self.uid}")


class PlanItem(Model):
    """One line of a plan, sealed: free words, a person to ask, a service, or a step to take.

    The sealed body is JSON: {"text": …} and, by kind, "person_id" or "resource_id"; not even
    the link to a person stands in clear.
    """

    __tablename__ = "plan_item"
    __table_args__ = (
        CheckConstraint(f"section IN {SECTIONS}", name="section"),
        CheckConstraint("kind IN ('words', 'person', 'service', 'step')", name="kind"),
        Index(None, "plan_id", "section", "position"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    section: Mapped[str]
    kind: Mapped[str] = mapped_column(default="words")
    position: Mapped[int] = mapped_column(default=0)
    body: Mapped[bytes]
    plan: Mapped[Plan] = relationship(back_populates="items")
