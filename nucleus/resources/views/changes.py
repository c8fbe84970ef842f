"""The pages on which a change of a place is looked at and put back."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.ground.heard import page_asked
from nucleus.ground.web import may
from nucleus.people.policy import who
from nucleus.resources import policy, queries
from nucleus.resources.models import Revision
from nucleus.resources.revisions import changed_since, value_of
from nucleus.resources.twins.queries import merges_into, origins_of
from nucleus.resources.undoing import services
from nucleus.resources.undoing.forms import UndoRevision, undoing_form
from nucleus.resources.views.room import find_resource_to_keep, resources
from nucleus.resources.wording import FACTS

PAGE = 50


@resources.get("/revision/list/<int:resource_id>")
@may(policy.may_list_resource)
def list_revisions(resource_id: int) -> str:
    """Show every change of a place, old beside new."""
    resource, page = find_resource_to_keep(resource_id), page_asked()
    rows, total = queries.page_of_revisions(resource.id, page, PAGE)
    merges = merges_into(resource.id) if page == 1 else ()
    authors = {row.by_id for row in rows} | {merge.by_id for merge in merges}
    people = queries.names_of_people({one for one in authors if one})
    return render_template(
        "resources/list_revisions.html",
        resource=resource,
        rows=rows,
        merges=merges,
        came_with=origins_of(merges_into(resource.id)),
        page=page,
        last=max(1, -(-total // PAGE)),
        people=people,
        fact_words=FACTS,
        categories={term.id: term for term in queries.categories()},
    )


@resources.route("/revision/undo/<int:revision_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def undo_revision(revision_id: int) -> ResponseReturnValue:
    """Put back what one change replaced; when some of it was changed since, ask which facts."""
    revision = find_revision(revision_id)
    back = url_for("resources.list_revisions", resource_id=revision.resource_id)
    since = changed_since(revision)
    form = undoing_form(revision.before, since)
    if request.method == "POST" and not since:
        services.undo_revision(revision, actor=who().id)
        flash(_("The facts are as they were before that change."), "ok")
        return redirect(back, 303)
    if "chosen" in request.form and form.validate_on_submit():
        services.undo_revision(revision, actor=who().id, only=form.names())
        flash(_("The facts you chose are as they were before that change."), "ok")
        return redirect(back, 303)
    if request.method == "POST" and "chosen" not in request.form:
        return redirect(url_for("resources.undo_revision", revision_id=revision_id), 303)
    return show_undoing(revision, form, since), 422 if request.method == "POST" else 200


def show_undoing(revision: Revision, form: UndoRevision, since: list[str]) -> str:
    """Draw what is said now beside what was said before that change."""
    return render_template(
        "resources/undo_revision.html",
        revision=revision,
        form=form,
        since=since,
        today={name: value_of(revision.resource, name) for name in revision.before},
        fact_words=FACTS,
        categories={term.id: term for term in queries.categories()},
    )


def find_revision(revision_id: int) -> Revision:
    """Return a change of a place whoever is here may change."""
    revision = queries.revision_by_id(revision_id)
    if revision is None or not policy.may_edit_resource(who(), revision.resource):
        abort(404)
    return revision
