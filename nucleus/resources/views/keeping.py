"""The pages on which it is said who looks after which places."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from nucleus.ground.web import may
from nucleus.people.policy import who
from nucleus.resources import policy
from nucleus.resources.keeping import queries, services
from nucleus.resources.keeping.forms import EditArea, EditKeeper
from nucleus.resources.reach import write_patch
from nucleus.resources.views.room import find_resource_to_keep, page_of, resources


@resources.get("/area/list")
@may(policy.may_list_resource)
def list_areas() -> str:
    """Show which organisation looks after which towns, and what that means."""
    rows = [(one, queries.area_of(one.id)) for one in queries.organisations()]
    return render_template(
        "resources/list_areas.html",
        rows=rows,
        kept=queries.kept_by_organisation(),
        may_change=policy.may_change_area(),
        write_patch=write_patch,
    )


@resources.route("/area/edit/<int:organisation_id>", methods=["GET", "POST"])
@may(policy.may_change_area)
def edit_area(organisation_id: int) -> ResponseReturnValue:
    """Say in which towns an organisation looks after what nobody else keeps."""
    organisation = queries.organisation_by_id(organisation_id) or abort(404)
    known = queries.area_of(organisation.id)
    form = EditArea(data={"area": "\n".join(write_patch(r.comune, r.province) for r in known)})
    if not form.validate_on_submit():
        page = render_template("resources/edit_area.html", form=form, organisation=organisation)
        return page, 422 if request.method == "POST" else 200
    services.edit_area(organisation, form.patches(), actor=who().id)
    flash(_("The area is kept."), "ok")
    return redirect(url_for("resources.list_areas"), 303)


@resources.route("/keeper/edit/<int:resource_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def edit_keeper(resource_id: int) -> ResponseReturnValue:
    """Say which organisation keeps an entry."""
    resource = find_resource_to_keep(resource_id)
    form = EditKeeper(data={"organisation": str(resource.organisation_id or "")})
    everyone = SelectChoice("", _("Whoever looks after that area"))
    ours = [SelectChoice(str(one.id), one.name) for one in queries.organisations()]
    form.organisation.choices = [everyone, *ours]
    if not form.validate_on_submit():
        page = render_template("resources/edit_keeper.html", form=form, resource=resource)
        return page, 422 if request.method == "POST" else 200
    chosen = form.organisation.data
    services.edit_keeper(resource, int(chosen) if chosen else None, actor=who().id)
    flash(_("Your changes are kept."), "ok")
    return redirect(page_of(resource), 303)
