"""The round of telephone calls: a list, one place after the other, one tap for what came of it."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.ground.heard import page_asked
from nucleus.ground.web import may
from nucleus.people.policy import who
from nucleus.resources import policy
from nucleus.resources.asking.queries import letter_state
from nucleus.resources.checking import queries, services, undoing
from nucleus.resources.checking.models import Answer
from nucleus.resources.checking.services import Ringing
from nucleus.resources.checking.undoing import TooLate, answers_to_undo
from nucleus.resources.models import OFTEN_SILENT, Resource
from nucleus.resources.suggesting.queries import mark_of_facts, today_of
from nucleus.resources.suggesting.words import TOPIC_WORDS, said
from nucleus.resources.topics import services as topics
from nucleus.resources.topics.forms import EditGroup
from nucleus.resources.topics.services import Knowing
from nucleus.resources.topics.table import QUESTIONS, SAYS_WHERE
from nucleus.resources.views.room import find_resource_to_keep, page_of, resources
from nucleus.resources.wording import FACTS

PAGE, SHEET = 30, 150
ASKED = (
    *("name", "what", "hours_words", "hours", "emergency_hours", "by_appointment"),
    *("phones", "email", "web"),
    *("where", "how_to_get_in", "who_for", "cost", "documents", "languages"),
    *("wheelchair", "accessibility"),
)
"""What is read out to the place, in this order."""


@resources.get("/check/list")
@may(policy.may_list_resource)
def list_checks() -> str:
    """Show what is to be checked in one's own area, the longest overdue first."""
    reach, page = policy.my_reach(), page_asked()
    rows = queries.places_to_check(reach, page, PAGE)
    progress = queries.progress_of(reach)
    return render_template(
        "resources/list_checks.html",
        rows=rows,
        calls=queries.calls_now([row.id for row in rows]),
        progress=progress,
        many=queries.MANY,
        page=page,
        last=max(1, -(-progress.left // PAGE)),
        due_groups=queries.due_groups,
        taken=answers_to_undo(who().id),
    )


@resources.get("/check/print")
@may(policy.may_list_resource)
def print_check() -> str:
    """Show the round as a sheet of paper with boxes to tick."""
    reach, page = policy.my_reach(), page_asked()
    rows, left = queries.places_to_check(reach, page, SHEET), queries.due_count(reach)
    last = max(1, -(-left // SHEET))
    return render_template(
        "resources/print_check.html", rows=rows, left=left, told=on_paper, page=page, last=last
    )


@resources.post("/check/next")
@may(policy.may_list_resource)
def next_check() -> ResponseReturnValue:
    """Take the next place that nobody rings."""
    return to_next(services.next_check(policy.my_reach(), actor=who().id))


@resources.post("/check/claim/<int:resource_id>")
@may(policy.may_list_resource)
def claim_check(resource_id: int) -> ResponseReturnValue:
    """Say that one is about to telephone this place."""
    resource = find_resource_to_keep(resource_id)
    try:
        services.claim_check(resource.id, actor=who().id)
    except Ringing:
        flash(_("Somebody else is calling them just now. Please take another one."), "wait")
    return redirect(url_for("resources.show_check", resource_id=resource.id), 303)


@resources.get("/check/show/<int:resource_id>")
@may(policy.may_list_resource)
def show_check(resource_id: int) -> str:
    """Show one place as it is read out on the telephone."""
    resource = find_resource_to_keep(resource_id)
    return render_template(
        "resources/show_check.html",
        resource=resource,
        facts=said_of(resource),
        seen=mark_of_facts(today_of(resource, ASKED)),
        call=queries.calls_now([resource.id]).get(resource.id),
        me=who().id,
        topics=[(topic, TOPIC_WORDS[topic]) for topic in QUESTIONS],
        progress=queries.progress_of(policy.my_reach()),
        letter=letter_state(resource),
        looked_at=max((row.looked_at for row in resource.freshness), default=None),
        often=OFTEN_SILENT,
        taken=answers_to_undo(who().id),
    )


@resources.post("/check/answer/<int:resource_id>")
@may(policy.may_list_resource)
def answer_check(resource_id: int) -> ResponseReturnValue:
    """Note what came of the call, and go to the next place."""
    resource = find_resource_to_keep(resource_id)
    answer = answer_heard(resource)
    seen = mark_of_facts(today_of(resource, ASKED))
    if answer is Answer.SAME and request.form.get("seen") != seen:
        flash(_("The place was changed while you were calling. Please look again."), "wait")
        return redirect(url_for("resources.show_check", resource_id=resource.id), 303)
    services.answer_check(resource, answer, actor=who().id)
    flash(f"{resource.name}: {came_of(resource, answer)}", "ok")
    return go_on(resource)


@resources.post("/check/undo/<int:resource_id>")
@may(policy.may_list_resource)
def undo_check(resource_id: int) -> ResponseReturnValue:
    """Take one's own answer back, and look at the place again."""
    resource = find_resource_to_keep(resource_id)
    try:
        undoing.undo_check(resource, actor=who().id)
    except TooLate:
        flash(_("This can't be taken back any more: the place was looked at again since."), "wait")
    else:
        flash(_("Taken back. All is as it was before your tap."), "ok")
    return redirect(url_for("resources.show_check", resource_id=resource.id), 303)


@resources.route("/group/edit/<int:resource_id>/<topic>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def edit_group(resource_id: int, topic: str) -> ResponseReturnValue:
    """Change one handful of facts, and say how it is known."""
    resource = find_resource_to_keep(resource_id)
    if topic not in QUESTIONS:
        abort(404)
    calling = request.args.get("from") == "check"
    form = EditGroup(topic, resource, {"how": "call"} if calling else None)
    if not form.validate_on_submit():
        words = TOPIC_WORDS[topic]
        page = render_template(
            "resources/edit_group.html", form=form, resource=resource, words=words, calling=calling
        )
        return page, 422 if request.method == "POST" else 200
    known = Knowing(actor=who().id, how=form.how.data or "", why=form.why.data or None)
    topics.edit_group(resource, topic, form.said(resource.place), known=known)
    flash(_("Your changes are kept."), "ok")
    there = url_for("resources.show_check", resource_id=resource.id)
    return redirect(there if calling else page_of(resource), 303)


def said_of(resource: Resource, asked: Sequence[str] = ASKED) -> list[tuple[str, str]]:
    """Return the facts of a place as they are read out: what each is called, and what it says."""
    today = today_of(resource, asked)
    if today.get("hours_words"):
        today.pop("hours", None)
    pairs = ((str(FACTS[name]), said(name, value, {})) for name, value in today.items())
    return [(label, words) for label, words in pairs if words]


def on_paper(resource: Resource) -> list[tuple[str, str]]:
    """Return the same for a sheet that can be lost: never where a confidential place is."""
    left_out = {"name", "phones", *(("where", *SAYS_WHERE) if resource.is_confidential else ())}
    return said_of(resource, [name for name in ASKED if name not in left_out])


def answer_heard(resource: Resource) -> Answer:
    """Return which button was pressed; only of a place that is shut can it be said that it is."""
    word = request.form.get("answer", "")
    shut = resource.state == queries.SHUT
    known = {*Answer} - (set() if shut else {Answer.SHUT})
    if word not in known or not (shut or resource.state in policy.FINDABLE):
        abort(422)
    return Answer(word)


def came_of(resource: Resource, answer: Answer) -> str:
    """Return what was noted, in words."""
    if answer is Answer.SAME:
        return str(_("confirmed."))
    if answer is Answer.SHUT:
        return str(_("still shut. It comes again in a month."))
    if resource.silent_calls >= OFTEN_SILENT:
        return str(_("silent again. It comes again in two weeks."))
    return str(_("noted. It comes again in two days."))


def go_on(resource: Resource) -> ResponseReturnValue:
    """Go to the next place of the round, when one is done with this one."""
    return to_next(services.next_check(policy.my_reach(), actor=who().id, but=resource.id))


def to_next(number: int | None) -> ResponseReturnValue:
    """Go to the place that was taken, or to the list when nothing is left."""
    if number is None:
        flash(_("Nothing is left to check that nobody else is calling."), "ok")
        return redirect(url_for("resources.list_checks"), 303)
    return redirect(url_for("resources.show_check", resource_id=number), 303)
