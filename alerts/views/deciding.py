"""Where coordinators decide: a second yes, going on alone, handing over, putting words right."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from alerts import policy, queries, services
from alerts.asking import crowd, following
from alerts.asking.forms import (
    ApproveSurplus,
    BreakGlass,
    OfferHandover,
    RefuseSurplus,
    SendCorrection,
)
from alerts.forms import offer
from alerts.models import Alert
from alerts.views.doors import bp, found
from nucleus.ground.database import db
from nucleus.ground.web import may
from nucleus.people.models import Person
from nucleus.people.policy import who


@bp.route("/alerts/surplus/<int:alert_id>/approve", methods=["GET", "POST"])
@may(policy.may_approve_surplus)
def approve_surplus(alert_id: int) -> ResponseReturnValue:
    """Show what a second yes is asked for, and take it."""
    alert = found(alert_id, policy.may_approve_surplus)
    form = ApproveSurplus()
    if not form.validate_on_submit():
        return surplus_page(alert, RefuseSurplus(), 422 if form.is_submitted() else 200)
    if services.approve_surplus(alert, who().id):
        flash(_("More people are being asked."), "ok")
    else:
        flash(_("Nothing was changed: it takes a second person, and an open question."), "wait")
    return redirect(url_for("alerts.approve_surplus", alert_id=alert.id), 303)


@bp.post("/alerts/surplus/<int:alert_id>/refuse")
@may(policy.may_approve_surplus)
def refuse_surplus(alert_id: int) -> ResponseReturnValue:
    """Say no, with the reason."""
    alert = found(alert_id, policy.may_approve_surplus)
    form = RefuseSurplus()
    if not form.validate_on_submit():
        return surplus_page(alert, form, 422)
    if services.refuse_surplus(alert, who().id, reason=form.words.data.strip()):
        flash(_("Noted. Whoever runs the alert is told."), "ok")
    else:
        flash(_("Nothing was changed: it takes a second person, and an open question."), "wait")
    return redirect(url_for("alerts.approve_surplus", alert_id=alert.id), 303)


@bp.route("/alerts/glass/<int:alert_id>/break", methods=["GET", "POST"])
@may(policy.may_break_glass)
def break_glass(alert_id: int) -> ResponseReturnValue:
    """Go on alone, with a written reason; all coordinators are told."""
    alert = found(alert_id, policy.may_break_glass)
    form = BreakGlass()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("alerts/break_glass.html", form=form, alert=alert), status
    if services.break_glass(alert, who().id, reason=form.words.data):
        flash(_("More people are being asked, and all coordinators are told why."), "ok")
    return to_board(alert)


@bp.route("/alerts/handover/<int:alert_id>/offer", methods=["GET", "POST"])
@may(policy.may_run_alert)
def offer_handover(alert_id: int) -> ResponseReturnValue:
    """Ask another coordinator to follow it from now on."""
    alert = found(alert_id, policy.may_run_alert)
    form = OfferHandover()
    form.to.choices = offer(people_to_ask(alert))
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("alerts/offer_handover.html", form=form, alert=alert), status
    if services.offer_handover(alert, int(form.to.data), who().id):
        flash(_("They are being asked. Until they say yes, you follow it."), "ok")
    else:
        flash(_("Only whoever follows an open alert can hand it over."), "wait")
    return to_board(alert)


@bp.post("/alerts/handover/<int:alert_id>/accept")
@may(policy.may_run_alert)
def accept_handover(alert_id: int) -> ResponseReturnValue:
    """Take over what one was asked to."""
    alert = found(alert_id, policy.may_run_alert)
    if services.accept_handover(alert, who().id):
        flash(_("You follow this alert now. The others can see it."), "ok")
    return to_board(alert)


@bp.post("/alerts/handover/<int:alert_id>/decline")
@may(policy.may_run_alert)
def decline_handover(alert_id: int) -> ResponseReturnValue:
    """Say that one can't; whoever follows it goes on."""
    alert = found(alert_id, policy.may_run_alert)
    if services.decline_handover(alert, who().id):
        flash(_("Noted: it stays with whoever follows it now."))
    return to_board(alert)


@bp.post("/alerts/alert/<int:alert_id>/look")
@may(policy.may_run_alert)
def look_alert(alert_id: int) -> ResponseReturnValue:
    """Note that the coordinator has the board before their eyes; the board says so by itself."""
    alert = found(alert_id, policy.may_run_alert)
    services.give_sign(alert, who().id)
    return Response(status=204)


@bp.route("/alerts/correction/<int:alert_id>/send", methods=["GET", "POST"])
@may(policy.may_run_alert)
def send_correction(alert_id: int) -> ResponseReturnValue:
    """Put right what was said before, also when it is over."""
    alert = found(alert_id, policy.may_run_alert)
    form = SendCorrection()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("alerts/send_correction.html", form=form, alert=alert), status
    if services.send_correction(alert, form.words.data.strip(), who().id):
        flash(_("The correction is on its way to everyone who heard anything."), "ok")
    return to_board(alert)


def surplus_page(alert: Alert, form: RefuseSurplus, status: int) -> ResponseReturnValue:
    """Draw what is asked for, how many, why, and what became of it."""
    facts = {"asking": crowd.latest_request(alert), "mine": is_mine(alert)}
    needs = queries.needs_of(alert)
    page = "alerts/approve_surplus.html"
    return render_template(page, alert=alert, form=form, needs=needs, **facts), status


def is_mine(alert: Alert) -> bool:
    """Say whether whoever is here wrote the alert: then their yes is no second one."""
    return alert.author_id == who().id


def people_to_ask(alert: Alert) -> list[tuple[str, str]]:
    """Return who could take an alert over, by name, those on duty first."""
    ids = following.may_take_over(alert)
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    names = {person: name for person, name in rows}  # noqa: C416
    return [(str(person), names[person]) for person in ids]


def to_board(alert: Alert) -> ResponseReturnValue:
    """Go back to the board."""
    return redirect(url_for("alerts.show_board", alert_id=alert.id), 303)
