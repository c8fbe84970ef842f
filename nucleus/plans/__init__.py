"""Plans: a person's own emergency plan, sealed with a key of its own."""

from flask import Flask, render_template
from flask_babel import lazy_gettext as _

from nucleus.ground.boards import menu, panels
from nucleus.ground.erasing import board
from nucleus.people.policy import is_signed_in, who
from nucleus.plans import queries
from nucleus.plans.models import PlanItem
from nucleus.plans.views import bp


def init_app(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(bp)
    lines = board.rows_of(PlanItem, "plan_item", "lines of plans", by=PlanItem.uid)
    board.pin(app, lines)
    menu.pin(app, menu.Pin("plans.show_plan", _("My plan"), is_signed_in, menu.Shelf.OWN))
    panels.pin(app, panels.Panel("home", 50, is_signed_in, draw_plan))


def draw_plan() -> str:
    """Draw the way to one's own plan; the start page says no word of what stands in it."""
    return render_template("plans/_plan.html", plan=queries.plan_of(who().id))
