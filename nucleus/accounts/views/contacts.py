"""Pages about one's contacts: list, add, prove, order, keep quiet, try, give up."""

import secrets

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.accounts import policy
from nucleus.accounts.door_forms import VerifyContactPoint
from nucleus.accounts.forms import PACES, AddContactPoint, EditPace, QuietContactPoint
from nucleus.accounts.queries import CONTACT, contact_point_of, live_by_token
from nucleus.accounts.services import contacts
from nucleus.accounts.views.room import bp
from nucleus.accounts.words import HOW, TYPED
from nucleus.ground.web import anyone, may
from nucleus.messages.sending import open_channels
from nucleus.people import addresses
from nucleus.people.models import SENDING, Channel, ContactPoint, Role
from nucleus.people.policy import has_role, is_signed_in, stay_fresh, who
from nucleus.people.queries import contact_points_of
from nucleus.people.words import channel_name

LIST = "accounts.list_contact_point"


def mine(point_id: int) -> ContactPoint:
    """Return one of the reader's own contacts; any other does not exist."""
    return contact_point_of(who().id, point_id) or abort(404)


def mine_to_write_to(point_id: int) -> ContactPoint:
    """Return one of the reader's own contacts that a message can be sent to."""
    point = mine(point_id)
    return point if point.channel in SENDING else abort(404)


def back_to_list() -> ResponseReturnValue:
    """Lead back to the list; a step on these pages counts as presence."""
    stay_fresh()
    return redirect(url_for(LIST), 303)


@bp.route("/contact-point/list")
@may(policy.may_change_contact_point)
def list_contact_point() -> ResponseReturnValue:
    """Show the ways one is reached, in the order in which they are tried."""
    points = contact_points_of(who().id)
    shown = [(p, addresses.masked(p.channel, p.address), quiet_words(p)) for p in points]
    pace = PACES[str(who().step_seconds or "")]
    return render_template("accounts/list_contact_point.html", points=shown, pace=pace)


@bp.route("/contact-point/add", methods=["GET", "POST"])
@may(policy.may_change_contact_point)
def add_contact_point() -> ResponseReturnValue:
    """Add a way to be reached; a code goes there at once."""
    form = AddContactPoint()
    form.offer((channel, channel_name(channel)) for channel in channels_to_type())
    if form.validate_on_submit():
        try:
            point = contacts.add_contact_point(
                who(), Channel(form.channel.data), address=form.address.data
            )
        except contacts.AlreadyThere:
            form.address.errors = [_("This contact is already on your list.")]
        else:
            stay_fresh()
            if point.channel == Channel.PHONE:
                return back_to_list()
            return redirect(url_for("accounts.verify_contact_point", point_id=point.id), 303)
    facts = {"how": HOW, "offered": channels_to_type(), "topic": new_topic()}
    ways = {str(channel) for channel in open_channels()}
    page = render_template("accounts/add_contact_point.html", form=form, ways=ways, **facts)
    return page, 422 if form.errors else 200


@bp.route("/contact-point/verify/<int:point_id>", methods=["GET", "POST"])
@may(is_signed_in)
def verify_contact_point(point_id: int) -> ResponseReturnValue:
    """Type the code that reached a contact."""
    point = mine(point_id)
    form = VerifyContactPoint()
    if form.validate_on_submit():
        if contacts.verify_contact_point(point, form.code.data):
            flash(_("Thank you: we can reach you here."), "ok")
            return redirect(url_for(LIST), 303)
        form.code.errors = [_("This code is not right, or no longer valid.")]
    masked = addresses.masked(point.channel, point.address)
    page = render_template(
        "accounts/verify_contact_point.html", form=form, point=point, masked=masked
    )
    return page, 422 if form.errors else 200


@bp.route("/contact-point/confirm/<token>", methods=["GET", "POST"])
@may(anyone)
def confirm_contact_point(token: str) -> ResponseReturnValue:
    """Show a button; pressing it proves that the link reached its owner."""
    if request.method == "POST":
        done = contacts.confirm_contact_point(token)
        page = render_template("accounts/confirm_contact_point.html", done=done, live=False)
        return page, 200 if done else 410
    live = live_by_token(CONTACT, token) is not None
    page = render_template("accounts/confirm_contact_point.html", done=False, live=live)
    return page, 200 if live else 410


@bp.post("/contact-point/send/<int:point_id>")
@may(is_signed_in)
def send_contact_point(point_id: int) -> ResponseReturnValue:
    """Send the code once more."""
    point = mine_to_write_to(point_id)
    contacts.send_contact_point(point)
    flash(_("A new code is on its way. The old one no longer works."), "ok")
    return redirect(url_for("accounts.verify_contact_point", point_id=point.id), 303)


@bp.post("/contact-point/rank/<int:point_id>")
@may(policy.may_change_contact_point)
def rank_contact_point(point_id: int) -> ResponseReturnValue:
    """Try this contact earlier or later."""
    contacts.rank_contact_point(mine(point_id), up=request.form.get("where") == "up")
    return back_to_list()


@bp.route("/contact-point/quiet/<int:point_id>", methods=["GET", "POST"])
@may(policy.may_change_contact_point)
def quiet_contact_point(point_id: int) -> ResponseReturnValue:
    """Say when a contact should stay quiet."""
    point = mine(point_id)
    form = QuietContactPoint(obj=point)
    form.offer(point.quiet_from, point.quiet_until)
    if form.validate_on_submit():
        start, end = form.quiet_from.data, form.quiet_until.data
        contacts.quiet_contact_point(
            point, int(start) if start else None, int(end) if end else None
        )
        return back_to_list()
    masked = addresses.masked(point.channel, point.address)
    page = render_template("accounts/quiet_contact_point.html", form=form, masked=masked)
    return page, 422 if form.errors else 200


@bp.post("/contact-point/test/<int:point_id>")
@may(policy.may_change_contact_point)
def test_contact_point(point_id: int) -> ResponseReturnValue:
    """Send a test message to a contact."""
    contacts.test_contact_point(mine_to_write_to(point_id))
    flash(_("A test message is on its way. It should be there within a minute."), "ok")
    return back_to_list()


@bp.post("/contact-point/retire/<int:point_id>")
@may(policy.may_change_contact_point)
def retire_contact_point(point_id: int) -> ResponseReturnValue:
    """Give a contact up."""
    try:
        contacts.retire_contact_point(mine(point_id))
    except contacts.LastWayIn:
        flash(_("You sign in with this address. Add another e-mail address first."), "problem")
    return back_to_list()


@bp.route("/pace/edit", methods=["GET", "POST"])
@may(policy.may_edit_pace)
def edit_pace() -> ResponseReturnValue:
    """Say how long each contact has before the next one is tried."""
    form = EditPace(pace=str(who().step_seconds or ""))
    if form.validate_on_submit():
        contacts.edit_pace(who(), int(form.pace.data) if form.pace.data else None)
        return back_to_list()
    page = render_template("accounts/edit_pace.html", form=form)
    return page, 422 if form.errors else 200


def quiet_words(point: ContactPoint) -> str:
    """Return a contact's quiet hours in words, or nothing."""
    if point.quiet_from is None or point.quiet_until is None:
        return ""
    start, end = (f"{m // 60:02}:{m % 60:02}" for m in (point.quiet_from, point.quiet_until))
    return str(_("quiet from %(start)s to %(end)s", start=start, end=end))


def channels_to_type() -> list[Channel]:
    """Return the channels that can carry messages now and whose address is typed."""
    can_send = {*open_channels(), str(Channel.PHONE)}
    mine = [channel for channel in TYPED if channel in can_send]
    return mine if has_role(Role.ADMINISTRATOR) else [c for c in mine if c != Channel.WEBHOOK]


def new_topic() -> str:
    """Return an ntfy topic nobody can guess."""
    return f"n-{secrets.token_urlsafe(15)}"
