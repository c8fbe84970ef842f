"""Pages of one's own plan, and the one page on which a supporter answers."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.ground import i18n
from nucleus.ground.database import db
from nucleus.ground.tokens import proves, subject_of
from nucleus.ground.web import anyone, csrf, may
from nucleus.people.addresses import BadAddress
from nucleus.people.models import Channel, ContactPoint
from nucleus.people.policy import stay_fresh, who
from nucleus.plans import forms, invitations, policy, queries, sections, services
from nucleus.plans.models import SECTIONS, Plan, PlanItem
from nucleus.resources.models import Resource

bp = Blueprint("plans", __name__, url_prefix="/plans")


@bp.get("/plan/show")
@may(policy.may_show_plan)
def show_plan() -> ResponseReturnValue:
    """Show my plan."""
    plan = queries.plan_of(who().id)
    stay_fresh()
    if plan is None:
        return render_template("plans/begin_plan.html")
    opened = queries.open_plan(plan)
    return render_template("plans/show_plan.html", plan=opened, words=sections.words())


@bp.post("/plan/begin")
@may(policy.may_begin_plan)
def begin_plan() -> ResponseReturnValue:
    """Begin my plan."""
    services.begin_plan(who())
    return redirect(url_for("plans.show_plan"), 303)


@bp.get("/plan/use")
@may(policy.may_use_plan)
def use_plan() -> ResponseReturnValue:
    """Go through my plan one step a screen."""
    opened = queries.open_plan(my_plan())
    stay_fresh()
    steps = [section for section in sections.STEPS if opened.lines(section)]
    number = min(max(request.args.get("step", 1, type=int), 1), max(len(steps), 1))
    return render_template(
        "plans/use_plan.html",
        plan=opened,
        section=steps[number - 1] if steps else None,
        number=number,
        last=len(steps),
        words=sections.words(),
    )


@bp.route("/item/<section>/add", methods=["GET", "POST"])
@may(policy.may_edit_plan)
def add_item(section: str) -> ResponseReturnValue:
    """Write a line of my own."""
    if section not in SECTIONS:
        abort(404)
    form, plan = forms.AddItem(), my_plan()
    if not form.validate_on_submit():
        return draw("plans/add_item.html", form, section=section)
    services.add_item(plan, section, form.text.data.strip())
    return back_to(section)


@bp.route("/item/<int:item_id>/edit", methods=["GET", "POST"])
@may(policy.may_edit_plan)
def edit_item(item_id: int) -> ResponseReturnValue:
    """Change a line of mine."""
    item = mine(item_id)
    form = forms.EditItem(text=text_of(item))
    if not form.validate_on_submit():
        return draw("plans/edit_item.html", form, section=item.section, item=item)
    services.edit_item(item, form.text.data.strip())
    return back_to(item.section)


@bp.post("/item/<int:item_id>/remove")
@may(policy.may_edit_plan)
def remove_item(item_id: int) -> ResponseReturnValue:
    """Take a line of mine out."""
    item = mine(item_id)
    services.remove_item(item)
    flash(_("Taken out."))
    return back_to(item.section)


@bp.post("/item/<int:item_id>/move")
@may(policy.may_edit_plan)
def move_item(item_id: int) -> ResponseReturnValue:
    """Move a line of mine up or down."""
    item = mine(item_id)
    services.move_item(item, request.form.get("to") == "up")
    return back_to(item.section)


@bp.route("/supporter/add", methods=["GET", "POST"])
@may(policy.may_edit_plan)
def add_supporter() -> ResponseReturnValue:
    """Name somebody I ask for help."""
    form, plan = forms.AddSupporter(), my_plan()
    if not form.validate_on_submit():
        return draw("plans/add_supporter.html", form, section="people")
    try:
        services.add_supporter(
            plan,
            form.name.data.strip(),
            Channel(form.channel.data),
            address=form.address.data,
            language=who().language,
        )
    except BadAddress:
        form.address.errors = [_("That does not look right. Please check it once more.")]
        return draw("plans/add_supporter.html", form, section="people")
    flash(_("Written down. If you gave an e-mail address, they are asked in neutral words."))
    return back_to("people")


@bp.get("/service/pick")
@may(policy.may_edit_plan)
def pick_service() -> ResponseReturnValue:
    """Look for a service to put into my plan."""
    words = request.args.get("words", "").strip()
    found = queries.services_named(words) if words else ()
    return render_template("plans/pick_service.html", words=words, found=found)


@bp.post("/service/<int:resource_id>/add")
@may(policy.may_edit_plan)
def add_service(resource_id: int) -> ResponseReturnValue:
    """Put a service into my plan."""
    resource = db.session.get(Resource, resource_id)
    if resource is None or resource.visibility != "public":
        abort(404)
    services.add_service(my_plan(), resource)
    return back_to("services")


@bp.get("/invitation/<token>")
@may(anyone)
def show_invitation(token: str) -> ResponseReturnValue:
    """Show a supporter who asks, and what saying yes means; nothing changes by looking."""
    point = invited(token)
    with i18n.speaking(i18n.behind_link()):
        return render_template("plans/show_invitation.html", point=point, token=token)


@bp.post("/invitation/<token>/answer")
@csrf.exempt  # type: ignore[untyped-decorator]  # the link itself is the right to answer
@may(anyone)
def answer_invitation(token: str) -> ResponseReturnValue:
    """Keep a supporter's yes or no."""
    point = invited(token)
    agrees = request.form.get("answer") == "yes"
    services.answer_invitation(point, agrees)
    lang = request.args.get("lang")
    return redirect(url_for("plans.show_invitation", token=token, lang=lang), 303)


def invited(token: str) -> ContactPoint:
    """Return the contact point an invitation was sent to; a wrong link is no link."""
    subject = subject_of(token)
    point = db.session.get(ContactPoint, subject) if subject is not None else None
    if point is None or not proves(token, invitations.PURPOSE, point.id, point.uid):
        abort(404)
    return point


def my_plan() -> Plan:
    """Return my plan; without one there is nothing to write into."""
    return queries.plan_of(who().id) or abort(404)


def mine(item_id: int) -> PlanItem:
    """Return a line of my plan."""
    return policy.my_item(item_id) or abort(404)


def text_of(item: PlanItem) -> str:
    """Open the words of one line of mine."""
    opened = queries.open_plan(item.plan)
    return next(line.text for line in opened.lines(item.section) if line.item is item)


def draw(page: str, form: forms.AddItem | forms.AddSupporter, **facts: object) -> tuple[str, int]:
    """Draw a page with a form, as refused when it was sent."""
    stay_fresh()
    status = 422 if form.is_submitted() else 200
    return render_template(page, form=form, words=sections.words(), **facts), status


def back_to(section: str) -> ResponseReturnValue:
    """Lead back to the section of my plan that was changed."""
    stay_fresh()
    return redirect(url_for("plans.show_plan", _anchor=section), 303)
