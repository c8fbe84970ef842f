"""The monthly drill: one tap proves a contact; coordinators say whether and when it is held."""

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from alerts import drills, policy
from alerts.asking.forms import EditDrill
from alerts.models import Drill, DrillPlan
from alerts.views.answer import apart, refuse
from alerts.views.doors import bp
from nucleus.ground import i18n
from nucleus.ground.database import db
from nucleus.ground.web import anyone, csrf, may, never_paced
from nucleus.people.models import Organisation, Person
from nucleus.people.policy import who


@bp.get("/d/<token>")
@may(anyone)
@never_paced
def show_drill(token: str) -> ResponseReturnValue:
    """Ask for one tap; opening the page proves nothing, since scanners open it too."""
    found = drills.drill_by_token(token)
    return refuse() if found is None else drawn(found)


@bp.post("/d/<token>")
@may(anyone)
def answer_drill(token: str) -> ResponseReturnValue:
    """Take the tap."""
    found = drills.drill_by_token(token)
    if found is None:
        return refuse()
    drills.answer_drill(found)
    return apart(make_response(redirect(url_for("alerts.show_drill", token=token), 303)))


csrf.exempt(answer_drill)  # the token in the address is the right, as on the answer page


@bp.route("/alerts/drill/<int:organisation_id>/edit", methods=["GET", "POST"])
@may(policy.may_edit_drill)
def edit_drill(organisation_id: int) -> ResponseReturnValue:
    """Switch the monthly drills of an association on or off."""
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None or not organisation.own or not policy.may_edit_drill(organisation_id):
        abort(404)
    plan = db.session.get(DrillPlan, organisation_id)
    form = EditDrill(obj=plan)
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template(
            "alerts/edit_drill.html", form=form, organisation=organisation
        ), status
    drills.edit_drill(organisation_id, active=form.active.data, hour=form.hour.data, by=who().id)
    flash(_("Saved."), "ok")
    return redirect(url_for("alerts.list_alert"), 303)


def drawn(found: Drill) -> ResponseReturnValue:
    """Draw the page in the person's language."""
    person = db.session.get_one(Person, found.person_id)
    with i18n.speaking(i18n.behind_link(person.language)):
        page = render_template("alerts/show_drill.html", drill=found)
    return apart(make_response(page))
