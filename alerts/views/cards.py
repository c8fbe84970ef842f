"""What this room shows on the start page: to coordinators, volunteers and members."""

from flask import Flask, render_template, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, select

from alerts import policy, queries
from alerts.models import Alert, Recipient
from alerts.overview.choices import alerts_in
from nucleus.ground.boards import menu, panels
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.people.policy import who

ASKED = ("alerted", "accepted")

_OPEN_CALL = (
    select(Alert)
    .where(Alert.person_id == bindparam("person"), Alert.help.is_(True), Alert.state == "open")
    .order_by(Alert.id.desc())
    .limit(1)
)


def init_app(app: Flask) -> None:
    """Pin the cards and the doors."""
    panels.pin(app, panels.Panel("home", 0, policy.may_press_help, draw_help))
    panels.pin(app, panels.Panel("home", 5, policy.may_list_mine, draw_mine))
    panels.pin(app, panels.Panel("home", 6, policy.may_list_alert, draw_desk))
    panels.pin(app, panels.Panel("home", 7, policy.may_see_provider, draw_machine))
    panels.pin(app, panels.Panel("me", 8, policy.may_press_help, draw_unwanted))
    menu.pin(app, menu.Pin("alerts.press_help", _l("I need help"), policy.may_press_help, order=10))
    menu.pin(app, menu.Pin("alerts.list_mine", _l("My alerts"), policy.may_list_mine, order=25))
    menu.pin(app, menu.Pin("alerts.list_alert", _l("Alerts"), policy.may_list_alert, order=20))
    app.jinja_env.globals["answer_link"] = answer_link


def draw_unwanted() -> str:
    """Draw the way to one's own list of people who are not asked."""
    return render_template("alerts/_unwanted_card.html")


def draw_machine() -> str:
    """Draw the doors of whoever sets the site up."""
    return render_template("alerts/_machine_card.html")


def draw_desk() -> str:
    """Draw the open alerts of whoever coordinates."""
    open_ones = alerts_in("open", policy.organisations_i_coordinate())
    orphans = [alert for alert in open_ones if alert.coordinator_id is None]
    return render_template("alerts/_desk_card.html", open=open_ones, orphans=orphans)


def draw_mine() -> str:
    """Draw the open alerts in which this person is asked or coming."""
    asked = queries.alerts_i_was_asked(who())
    waiting = [one for one in asked if one.alert.state == "open" and one.state in ASKED]
    return render_template("alerts/_mine_card.html", waiting=waiting)


def draw_help() -> str:
    """Draw the way to call for help, or back to the call that is open."""
    own = db.session.scalar(_OPEN_CALL, {"person": who().id})
    return render_template("alerts/_help_card.html", own=own)


def answer_link(recipient: Recipient) -> str:
    """Return this person's own answer page, the same that their messages lead to."""
    token = derive_token("answer", recipient.id, recipient.alert.nonce)
    return url_for("alerts.show_answer", token=token)
