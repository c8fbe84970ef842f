"""Pages about programs that listen: added, tried and stopped by an administrator."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from alerts import policy
from alerts.listeners import services
from alerts.listeners.forms import EVENTS, AddListener
from alerts.listeners.models import Listener, Telling
from alerts.views.doors import bp
from nucleus.ground.database import db
from nucleus.ground.web import may
from nucleus.people.models import Role
from nucleus.people.policy import my_organisations, stay_fresh, who

SHOWN = 50


@bp.get("/alerts/listener/list")
@may(policy.may_change_listener)
def list_listener() -> str:
    """Show which programs listen."""
    theirs = select(Listener).where(Listener.organisation_id.in_(mine())).order_by(Listener.id)
    return render_template("alerts/list_listener.html", listeners=db.session.scalars(theirs).all())


@bp.route("/alerts/listener/add", methods=["GET", "POST"])
@may(policy.may_change_listener)
def add_listener() -> ResponseReturnValue:
    """Add a program that listens; its secret is shown this once."""
    form = AddListener()
    own = my_organisations(Role.ADMINISTRATOR)
    form.organisation.choices = [SelectChoice(each.id, each.name) for each in own]
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template("alerts/add_listener.html", form=form), status
    listener, secret = services.add_listener(drafted(form), by=who().id)
    stay_fresh()
    return render_template("alerts/add_listener.html", form=form, secret=secret, listener=listener)


@bp.get("/alerts/listener/<int:listener_id>/show")
@may(policy.may_change_listener)
def show_listener(listener_id: int) -> str:
    """Show what a program was told lately, and what went wrong."""
    listener = the_listener(listener_id)
    told = select(Telling).where(Telling.listener_id == listener.id)
    rows = db.session.scalars(told.order_by(Telling.id.desc()).limit(SHOWN)).all()
    facts = {"listener": listener, "tellings": rows, "events": EVENTS}
    return render_template("alerts/show_listener.html", **facts)


@bp.post("/alerts/listener/<int:listener_id>/test")
@may(policy.may_change_listener)
def test_listener(listener_id: int) -> ResponseReturnValue:
    """Send a test event."""
    listener = the_listener(listener_id)
    if listener.stopped_at is None:
        services.test_listener(listener, by=who().id)
        flash(_("A test is on its way. Look here again in a few seconds."), "ok")
    return back_to(listener)


@bp.post("/alerts/listener/<int:listener_id>/stop")
@may(policy.may_change_listener)
def stop_listener(listener_id: int) -> ResponseReturnValue:
    """Tell a program nothing more."""
    listener = the_listener(listener_id)
    services.stop_listener(listener, by=who().id)
    flash(_("This program is told nothing more."), "ok")
    return back_to(listener)


def mine() -> list[int]:
    """Return the associations (ids) whoever is here administers."""
    return [each.id for each in my_organisations(Role.ADMINISTRATOR)]


def the_listener(listener_id: int) -> Listener:
    """Return a listener of one's own associations; any other does not exist."""
    listener = db.session.get(Listener, listener_id)
    if listener is None or listener.organisation_id not in mine():
        abort(404)
    return listener


def back_to(listener: Listener) -> ResponseReturnValue:
    """Lead back; a step on these pages counts as presence."""
    stay_fresh()
    return redirect(url_for("alerts.show_listener", listener_id=listener.id), 303)


def drafted(form: AddListener) -> services.ListenerDraft:
    """Return what was typed."""
    return services.ListenerDraft(
        name=" ".join(form.name.data.split()),
        url=form.url.data.strip(),
        organisation_id=form.organisation.data,
        events=form.events.data,
        drills=form.drills.data,
    )
