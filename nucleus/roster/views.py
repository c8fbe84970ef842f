"""Pages of the roster: a volunteer's own time, and a coordinator's view of who can come."""

from datetime import datetime, time, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.heard import page_asked
from nucleus.ground.i18n import language
from nucleus.ground.web import may, settings
from nucleus.people.models import Person
from nucleus.people.policy import coordinated_organisations, who
from nucleus.people.queries import languages_of
from nucleus.roster import forms, policy, queries, services
from nucleus.roster.models import Award, Competence, Responder, WeeklyHours

bp = Blueprint("roster", __name__, url_prefix="/roster")
PAGE = 50


@bp.route("/availability/edit", methods=["GET", "POST"])
@may(policy.may_edit_availability)
def edit_availability() -> ResponseReturnValue:
    """Say until when I am available, from now."""
    form = forms.EditAvailability()
    if not form.validate_on_submit():
        return own_time(form), 422 if form.is_submitted() else 200
    try:
        services.edit_availability(who().id, ends_at(form.until.data))
    except services.NotQualified:
        form.until.errors = [_("Your qualification has run out. A coordinator can renew it.")]
        return own_time(form), 422
    flash(_("Thank you. You may be called until then; you can stop at any time."))
    return redirect(url_for("roster.edit_availability"), 303)


@bp.post("/availability/end")
@may(policy.may_edit_availability)
def end_availability() -> ResponseReturnValue:
    """Stop being available now."""
    services.end_availability(who().id)
    flash(_("Done. Outside your weekly hours nobody calls you."))
    return redirect(url_for("roster.edit_availability"), 303)


@bp.post("/hours/add")
@may(policy.may_edit_availability)
def add_hours() -> ResponseReturnValue:
    """Add a stretch of my week."""
    form = forms.AddHours()
    if not form.validate_on_submit():
        return own_time(hours=form), 422
    opens, closes = (at.hour * 60 + at.minute for at in (form.opens.data, form.closes.data))
    services.add_hours(who().id, int(form.weekday.data), opens=opens, closes=closes)
    return redirect(url_for("roster.edit_availability", _anchor="hours"), 303)


@bp.post("/hours/<int:hours_id>/remove")
@may(policy.may_edit_availability)
def remove_hours(hours_id: int) -> ResponseReturnValue:
    """Take a stretch of my week away."""
    hours = db.session.get(WeeklyHours, hours_id)
    if hours is None or hours.person_id != who().id:
        abort(404)
    services.remove_hours(hours)
    return redirect(url_for("roster.edit_availability", _anchor="hours"), 303)


@bp.post("/rest/take")
@may(policy.may_edit_availability)
def take_rest() -> ResponseReturnValue:
    """Let nobody call me for some days."""
    form, responder = forms.TakeRest(), policy.my_responder()
    if responder is None or not form.validate_on_submit():
        return own_time(rest=form), 422
    services.take_rest(responder, form.days.data)
    flash(_("Done. Rest well: the others are there."))
    return redirect(url_for("roster.edit_availability"), 303)


@bp.route("/zone/edit", methods=["GET", "POST"])
@may(policy.may_edit_zone)
def edit_zone() -> ResponseReturnValue:
    """Say from which town and how far I can come."""
    responder = policy.my_responder() or abort(404)
    form = forms.EditZone(obj=responder)
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("roster/edit_zone.html", form=form, responder=responder), status
    services.edit_zone(responder, form.comune.data.strip(), form.radius_km.data)
    flash(_("Saved. Only the town is kept, never an address."))
    return redirect(url_for("roster.edit_availability"), 303)


@bp.get("/responder/list")
@may(policy.may_list_responders)
def list_responders() -> ResponseReturnValue:
    """Show who is on the roster of my organisations."""
    words, page = request.args.get("words", ""), page_asked()
    mine = coordinated_organisations()
    lines, total = queries.roster(mine, words=words, page=page, size=PAGE)
    return render_template(
        "roster/list_responders.html",
        lines=lines,
        total=total,
        words=words,
        page=page,
        last=-(-total // PAGE),
        expiring=queries.expiring(mine),
        candidates=queries.not_on_roster(mine, words),
    )


@bp.get("/responder/<int:person_id>/show")
@may(policy.may_list_responders)
def show_responder(person_id: int) -> ResponseReturnValue:
    """Show one responder: what they are qualified for, when and where they can come."""
    person, responder = on_my_roster(person_id)
    return render_responder(person, responder, forms.GiveAward(issued_on=queries.today())), 200


@bp.post("/responder/<int:person_id>/enrol")
@may(policy.may_list_responders)
def enrol_responder(person_id: int) -> ResponseReturnValue:
    """Put a person of my organisation on the roster."""
    person = db.session.get(Person, person_id) or abort(404)
    if not policy.may_change_responder(person.organisation_id):
        abort(404)
    services.enrol_responder(person, person.organisation_id or 0, by=who().id)
    return redirect(url_for("roster.show_responder", person_id=person.id), 303)


@bp.post("/responder/<int:person_id>/stop")
@may(policy.may_list_responders)
def stop_responder(person_id: int) -> ResponseReturnValue:
    """Take a responder off the roster at once."""
    person, responder = on_my_roster(person_id)
    services.stop_responder(responder, by=who().id)
    flash(_("%(name)s is off the roster: nobody calls them any more.", name=person.name))
    return redirect(url_for("roster.list_responders"), 303)


@bp.post("/responder/<int:person_id>/award/give")
@may(policy.may_list_responders)
def give_award(person_id: int) -> ResponseReturnValue:
    """Note a qualification."""
    person, responder = on_my_roster(person_id)
    form = with_competences(forms.GiveAward())
    if not form.validate_on_submit():
        return render_responder(person, responder, form), 422
    competence = db.session.get_one(Competence, form.competence.data)
    training = services.Training(
        form.issued_on.data, form.trainer.data, form.trainer_profession.data
    )
    services.give_award(person, competence, training, by=who().id)
    flash(_("Noted."))
    return redirect(url_for("roster.show_responder", person_id=person.id), 303)


@bp.post("/award/<int:award_id>/end")
@may(policy.may_list_responders)
def end_award(award_id: int) -> ResponseReturnValue:
    """Revoke a qualification."""
    award = db.session.get(Award, award_id) or abort(404)
    person, _responder = on_my_roster(award.person_id)
    services.end_award(award, by=who().id)
    flash(_("The qualification is ended."))
    return redirect(url_for("roster.show_responder", person_id=person.id), 303)


def on_my_roster(person_id: int) -> tuple[Person, Responder]:
    """Return a responder of an organisation I coordinate; anybody else does not exist."""
    responder = db.session.get(Responder, person_id)
    if responder is None or not policy.may_change_responder(responder.organisation_id):
        abort(404)
    return responder.person, responder


def own_time(
    form: forms.EditAvailability | None = None,
    *,
    hours: forms.AddHours | None = None,
    rest: forms.TakeRest | None = None,
) -> str:
    """Draw the page of my own time with whichever form has something to say."""
    person = who()
    return render_template(
        "roster/edit_availability.html",
        form=form or forms.EditAvailability(formdata=None),
        hours_form=hours or forms.AddHours(formdata=None),
        rest_form=rest or forms.TakeRest(formdata=None),
        responder=policy.my_responder(),
        promise=queries.promise_of(person.id),
        can_come=queries.is_available(person.id),
        qualified=queries.is_qualified(person.id),
        hours=queries.hours_of(person.id),
        awards=queries.awards_of(person.id),
        weekdays=dict(forms.WEEKDAYS),
        today=queries.today(),
    )


def render_responder(person: Person, responder: Responder, form: forms.GiveAward) -> str:
    """Draw the page of one responder."""
    return render_template(
        "roster/show_responder.html",
        one=person,
        responder=responder,
        spoken=languages_of(person.id),
        awards=queries.awards_of(person.id),
        hours=queries.hours_of(person.id),
        weekdays=dict(forms.WEEKDAYS),
        can_come=queries.is_available(person.id),
        form=with_competences(form),
        today=queries.today(),
    )


def with_competences(form: forms.GiveAward) -> forms.GiveAward:
    """Offer what one can be qualified for, in the reader's language."""
    form.competence.choices = [
        SelectChoice(each.id, each.label(language())) for each in queries.competences()
    ]
    return form


def ends_at(choice: str) -> datetime:
    """Return the end of an availability that begins now."""
    now = clock.local(clock.now(), settings().time_zone)
    if choice in {"1h", "3h"}:
        return now + timedelta(hours=int(choice[0]))
    hour, day = (23, now.date()) if choice == "evening" else (8, now.date() + timedelta(days=1))
    end = datetime.combine(day, time(hour), tzinfo=settings().zone)
    return end if end > now else end + timedelta(days=1)
