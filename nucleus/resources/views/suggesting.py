"""The pages on which anybody says what is wrong or missing on the map, without an account."""

from typing import Any

from flask import abort, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.ground import i18n
from nucleus.ground.clock import now
from nucleus.ground.visitors import browser, visitor
from nucleus.ground.web import anyone, may
from nucleus.people.policy import present
from nucleus.resources import policy, queries
from nucleus.resources.models import Resource
from nucleus.resources.suggesting import services
from nucleus.resources.suggesting.already import already_here
from nucleus.resources.suggesting.forms import (
    AddSuggestion,
    FollowSuggestion,
    ReportMissing,
    Told,
)
from nucleus.resources.suggesting.models import Suggestion
from nucleus.resources.suggesting.queries import place_of, suggestion_by_code
from nucleus.resources.suggesting.services import Said, Sender, TooMany
from nucleus.resources.suggesting.words import TOPIC_WORDS, age_words
from nucleus.resources.terms import OTHER
from nucleus.resources.topics.forms import start_of
from nucleus.resources.topics.table import MISSING, QUESTIONS, TOPICS
from nucleus.resources.views.room import find_resource, for_anybody, resources
from nucleus.resources.wording import category_choices

CODE = "suggestion_code"
"""Under which name the visitor's own cookie keeps the last code: a reload shows it again."""


@resources.get("/suggestion/choose/<int:resource_id>")
@may(anyone)
@for_anybody
def choose_suggestion(resource_id: int) -> str:
    """Ask what is wrong with a place."""
    resource = find_resource(resource_id)
    return render_template(
        "resources/choose_suggestion.html",
        resource=resource,
        topics=[(topic, TOPIC_WORDS[topic]) for topic in topics_of(resource)],
    )


@resources.route("/suggestion/add/<int:resource_id>/<topic>", methods=["GET", "POST"])
@may(anyone)
@for_anybody
def add_suggestion(resource_id: int, topic: str) -> ResponseReturnValue:
    """Take in what somebody says of one handful of facts."""
    resource = find_resource(resource_id)
    if topic not in topics_of(resource):
        abort(404)
    start = start_of(resource, QUESTIONS.get(topic, ()))
    form = AddSuggestion(topic, start=start, exactly=says_where(resource))
    if not form.validate_on_submit():
        return show_form("resources/add_suggestion.html", form, resource=resource, topic=topic)
    said = Said(topic=topic, facts=form.said(resource.place), note=note_of(form))
    return taken(resource, said, form)


@resources.route("/missing/report", methods=["GET", "POST"])
@may(anyone)
@for_anybody
def report_missing() -> ResponseReturnValue:
    """Take in a place that is not in our list."""
    form = ReportMissing()
    form.category.choices = category_choices(queries.categories(), i18n.language())
    if request.method == "GET":
        form.category.data = OTHER
    if not form.validate_on_submit():
        return show_form("resources/report_missing.html", form)
    said = Said(topic=MISSING, facts=form.all_said(), note=note_of(form))
    twins = already_here(said.facts) if "anyway" not in request.form else []
    if twins:
        return show_form("resources/report_missing.html", form, twins=twins)
    return taken(None, said, form)


@resources.get("/suggestion/thank")
@may(anyone)
@for_anybody
def thank_suggestion() -> str:
    """Say thank you, and what happens now."""
    return render_template(
        "resources/thank_suggestion.html",
        back=request.args.get("place", 0, int),
        code=session.get(CODE),
    )


@resources.route("/suggestion/follow", methods=["GET", "POST"])
@may(anyone)
@for_anybody
def follow_suggestion() -> ResponseReturnValue:
    """Tell whoever keeps the code what became of their suggestion; it names nobody."""
    form = FollowSuggestion(data={"code": session.get(CODE)})
    found = None
    if form.validate_on_submit():
        found = suggestion_by_code(form.code.data)
        if found is None:
            form.code.errors = [
                _("We do not know this code. A month after the decision we forget it.")
            ]
    page = render_template(
        "resources/follow_suggestion.html",
        form=form,
        found=found,
        place=place_to_show(found),
        topic_words=TOPIC_WORDS,
        age_words=age_words,
    )
    return page, 422 if request.method == "POST" and found is None else 200


def place_to_show(found: Suggestion | None) -> Resource | None:
    """Return the place it was about, or that came of it, if whoever is here may know of it."""
    if found is None:
        return None
    made = queries.resource_by_id(found.made_id) if found.made_id else place_of(found)
    return made if made and policy.may_see_resource(made) else None


def taken(resource: Resource | None, said: Said, form: Told) -> ResponseReturnValue:
    """Keep what was said and say thank you, or ask to come back later."""
    try:
        session[CODE] = services.add_suggestion(resource, said, sender_of(form))
    except TooMany as cause:
        seconds = max(1, int((cause.until - now()).total_seconds()))
        page = render_template("resources/_too_many.html", until=cause.until)
        return make_response(page, 429, {"Retry-After": str(seconds)})
    lang, place = request.args.get("lang"), resource.id if resource else None
    return redirect(url_for("resources.thank_suggestion", lang=lang, place=place), 303)


def sender_of(form: Told) -> Sender:
    """Return who says it: somebody with an account, or a fingerprint of where it comes from."""
    person = present()
    return Sender(
        mark=f"person:{person.id}" if person else visitor(),
        browser=None if person else browser(),
        language=i18n.language(),
        person=person.id if person else None,
        contact=(form.contact.data or "").strip() or None,
    )


def note_of(form: Told) -> str | None:
    """Return the free words, or nothing."""
    return (form.note.data or "").strip() or None


def topics_of(resource: Resource) -> list[str]:
    """Return what may be said of a place; of a hidden one nobody is asked where it is."""
    left_out = {MISSING}
    if not resource.capacity_unit:
        left_out.add("capacity")
    if not says_where(resource):
        left_out.add("address")
    return [topic for topic in TOPICS if topic not in left_out]


def says_where(resource: Resource) -> bool:
    """Say whether whoever is here may know where this place is."""
    place = resource.place
    return policy.may_see_exact_place() or place is None or not place.hidden


def show_form(page: str, form: Told, **facts: Any) -> ResponseReturnValue:
    """Show a form, again if something was wrong with it."""
    drawn = render_template(page, form=form, topic_words=TOPIC_WORDS, **facts)
    return drawn, 422 if request.method == "POST" else 200
