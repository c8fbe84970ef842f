"""The page on which somebody says from where they start, for themselves alone."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from maps.locating import starting
from maps.locating.forms import EditStart
from maps.policy import may_edit_start
from maps.views import maps
from nucleus.accounts.consents import look_up_online
from nucleus.accounts.queries import consents_of
from nucleus.ground.web import may, settings
from nucleus.people.policy import who


@maps.route("/start/edit", methods=["GET", "POST"])
@may(may_edit_start)
def edit_start() -> ResponseReturnValue:
    """Say from where one starts, or have it forgotten."""
    start, purpose = starting.starting_point(who()), look_up_online(settings())
    form = EditStart(data={"address": start.address if start else ""})
    if not form.validate_on_submit():
        agreed = purpose and purpose.is_given(consents_of(who().id))
        page = render_template(
            "maps/edit_start.html", form=form, start=start, purpose=purpose, agreed=agreed
        )
        return page, 422 if form.errors else 200
    starting.edit_start(who(), (form.address.data or "").strip())
    flash(_("Saved.") if form.address.data else _("It is forgotten."), "ok")
    return redirect(url_for("maps.edit_start"), 303)


def draw_start_card() -> str:
    """Draw the box on one's own page that leads there."""
    return render_template("maps/_start.html", start=starting.starting_point(who()))
