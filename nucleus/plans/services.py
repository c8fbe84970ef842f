"""Verbs that change a plan. It is the owner's own: their words, their order, never scored."""

import json
from typing import Any

from nucleus.ground import clock, journal
from nucleus.ground.crypto import new_data_key, ring
from nucleus.ground.database import db
from nucleus.messages.models import PERSONAL
from nucleus.messages.services import Draft, post_to_contact
from nucleus.people.models import Channel, ContactPoint, Person, new_uid
from nucleus.people.services import add_contact_point, add_person, retire_contact_point
from nucleus.plans import invitations
from nucleus.plans.models import ITEM_BODY, Plan, PlanItem
from nucleus.plans.queries import plan_of
from nucleus.resources.models import Resource


def begin_plan(owner: Person) -> Plan:
    """Return the owner's plan; the first time, make it with a key of its own."""
    plan = plan_of(owner.id)
    if plan is None:
        now = clock.now()
        plan = Plan(person_id=owner.id, state="active", created_at=now, changed_at=now)
        db.session.add(plan)
        db.session.flush()
        plan.wrapped_key = ring().wrap(new_data_key(), f"plan:{plan.uid}")
        journal.write("plans.begin_plan", f"plan:{plan.id}", actor=owner.id)
    return plan


def add_item(plan: Plan, section: str, text: str) -> PlanItem:
    """Write a line of the owner's own words at the end of a section."""
    kind = "step" if section == "alone" else "words"
    return _append(plan, section, kind, {"text": text})


def edit_item(item: PlanItem, text: str) -> None:
    """Write the owner's new words over a line."""
    body = json.loads(item.plan.key.open(item.body, ITEM_BODY, item.uid))
    _seal(item.plan, item, {**body, "text": text})


def remove_item(item: PlanItem) -> None:
    """Take a line out; a person it named is not reached for this plan any more."""
    item.plan.changed_at = clock.now()
    item.plan.items.remove(item)


def move_item(item: PlanItem, up: bool) -> None:
    """Let a line change places with its neighbour."""
    beside = [each for each in item.plan.items if each.section == item.section]
    here = beside.index(item)
    there = here - 1 if up else here + 1
    if 0 <= there < len(beside):
        beside[here], beside[there] = beside[there], beside[here]
        for position, each in enumerate(beside):
            each.position = position


def add_service(plan: Plan, resource: Resource, text: str = "") -> PlanItem:
    """Pick a service from the map; it stays live, so the plan sees when it closes."""
    return _append(plan, "services", "service", {"text": text, "resource_id": resource.id})


def add_supporter(
    plan: Plan, name: str, channel: Channel, *, address: str, language: str
) -> PlanItem:
    """Name somebody I ask for help, and ask them in neutral words whether they agree.

    Raises `BadAddress` when the address can't be one of that channel.
    """
    person = add_person(name, language=language)
    point = add_contact_point(person, channel, address=address)
    item = _append(plan, "people", "person", {"text": "", "person_id": person.id})
    if channel != Channel.PHONE:
        _invite(point)
    return item


def answer_invitation(point: ContactPoint, agrees: bool) -> None:
    """Keep what somebody answered to being named in a plan."""
    if agrees:
        point.verified_at = point.proven_at = clock.now()
    else:
        retire_contact_point(point)
    journal.write("plans.answer_invitation", f"person:{point.person_id}", agrees=agrees)


def _invite(point: ContactPoint) -> None:
    draft = Draft(
        kind="invitation",
        texts=invitations.texts(),
        priority=PERSONAL,
        link_purpose=invitations.PURPOSE,
        link_path=invitations.PATH,
        nonce=point.uid,
    )
    post_to_contact(draft, point.id, link_subject=point.id)


def _append(plan: Plan, section: str, kind: str, body: dict[str, Any]) -> PlanItem:
    last = max((each.position for each in plan.items if each.section == section), default=-1)
    item = PlanItem(section=section, kind=kind, position=last + 1, uid=new_uid())
    _seal(plan, item, body)
    plan.items.append(item)
    return item


def _seal(plan: Plan, item: PlanItem, body: dict[str, Any]) -> None:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    item.body = plan.key.seal(text, ITEM_BODY, item.uid)
    plan.changed_at = clock.now()
