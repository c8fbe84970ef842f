"""Reads of a plan; each opens the seal, so only the owner's own doors call them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, or_, select

from nucleus.ground.database import db
from nucleus.people.models import ContactPoint, Person
from nucleus.plans.models import ITEM_BODY, SECTIONS, Plan, PlanItem
from nucleus.resources.models import ENDED, Resource
from nucleus.resources.queries import surviving

MOST_CHOICES = 20

_PLAN_OF = select(Plan).where(Plan.person_id == bindparam("person"))


@dataclass(frozen=True)
class Line:
    """One opened line of a plan: its words, and the person or service it leads to."""

    item: PlanItem
    text: str
    person: Person | None = None
    points: tuple[ContactPoint, ...] = ()
    resource: Resource | None = None

    @property
    def answered(self) -> bool:
        """Say whether the person said yes on at least one way to reach them."""
        return any(point.verified_at for point in self.points)

    @property
    def refused(self) -> bool:
        """Say whether the person said no, or nothing reaches them any more."""
        return self.person is not None and not self.points


@dataclass(frozen=True)
class OpenPlan:
    """A plan whose seal is open, in sections, in the owner's order."""

    plan: Plan
    sections: dict[str, list[Line]] = field(default_factory=dict)

    def lines(self, section: str) -> list[Line]:
        """Return the lines of one section."""
        return self.sections.get(section, [])

    @property
    def written(self) -> list[str]:
        """Return the sections in which something stands, in the order of the plan."""
        return [section for section in SECTIONS if self.lines(section)]


def plan_of(person_id: int) -> Plan | None:
    """Return a person's plan, sealed."""
    return db.session.scalar(_PLAN_OF, {"person": person_id})


def open_plan(plan: Plan) -> OpenPlan:
    """Open a plan for its owner."""
    opened = OpenPlan(plan)
    key = plan.key
    for item in plan.items:
        body = json.loads(key.open(item.body, ITEM_BODY, item.uid))
        opened.sections.setdefault(item.section, []).append(_line(item, body))
    return opened


def circle_of(person_id: int) -> list[int]:
    """Return the ids of the people a plan names as helpers, in the owner's order.

    Only the owner's own press for help may ask for them.
    """
    plan = plan_of(person_id)
    if plan is None:
        return []
    people = open_plan(plan).lines("people")
    return [line.person.id for line in people if line.person and not line.refused]


def services_named(words: str) -> Sequence[Resource]:
    """Return public services whose name or town holds these words, at most twenty."""
    place = Resource.place.property.mapper.class_
    found = (
        select(Resource)
        .outerjoin(Resource.place)
        .where(
            Resource.visibility == "public",
            Resource.state.not_in(ENDED),
            or_(
                Resource.name.icontains(words, autoescape=True),
                place.comune.icontains(words, autoescape=True),
            ),
        )
        .order_by(Resource.name)
        .limit(MOST_CHOICES)
    )
    return db.session.scalars(found).all()


def _line(item: PlanItem, body: dict[str, object]) -> Line:
    text = str(body.get("text", ""))
    if item.kind == "person":
        person = db.session.get(Person, body["person_id"])
        points = select(ContactPoint).where(
            ContactPoint.person_id == body["person_id"], ContactPoint.retired_at.is_(None)
        )
        return Line(item, text, person, tuple(db.session.scalars(points)))
    if item.kind == "service":
        return Line(item, text, resource=_chosen_place(body["resource_id"]))
    return Line(item, text)


def _chosen_place(resource_id: object) -> Resource | None:
    """Return a place that was chosen, or the one it was merged into while everybody may see that.

    Else the old entry is shown as closed: a plan must not show what its reader may not know of.
    """
    chosen = db.session.get(Resource, resource_id)
    survivor = surviving(chosen) if chosen else None
    return survivor if survivor and survivor.visibility == "public" else chosen
