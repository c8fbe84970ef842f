"""Bea's plan, for the walk over every page."""

from typing import Any

from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.people.models import Channel, ContactPoint, Person
from nucleus.plans import invitations
from nucleus.plans.queries import plan_of
from nucleus.plans.services import add_item, add_supporter, begin_plan
from tests.cast import Cast

BEAS_WORDS = (
    ("signs", "Non rispondo più al telefono"),
    ("alone", "Apro la finestra e bevo un bicchiere d'acqua"),
    ("alone", "Ascolto le canzoni che mi calmano"),
    ("alone", "Faccio il giro dell'isolato"),
)


def furnish_plans(cast: Cast) -> dict[str, dict[str, Any]]:
    """Bea's plan with a few lines, and the friend she named in it."""
    with cast.stage():
        owner = db.session.get_one(Person, cast.bea)
        plan = plan_of(cast.bea) or begin_plan(owner)
        lines = [add_item(plan, section, text) for section, text in BEAS_WORDS]
        friend = add_supporter(
            plan, "Nadia Nappi", Channel.EMAIL, address="nadia@example.org", language="it"
        )
        db.session.flush()
        point = db.session.scalars(select(ContactPoint).order_by(ContactPoint.id.desc())).first()
        assert friend.kind == "person"
        assert point is not None
        token = derive_token(invitations.PURPOSE, point.id, point.uid)
        return {
            "plans.add_item": {"section": "alone"},
            "plans.edit_item": {"item_id": lines[0].id},
            "plans.show_invitation": {"token": token},
        }
