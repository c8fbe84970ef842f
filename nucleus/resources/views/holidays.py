"""The pages on which the days of patron saints are kept."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.ground.web import may
from nucleus.people.policy import who
from nucleus.resources import policy
from nucleus.resources.holidays import queries, services
from nucleus.resources.holidays.forms import AddHoliday
from nucleus.resources.reach import write_patch
from nucleus.resources.views.room import resources


@resources.get("/holiday/list")
@may(policy.may_list_resource)
def list_holidays() -> str:
    """Show the local holidays somebody wrote down, and the towns of which nobody did."""
    known, counted = queries.local_holidays(), queries.places_by_town()
    return render_template(
        "resources/list_holidays.html",
        rows=[(row, queries.number_there(row, counted)) for row in known.rows],
        without=queries.towns_without(known, counted),
        write_patch=write_patch,
    )


@resources.route("/holiday/add", methods=["GET", "POST"])
@may(policy.may_list_resource)
def add_holiday() -> ResponseReturnValue:
    """Write down the day of a town's patron saint."""
    form = AddHoliday(request.args.get("town", ""))
    if form.validate_on_submit():
        try:
            said = form.month.data, form.day.data
            services.add_holiday(form.patch, said, name=form.name.data.strip(), actor=who().id)
        except services.KnownHoliday:
            form.day.errors = [_("This day is in the list already.")]
        else:
            flash(_("On this day the map says: ask before you go."), "ok")
            return redirect(url_for("resources.list_holidays"), 303)
    page = render_template("resources/add_holiday.html", form=form)
    return page, 422 if request.method == "POST" else 200


@resources.post("/holiday/remove/<int:holiday_id>")
@may(policy.may_list_resource)
def remove_holiday(holiday_id: int) -> ResponseReturnValue:
    """Strike a day out."""
    services.remove_holiday(queries.holiday_by_id(holiday_id) or abort(404), actor=who().id)
    flash(_("On this day the usual hours hold again."), "ok")
    return redirect(url_for("resources.list_holidays"), 303)
