"""Contacts that begin with a press of a button: this device, and a conversation with our bot."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.accounts import policy
from nucleus.accounts.forms import AddDevice
from nucleus.accounts.services import contacts
from nucleus.accounts.views.room import bp
from nucleus.ground.web import may
from nucleus.messages.sending import open_channels
from nucleus.people.addresses import BadAddress
from nucleus.people.models import Channel
from nucleus.people.policy import stay_fresh, who


@bp.route("/device/add", methods=["GET", "POST"])
@may(policy.may_change_contact_point)
def add_device() -> ResponseReturnValue:
    """Show the button that lets this browser show notices; its script posts the subscription."""
    key_name, _colon, key = (open_channels().get(Channel.WEB_PUSH) or abort(404)).partition(":")
    if request.method == "GET":
        facts = {"key_name": key_name, "push_key": key}
        return render_template("accounts/add_device.html", form=AddDevice(), **facts)
    try:
        point = contacts.add_device(who(), request.get_data(as_text=True))
    except (BadAddress, contacts.AlreadyThere):
        return {"words": _("This browser could not be added. Load the page again.")}, 422
    stay_fresh()
    return {"next": url_for("accounts.verify_contact_point", point_id=point.id)}, 201


@bp.route("/chat/start", methods=["GET", "POST"])
@may(policy.may_change_contact_point)
def start_chat() -> ResponseReturnValue:
    """Give the link that begins a conversation with the bot; what it carries works once."""
    bot = open_channels().get(Channel.TELEGRAM) or abort(404)
    code = contacts.start_chat(who()) if request.method == "POST" else None
    link = f"https://t.me/{bot}?start={code}" if code else None
    stay_fresh()
    return render_template("accounts/start_chat.html", bot=bot, link=link)
