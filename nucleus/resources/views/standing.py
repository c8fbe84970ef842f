"""The pages on which a place is taken out of the list, for now or for good."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.ground.web import may
from nucleus.people.policy import who
from nucleus.resources import policy, services
from nucleus.resources.models import Resource
from nucleus.resources.standing.forms import SuspendResource
from nucleus.resources.views.checking import go_on
from nucleus.resources.views.room import find_resource_to_keep, page_of, resources


@resources.route("/resource/suspend/<int:resource_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def suspend_resource(resource_id: int) -> ResponseReturnValue:
    """Take a place out of the list for now: works, holidays, no staff."""
    resource = find_resource_to_keep(resource_id)
    if resource.state not in policy.FINDABLE:
        return redirect(page_of(resource), 303)
    form = SuspendResource()
    if not form.validate_on_submit():
        page = render_template("resources/suspend_resource.html", form=form, resource=resource)
        return page, 422 if request.method == "POST" else 200
    services.suspend_resource(
        resource, actor=who().id, why=form.why.data, until=form.until.data or None
    )
    flash(_("The place is shut for now. The check round asks when it opens again."), "ok")
    return from_the_list(resource)


@resources.route("/resource/retire/<int:resource_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def retire_resource(resource_id: int) -> ResponseReturnValue:
    """Ask once, then take the place out of the list."""
    resource = find_resource_to_keep(resource_id)
    if resource.state == "retired":
        return redirect(page_of(resource), 303)
    if request.method == "GET":
        return render_template("resources/retire_resource.html", resource=resource)
    services.retire_resource(resource, actor=who().id)
    flash(
        _("The place is no longer in the list. Plans that name it will be looked at again."), "ok"
    )
    return from_the_list(resource)


def from_the_list(resource: Resource) -> ResponseReturnValue:
    """Go on with the round of calls, or show the change with the button that takes it back."""
    if request.args.get("from") == "check":
        return go_on(resource)
    return redirect(url_for("resources.list_revisions", resource_id=resource.id), 303)
