"""Who may open a plan: its owner, who proved a moment ago who they are. Nobody else."""

from nucleus.ground.database import db
from nucleus.people.policy import is_fresh, is_signed_in, who
from nucleus.plans.models import PlanItem


def may_show_plan() -> bool:
    """Only the owner, freshly signed in: a phone may lie open on a table."""
    return is_signed_in() and is_fresh()


may_edit_plan = may_use_plan = may_show_plan


def may_begin_plan() -> bool:
    """Anyone with an account may have a plan; refusing one changes no help."""
    return is_signed_in()


def my_item(item_id: int) -> PlanItem | None:
    """Return a line of my own plan; anybody else's does not exist."""
    item = db.session.get(PlanItem, item_id)
    return item if item and item.plan.person_id == who().id else None
