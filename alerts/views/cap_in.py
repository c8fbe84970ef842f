"""Pages where coordinators take in what an authority sent: a draft comes of it, never a call."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, select

from alerts import policy, services
from alerts.cap.models import CapDocument
from alerts.cap.reading import read
from alerts.cap.taking import Desk
from alerts.cap.tree import LARGEST
from alerts.cap.words import OUTCOMES, told_faults
from alerts.forms import TakeCap, offer
from alerts.overview.choices import organisations_to_choose
from alerts.views.doors import bp
from nucleus.ground.database import db
from nucleus.ground.web import may
from nucleus.people.policy import who

LISTED = 50


@bp.get("/alerts/cap/list")
@may(policy.may_take_cap)
def list_cap() -> str:
    """Show what authorities have sent lately."""
    shelf = select(CapDocument).where(*of_mine()).order_by(CapDocument.id.desc()).limit(LISTED)
    return render_template("alerts/list_cap.html", documents=db.session.scalars(shelf).all())


@bp.route("/alerts/cap/take", methods=["GET", "POST"])
@may(policy.may_take_cap)
def take_cap() -> ResponseReturnValue:
    """Take a document in; nobody is asked."""
    form = TakeCap()
    form.organisation.choices = offer(organisations_to_choose(policy.organisations_i_coordinate()))
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("alerts/take_cap.html", form=form), status
    with form.document.data.stream as file:
        reading = read(file.read(LARGEST + 1))
    if reading.document is None:
        form.document.errors = told_faults(reading.faults)
        return render_template("alerts/take_cap.html", form=form), 422
    desk = Desk(organisation=int(form.organisation.data), by=who().id, count=form.count.data)
    row, _is_new = services.take_cap(reading.document, desk)
    return redirect(url_for("alerts.show_cap", document_id=row.id), 303)


@bp.get("/alerts/cap/<int:document_id>/show")
@may(policy.may_take_cap)
def show_cap(document_id: int) -> str:
    """Show what an authority said and what became of it."""
    row = db.session.scalar(
        select(CapDocument).where(CapDocument.id == document_id, *of_mine())
    ) or abort(404)
    return render_template("alerts/show_cap.html", document=row, became=OUTCOMES[row.outcome])


def of_mine() -> list[ColumnElement[bool]]:
    """Return the condition that a document came for an association of whoever is here."""
    mine = policy.organisations_i_coordinate()
    return [] if mine is None else [CapDocument.organisation_id.in_(mine)]
