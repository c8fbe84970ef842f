"""The call list: a person phones those whom no message reached."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from alerts import policy, services
from alerts.forms import SpokeByPhone
from alerts.models import Recipient
from alerts.overview import calling
from alerts.services import Answer
from alerts.views.doors import bp, found
from alerts.views.people import asked_page, pages_for
from nucleus.ground import journal
from nucleus.ground.database import db, discloses, write_apart
from nucleus.ground.web import may
from nucleus.people.policy import who

NO_ANSWER, CALL_BACK = "no_answer", "call_back"


@bp.get("/alerts/alert/<int:alert_id>/calls")
@may(policy.may_run_alert)
@discloses
def show_calls(alert_id: int) -> str:
    """Show the numbers of those who were asked; looking at them is noted first.

    Whoever loads the list again within minutes sees the same and is not noted once more.
    """
    alert = found(alert_id, policy.may_run_alert)
    if not calling.was_shown_lately(alert, who().id):
        entry = journal.entry("alerts.show_calls", f"alert:{alert.id}", actor=who().id)
        write_apart([entry])
    page = asked_page()
    calls = calling.call_list(alert, page=page)
    last = pages_for(calls.number, calling.SIZE)
    return render_template("alerts/show_calls.html", alert=alert, calls=calls, page=page, last=last)


@bp.post("/alerts/by-phone/<int:recipient_id>/spoke")
@may(policy.may_run_alert)
def spoke_by_phone(recipient_id: int) -> ResponseReturnValue:
    """Note what a person said on the phone: an answer like any other."""
    recipient = db.session.get(Recipient, recipient_id)
    if recipient is None or not policy.may_run_alert(recipient.alert):
        abort(404)
    form = SpokeByPhone()
    if not form.validate_on_submit():
        abort(422)
    note_call(recipient, form)
    return redirect(url_for("alerts.show_calls", alert_id=recipient.alert_id), 303)


def note_call(recipient: Recipient, form: SpokeByPhone) -> None:
    """Pass the answer on, or note that nobody picked up."""
    if form.how.data == NO_ANSWER:
        facts = {"recipient": recipient.id}
        journal.write("alerts.rang_in_vain", f"alert:{recipient.alert_id}", actor=who().id, **facts)
        flash(_("Noted: no answer."))
        return
    if form.how.data == CALL_BACK:
        facts = {"recipient": recipient.id, "minutes": form.eta_minutes.data}
        journal.write("alerts.call_back", f"alert:{recipient.alert_id}", actor=who().id, **facts)
        recipient.words = form.own_words or recipient.words
        flash(_("Noted: ring them again."))
        return
    if form.how.data not in set(Answer):
        abort(422)
    eta = form.eta_minutes.data
    services.spoke_by_phone(
        recipient, Answer(form.how.data), by=who().id, eta_minutes=eta, words=form.own_words
    )
    flash(_("Noted."), "ok")
