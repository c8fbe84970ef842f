"""The red bar on every page while the house is not well, and the page that says it in full."""

from flask import Flask, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from alerts import policy
from alerts.sender import heartbeat
from alerts.views.doors import bp
from alerts.watching import probing
from alerts.watching.wellbeing import is_silent, troubles
from alerts.watching.words import told_lane, told_part, told_probe, told_remedy, told_trouble
from nucleus.ground.boards import menu, panels
from nucleus.ground.web import may
from nucleus.people.models import ContactPoint
from nucleus.people.policy import is_signed_in, who
from nucleus.people.queries import contact_points_of


def init_app(app: Flask) -> None:
    """Pin the bar."""
    panels.pin(app, panels.Panel("bar", 0, is_signed_in, draw_bar))
    menu.pin(
        app,
        menu.Pin("alerts.show_watch", _l("Is all well?"), policy.may_show_watch, menu.Shelf.HOUSE),
    )
    helpers = (told_trouble, told_remedy, told_part, told_lane, told_probe, is_silent)
    app.jinja_env.globals.update({each.__name__: each for each in helpers})


@bp.get("/alerts/watch/show")
@may(policy.may_show_watch)
def show_watch() -> str:
    """Show whether everything that keeps the promise is at work."""
    return render_template(
        "alerts/show_watch.html",
        troubles=troubles(),
        signs=heartbeat.signs(),
        probes=probing.probes(),
        lendable=mine_to_lend(),
        may_lend=policy.may_lend_probe(),
    )


@bp.post("/alerts/probe/<int:contact_point_id>/lend")
@may(policy.may_lend_probe)
def lend_probe(contact_point_id: int) -> ResponseReturnValue:
    """Let the test messages of a channel go to one's own contact, once a day."""
    point = next((one for one in mine_to_lend() if one.id == contact_point_id), None)
    if point is None:
        abort(404)
    probing.lend(point)
    flash(_("From now on a short test comes to you once a day by this channel."), "ok")
    return redirect(url_for("alerts.show_watch"), 303)


@bp.post("/alerts/probe/<lane>/drop")
@may(policy.may_lend_probe)
def drop_probe(lane: str) -> ResponseReturnValue:
    """Stop the test messages of a channel that goes to a person."""
    if probing.drop(lane):
        flash(_("No more tests go by this channel."))
    return redirect(url_for("alerts.show_watch"), 303)


def mine_to_lend() -> list[ContactPoint]:
    """Return the proven contacts of whoever is here whose channel has no test yet."""
    free = probing.lendable()
    mine = contact_points_of(who().id)
    return [point for point in mine if point.channel in free and point.verified_at]


def draw_bar() -> str:
    """Draw what is not well: everything to those who can mend it, the consequence to all."""
    found = troubles()
    if not found:
        return ""
    mends = policy.may_show_watch()
    return render_template("alerts/_bar.html", troubles=found, mends=mends)
