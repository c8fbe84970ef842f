"""The pages on which a change of a place is looked at and put back."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.ground.web import may
from nucleus.people.policy import who
from nucleus.resources import policy, queries, services
from nucleus.resources.models import Revision
from nucleus.resources.revisions import ChangedSince
from nucleus.resources.twins.queries import merges_into, origins_of
from nucleus.resources.views.room import find_resource_to_keep, resources
from nucleus.resources.wording import FACTS


@resources.get("/revision/list/<int:resource_id>")
@may(policy.may_list_resource)
def list_revisions(resource_id: int) -> str:
    """Show every change of a place, old beside new."""
    resource = find_resource_to_keep(resource_id)
    rows = queries.revisions_of(resource.id)
    merges = merges_into(resource.id)
    authors = {row.by_id for row in rows} | {merge.by_id for merge in merges}
    people = queries.names_of_people({one for one in authors if one})
    return render_template(
        "resources/list_revisions.html",
        resource=resource,
        rows=rows,
        merges=merges,
        came_with=origins_of(merges),
        people=people,
        fact_words=FACTS,
        categories={term.id: term for term in queries.categories()},
    )


@resources.post("/revision/undo/<int:revision_id>")
@may(policy.may_list_resource)
def undo_revision(revision_id: int) -> ResponseReturnValue:
    """Put back what one change replaced."""
    revision = find_revision(revision_id)
    try:
        services.undo_revision(revision, actor=who().id)
    except ChangedSince as cause:
        names = ", ".join(str(FACTS.get(name, name)) for name in cause.names)
        words = _("Changed again since: %(names)s. Change it by hand instead.", names=names)
        flash(words, "problem")
    else:
        flash(_("The facts are as they were before that change."), "ok")
    return redirect(url_for("resources.list_revisions", resource_id=revision.resource_id), 303)


def find_revision(revision_id: int) -> Revision:
    """Return a change of a place whoever is here may change."""
    revision = queries.revision_by_id(revision_id)
    if revision is None or not policy.may_edit_resource(who(), revision.resource):
        abort(404)
    return revision
