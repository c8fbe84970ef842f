"""Not these people: a person's own list, opened only by who proved a moment ago who they are."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from alerts import policy
from alerts.asking.forms import AddUnwanted
from alerts.choosing import unwanted
from alerts.models import Unwanted
from alerts.views.doors import bp
from nucleus.ground.database import db
from nucleus.ground.web import may
from nucleus.people.policy import who


@bp.get("/alerts/unwanted/list")
@may(policy.may_list_unwanted)
def list_unwanted() -> str:
    """Show whom one does not want, as one typed it."""
    return render_template("alerts/list_unwanted.html", rows=unwanted.list_of(who().id))


@bp.route("/alerts/unwanted/add", methods=["GET", "POST"])
@may(policy.may_add_unwanted)
def add_unwanted() -> ResponseReturnValue:
    """Name somebody; whether we know them is never said."""
    form = AddUnwanted()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("alerts/add_unwanted.html", form=form), status
    if unwanted.add_unwanted(who().id, form.words.data.strip()):
        flash(_("Noted. From now on they are not asked, told or shown anything."), "ok")
    else:
        flash(_("The list is full. Remove somebody first."), "wait")
    return redirect(url_for("alerts.list_unwanted"), 303)


@bp.post("/alerts/unwanted/<int:unwanted_id>/remove")
@may(policy.may_remove_unwanted)
def remove_unwanted(unwanted_id: int) -> ResponseReturnValue:
    """Take somebody off one's own list; anybody else's does not exist."""
    row = db.session.get(Unwanted, unwanted_id)
    if row is None or row.person_id != who().id:
        abort(404)
    unwanted.remove_unwanted(row)
    flash(_("Removed: they can be asked again."))
    return redirect(url_for("alerts.list_unwanted"), 303)
