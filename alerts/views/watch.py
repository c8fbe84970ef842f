"""The red bar on every page while the house is not well, and the page that says it in full."""

from flask import Flask, render_template
from flask_babel import lazy_gettext as _l

from alerts import policy
from alerts.sender import heartbeat
from alerts.views.doors import bp
from alerts.watching.wellbeing import is_silent, troubles
from alerts.watching.words import told_part, told_remedy, told_trouble
from nucleus.ground import menu, panels
from nucleus.ground.web import may
from nucleus.people.policy import is_signed_in


def init_app(app: Flask) -> None:
    """Pin the bar."""
    panels.pin(app, panels.Panel("bar", 0, is_signed_in, draw_bar))
    menu.pin(app, menu.Pin("alerts.show_watch", _l("Is all well?"), policy.may_show_watch))
    helpers = (told_trouble, told_remedy, told_part, is_silent)
    app.jinja_env.globals.update({each.__name__: each for each in helpers})


@bp.get("/alerts/watch/show")
@may(policy.may_show_watch)
def show_watch() -> str:
    """Show whether everything that keeps the promise is at work."""
    return render_template("alerts/show_watch.html", troubles=troubles(), signs=heartbeat.signs())


def draw_bar() -> str:
    """Draw what is not well: everything to those who can mend it, the consequence to all."""
    found = troubles()
    if not found:
        return ""
    mends = policy.may_show_watch()
    return render_template("alerts/_bar.html", troubles=found, mends=mends)
