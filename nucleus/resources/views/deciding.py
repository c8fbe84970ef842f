"""The queue of what others say of the map: old beside new, accept, change, refuse with thanks."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.ground import i18n
from nucleus.ground.heard import page_asked
from nucleus.ground.web import may
from nucleus.people.policy import who
from nucleus.resources import policy
from nucleus.resources import queries as facts
from nucleus.resources.suggesting import queries, services
from nucleus.resources.suggesting.already import already_here
from nucleus.resources.suggesting.forms import AcceptSuggestion, RefuseSuggestion
from nucleus.resources.suggesting.models import Suggestion
from nucleus.resources.suggesting.policy import may_change_suggestion
from nucleus.resources.suggesting.services import AlreadyDecided, Decision
from nucleus.resources.suggesting.words import TOPIC_WORDS, age_words, lines
from nucleus.resources.topics.forms import EditGroup, EditMissing, typed_from
from nucleus.resources.topics.table import MISSING, OTHER, QUESTIONS
from nucleus.resources.views.room import resources
from nucleus.resources.wording import category_choices

PAGE = 30


@resources.get("/suggestion/list")
@may(policy.may_list_resource)
def list_suggestions() -> str:
    """Show what waits for a decision in one's own area."""
    reach, page = policy.my_reach(), page_asked()
    tray = queries.tray_of(reach)
    return render_template(
        "resources/list_suggestions.html",
        rows=queries.waiting_suggestions(reach, page, PAGE),
        tray=tray,
        page=page,
        last=max(1, -(-tray.number // PAGE)),
        topic_words=TOPIC_WORDS,
        age_words=age_words,
    )


@resources.get("/suggestion/show/<int:suggestion_id>")
@may(policy.may_list_resource)
def show_suggestion(suggestion_id: int) -> str:
    """Show one suggestion, old beside new."""
    suggestion = find_suggestion(suggestion_id)
    today = queries.today_of(queries.place_of(suggestion), suggestion.facts)
    moved = queries.changed_since(suggestion)
    return render_template(
        "resources/show_suggestion.html",
        suggestion=suggestion,
        resource=queries.place_of(suggestion),
        lines=lines(today, suggestion.facts, moved=moved, kinds=kinds()),
        moved=moved,
        already=queries.is_already_so(suggestion),
        together=queries.same_as(suggestion),
        others=queries.others_about(suggestion),
        twins=already_here(suggestion.facts) if is_undecided_missing(suggestion) else [],
        accept=AcceptSuggestion(data={"seen": queries.mark_of_facts(today)}),
        refuse=RefuseSuggestion(),
        topic_words=TOPIC_WORDS,
    )


@resources.post("/suggestion/accept/<int:suggestion_id>")
@may(policy.may_list_resource)
def accept_suggestion(suggestion_id: int) -> ResponseReturnValue:
    """Make the map say what was suggested."""
    suggestion = find_suggestion(suggestion_id)
    form = AcceptSuggestion()
    if not form.validate_on_submit():
        abort(422)
    today = queries.today_of(queries.place_of(suggestion), suggestion.facts)
    if form.seen.data != queries.mark_of_facts(today):
        flash(_("The place was changed while you were reading. Please look again."), "wait")
        return redirect(url_for("resources.show_suggestion", suggestion_id=suggestion.id), 303)
    return decided(suggestion, Decision(actor=who().id, how=form.how.data or ""))


@resources.route("/suggestion/change/<int:suggestion_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def change_suggestion(suggestion_id: int) -> ResponseReturnValue:
    """Change what was suggested, then accept it."""
    suggestion = find_suggestion(suggestion_id)
    if suggestion.topic not in QUESTIONS and suggestion.topic != MISSING:
        return redirect(url_for("resources.edit_resource", resource_id=suggestion.resource_id), 303)
    form = form_of(suggestion)
    if suggestion.state != "waiting" or not form.validate_on_submit():
        page = render_template(
            "resources/change_suggestion.html",
            form=form,
            suggestion=suggestion,
            topic_words=TOPIC_WORDS,
        )
        return page, 422 if request.method == "POST" else 200
    resource = queries.place_of(suggestion)
    said = form.said(resource.place if resource else None)
    if suggestion.topic == MISSING:
        said |= {"category": form.category.data}
    how = form.how.data or ""
    return decided(suggestion, Decision(actor=who().id, how=how, facts=said))


@resources.post("/suggestion/refuse/<int:suggestion_id>")
@may(policy.may_list_resource)
def refuse_suggestion(suggestion_id: int) -> ResponseReturnValue:
    """Leave the map as it is, with thanks."""
    suggestion = find_suggestion(suggestion_id)
    form = RefuseSuggestion()
    if not form.validate_on_submit():
        abort(422)
    words = (form.words.data or "").strip()
    try:
        services.refuse_suggestion(suggestion, Decision(actor=who().id, words=words))
    except AlreadyDecided:
        return too_late(suggestion)
    flash(_("The map stays as it is. Whoever left an address gets our thanks."), "ok")
    return redirect(url_for("resources.list_suggestions"), 303)


def decided(suggestion: Suggestion, decision: Decision) -> ResponseReturnValue:
    """Accept, and go to the place as it is now."""
    try:
        resource = services.accept_suggestion(suggestion, decision)
    except AlreadyDecided:
        return too_late(suggestion)
    flash(_("The map says it now. Whoever left an address gets our thanks."), "ok")
    if suggestion.topic == OTHER:
        return redirect(url_for("resources.edit_resource", resource_id=resource.id), 303)
    return redirect(url_for("resources.list_suggestions"), 303)


def too_late(suggestion: Suggestion) -> ResponseReturnValue:
    """Say that somebody else was quicker, and show what they decided."""
    flash(_("Somebody else decided on it a moment ago. Nothing was changed by you."), "wait")
    return redirect(url_for("resources.show_suggestion", suggestion_id=suggestion.id), 303)


def find_suggestion(suggestion_id: int) -> Suggestion:
    """Return a suggestion whoever is here decides on; any other looks as if there were none."""
    suggestion = queries.suggestion_by_id(suggestion_id)
    if suggestion is None or not may_change_suggestion(suggestion):
        abort(404)
    return suggestion


def is_undecided_missing(suggestion: Suggestion) -> bool:
    """Say whether somebody has to find out if we have the place already."""
    return suggestion.topic == MISSING and suggestion.state == "waiting"


def form_of(suggestion: Suggestion) -> Any:
    """Return the short form of the topic with what was suggested in it."""
    shown = typed_from(suggestion.facts)
    if resource := queries.place_of(suggestion):
        return EditGroup(suggestion.topic, resource, shown)
    form = EditMissing(shown)
    form.category.choices = category_choices(facts.categories(), i18n.language())
    return form


def kinds() -> dict[str, str]:
    """Return what categories are called, by code."""
    return {term.code: term.label(i18n.language()) for term in facts.categories()}
