"""The pages of letters to places: sending one, and what its link opens."""

from collections.abc import Callable
from functools import wraps

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.ground import i18n
from nucleus.ground.clock import now
from nucleus.ground.web import anyone, csrf, may
from nucleus.people.addresses import masked
from nucleus.people.policy import who
from nucleus.resources import policy
from nucleus.resources.asking import queries, services
from nucleus.resources.asking.models import ANSWERS, OwnerLetter
from nucleus.resources.asking.queries import LetterState
from nucleus.resources.asking.services import LinkOver, NotNow
from nucleus.resources.models import Resource
from nucleus.resources.suggesting.forms import AddSuggestion
from nucleus.resources.suggesting.queries import today_of
from nucleus.resources.suggesting.services import Said, TooMany
from nucleus.resources.suggesting.words import TOPIC_WORDS, said
from nucleus.resources.topics.forms import start_of
from nucleus.resources.topics.table import QUESTIONS, SAYS_WHERE
from nucleus.resources.views.room import find_resource_to_keep, page_of, resources
from nucleus.resources.wording import FACTS, LETTERS

SHOWN = (
    *("what", "hours_words", "hours", "by_appointment", "phones", "email", "web", "where"),
    *("how_to_get_in", "who_for", "cost", "documents", "languages", "wheelchair", "accessibility"),
)


@resources.route("/owner/ask/<int:resource_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def ask_owner(resource_id: int) -> ResponseReturnValue:
    """Ask a place by letter whether everything is still right."""
    resource = find_resource_to_keep(resource_id)
    letter = queries.letter_state(resource)
    if request.method == "GET" or letter.state is not LetterState.FREE:
        address = masked("email", resource.email) if resource.email else None
        page = render_template(
            "resources/ask_owner.html",
            resource=resource,
            letter=letter,
            address=address,
            words=LETTERS[letter.state],
            to_choose=[(code, i18n.language_name(code)) for code in i18n.written()],
            usual=i18n.for_messages(queries.language_of(resource)),
        )
        return page, 422 if request.method == "POST" else 200
    try:
        services.ask_owner(resource, actor=who().id, language=language_chosen())
    except NotNow as cause:
        flash(str(LETTERS[cause.state]), "problem")
        return redirect(url_for("resources.ask_owner", resource_id=resource.id), 303)
    flash(_("The letter is on its way. The link in it works for 30 days."), "ok")
    return redirect(page_of(resource), 303)


def language_chosen() -> str | None:
    """Return the language the letter shall be in, if letters are written in it."""
    chosen = request.form.get("language", "")
    return chosen if chosen in i18n.written() else None


def for_its_place(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Hand a view the letter its link came in, and speak the letter's language or one chosen."""

    @wraps(view)
    def opened(token: str, **rest: str) -> ResponseReturnValue:
        letter = queries.letter_by_token(token)
        with i18n.speaking(i18n.behind_link(letter.language if letter else None)):
            return view(letter, token, **rest) if letter else wrong_link()

    return opened


@resources.get("/letter/show/<token>")
@may(anyone)
@for_its_place
def show_letter(letter: OwnerLetter, token: str) -> ResponseReturnValue:
    """Show a place what we say of it; nothing changes by looking."""
    resource = queries.place_asked(letter)
    over = letter.answered_at is not None or letter.expires_at <= now()
    listed = services.is_listed(resource)
    return render_template(
        "resources/show_letter.html",
        letter=letter,
        token=token,
        resource=resource,
        over=over,
        listed=listed,
        facts=facts_of(letter) if listed and not over else [],
        topics=[(topic, TOPIC_WORDS[topic]) for topic in topics_of(letter)],
        told=[TOPIC_WORDS[topic] for topic in queries.told_by(letter)],
    )


@resources.post("/letter/answer/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]  # the link itself is the right to answer
@may(anyone)
@for_its_place
def answer_letter(letter: OwnerLetter, token: str) -> ResponseReturnValue:
    """Take the answer of a place, once."""
    answer = request.form.get("answer", "")
    if answer not in ANSWERS:
        abort(422)
    try:
        services.answer_letter(letter, answer, language=i18n.language())
    except LinkOver:
        return used_up()
    return back_to(token)


@resources.route("/letter/change/<token>/<topic>", methods=["GET", "POST"])
@may(anyone)
@for_its_place
def change_letter(letter: OwnerLetter, token: str, topic: str) -> ResponseReturnValue:
    """Take in one handful of facts that a place says are otherwise."""
    if topic not in topics_of(letter):
        abort(404)
    resource = queries.place_asked(letter)
    try:
        services.mind_link(letter)
        start = start_of(resource, QUESTIONS[topic])
        form = AddSuggestion(topic, start=start, exactly=not resource.is_confidential)
        if not form.validate_on_submit():
            page = render_template(
                "resources/change_letter.html", form=form, token=token, words=TOPIC_WORDS[topic]
            )
            return page, 422 if request.method == "POST" else 200
        note = (form.note.data or "").strip() or None
        told = Said(topic=topic, facts=form.said(resource.place), note=note)
        services.change_letter(letter, told, language=i18n.language())
    except LinkOver:
        return used_up()
    except TooMany as cause:
        return render_template("resources/_too_many.html", until=cause.until), 429
    return back_to(token)


def facts_of(letter: OwnerLetter) -> list[tuple[str, str]]:
    """Return what we say of a place to whoever holds its link."""
    resource = queries.place_asked(letter)
    today = today_of(resource, [name for name in SHOWN if name not in kept_from(resource)])
    if today.get("hours_words"):
        today.pop("hours", None)
    pairs = ((str(FACTS[name]), said(name, value, {})) for name, value in today.items())
    return [(label, words) for label, words in pairs if words]


def topics_of(letter: OwnerLetter) -> list[str]:
    """Return what a place may change by its link."""
    resource = queries.place_asked(letter)
    left_out = kept_from(resource) | (set() if resource.capacity_unit else {"capacity"})
    return [topic for topic in QUESTIONS if topic not in left_out]


def kept_from(resource: Resource) -> set[str]:
    """Return the facts and topics of a place that its link does not open.

    A link is passed on, or seen by whoever holds the telephone: it never tells where a confidential
    place is, nor what a place is that not everybody may know of.
    """
    where = {"where", *SAYS_WHERE} if resource.is_confidential else set()
    return where if resource.visibility == "public" else where | {"name", "what"}


def wrong_link() -> ResponseReturnValue:
    """Say that a link is cut, foreign or invented."""
    return render_template("resources/_wrong_letter.html"), 404


def used_up() -> ResponseReturnValue:
    """Say that a link was used or is too old."""
    return make_response(render_template("resources/_over_letter.html"), 410)


def back_to(token: str) -> ResponseReturnValue:
    """Go back to the page of the letter."""
    lang = request.args.get("lang")
    return redirect(url_for("resources.show_letter", token=token, lang=lang), 303)
