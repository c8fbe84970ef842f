"""*I need help*: one press, ten seconds to take it back, and what happens then in honest words."""

from hashlib import sha256
from math import ceil
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from alerts import policy, queries, services
from alerts.helping import help as helping
from alerts.helping.forms import PressHelp
from alerts.models import Alert
from alerts.views.doors import bp, found, phone_of, refreshed
from nucleus.ground.clock import now
from nucleus.ground.web import may
from nucleus.people.policy import who
from nucleus.plans.queries import circle_of


@bp.route("/alerts/help/press", methods=["GET", "POST"])
@may(policy.may_press_help)
def press_help() -> ResponseReturnValue:
    """Call for help; the emergency number stands before and beside it."""
    form = PressHelp()
    if not form.validate_on_submit():
        return press_page(form, 422 if form.is_submitted() else 200)
    circle = circle_of(who().id)
    try:
        alert = helping.press_help(
            who(), what=form.said, comune=form.town, circle=circle, confided=form.confided
        )
    except helping.NobodyToAsk:
        return press_page(form, 422, nobody=True)
    return redirect(url_for("alerts.show_help", alert_id=alert.id), 303)


def press_page(form: PressHelp, status: int, **facts: bool) -> ResponseReturnValue:
    """Draw the page on which one press asks for help."""
    on_call = len(queries.on_call_now(who().organisation_id))
    return render_template("alerts/press_help.html", form=form, on_call=on_call, **facts), status


@bp.get("/alerts/help/<int:alert_id>/show")
@may(policy.may_show_help)
def show_help(alert_id: int) -> str:
    """Show who was told and who is coming, never more than is known."""
    alert = found(alert_id, policy.may_show_help)
    return render_template("alerts/show_help.html", **facts_of(alert))


@bp.get("/alerts/help/<int:alert_id>/part")
@may(policy.may_show_help)
def show_help_part(alert_id: int) -> Response:
    """Send the changing part again, or say that nothing has changed."""
    alert = found(alert_id, policy.may_show_help)
    facts = facts_of(alert)
    return refreshed("alerts/_help.html", str(facts["version"]), lambda: facts)


@bp.post("/alerts/help/<int:alert_id>/undo")
@may(policy.may_show_help)
def undo_help(alert_id: int) -> ResponseReturnValue:
    """Take the press back: within ten seconds nobody is told, later everyone who was."""
    alert = found(alert_id, policy.may_show_help)
    if helping.undo_help(alert, who().id):
        flash(_("Taken back. Nobody was told."), "ok")
        return redirect(url_for("home"), 303)
    return end_help(alert_id)


@bp.post("/alerts/help/<int:alert_id>/end")
@may(policy.may_show_help)
def end_help(alert_id: int) -> ResponseReturnValue:
    """Say *I'm all right*: everyone who was told is told this too."""
    alert = found(alert_id, policy.may_show_help)
    if alert.state == "open":
        services.close_alert(alert, "cancelled", who().id)
        flash(_("Everyone who was asked is being told that you are all right."), "ok")
    return redirect(url_for("alerts.show_help", alert_id=alert.id), 303)


@bp.post("/alerts/help/<int:alert_id>/again")
@may(policy.may_show_help)
def press_help_again(alert_id: int) -> ResponseReturnValue:
    """Press once more: it is news for those engaged, and opens no second alert."""
    alert = found(alert_id, policy.may_show_help)
    if alert.state == "open":
        circle = circle_of(who().id)
        helping.press_help(who(), what=alert.what, comune=alert.comune, circle=circle)
        flash(_("Those who know of it are told that you pressed again."), "ok")
    return redirect(url_for("alerts.show_help", alert_id=alert.id), 303)


def facts_of(alert: Alert) -> dict[str, Any]:
    """Return what the page says of a call for help at this moment."""
    told = helping.help_state(alert)
    undoing = told.undo_until is not None and now() < told.undo_until
    left = (told.undo_until - now()).total_seconds() if told.undo_until else 0
    seconds = max(0, ceil(left))
    mark = sha256(repr((told, undoing)).encode()).hexdigest()[:16]
    phone = phone_of(alert.organisation_id)
    facts = {"told": told, "undoing": undoing, "seconds_left": seconds, "version": mark}
    return {"alert": alert, "phone": phone, **facts}
