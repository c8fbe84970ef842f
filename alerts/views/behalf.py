"""*Per conto di*: somebody telephones, and a coordinator asks for help for them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from alerts import policy, services
from alerts.helping.forms import RaiseOnBehalf
from alerts.views.desk import drafted, with_choices
from alerts.views.doors import bp
from nucleus.ground.web import may
from nucleus.people.policy import who


@bp.route("/alerts/on-behalf/raise", methods=["GET", "POST"])
@may(policy.may_raise_on_behalf)
def raise_on_behalf() -> ResponseReturnValue:
    """Ask for people while the person is on the line: one page, one press."""
    form = RaiseOnBehalf()
    with_choices(form)
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("alerts/raise_on_behalf.html", form=form), status
    alert = services.raise_on_behalf(drafted(form), form.caller, by=who().id)
    if alert.not_for_peers:
        flash(_("Nobody was sent. Make sure that the emergency number was called."), "wait")
    else:
        flash(_("The alert is open, and you follow it."), "ok")
    return redirect(url_for("alerts.show_board", alert_id=alert.id), 303)
