"""Roster: trained peers, what they are qualified for, and when they can come."""

from flask import Flask, render_template
from flask_babel import lazy_gettext as _

from nucleus.ground import signals
from nucleus.ground.boards import forgetting, menu, panels
from nucleus.ground.erasing import board
from nucleus.people.policy import coordinated_organisations, who
from nucleus.roster import policy, queries, services
from nucleus.roster.models import Duty, WeeklyHours
from nucleus.roster.views import bp


def init_app(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(bp)
    signals.tables_ready.connect(begin, app)
    app.jinja_env.filters["span"] = span
    menu.pin(
        app,
        menu.Pin(
            "roster.edit_availability",
            _("When I can come"),
            policy.may_edit_availability,
            menu.Shelf.OWN,
        ),
    )
    menu.pin(
        app,
        menu.Pin(
            "roster.list_responders",
            _("Who can come"),
            policy.may_list_responders,
            menu.Shelf.NETWORK,
        ),
    )
    off = "responders who had left the roster"
    board.pin(app, board.Kind("responder", off, queries.names_on_roster, services.stop_again))
    forgetting.pin(app, forgetting.Rule(Duty, lambda old: Duty.ends_at < old))
    panels.pin(app, panels.Panel("home", 30, policy.is_responder, draw_own_time))
    panels.pin(app, panels.Panel("home", 45, policy.may_list_responders, draw_expiring))


def begin(_app: Flask) -> None:
    """Give a new house its first qualifications."""
    services.ensure_competences()


def span(hours: WeeklyHours) -> str:
    """Return a stretch of a day as `18:30–22:00`."""
    ends = (hours.opens, hours.closes)
    return "–".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in ends)


def draw_own_time() -> str:
    """Draw the volunteer's own switch for the start page."""
    return render_template(
        "roster/_own_time.html",
        promise=queries.promise_of(who().id),
        can_come=queries.is_available(who().id),
        qualified=queries.is_qualified(who().id),
        responder=policy.my_responder(),
    )


def draw_expiring() -> str:
    """Draw which qualifications end soon, for the coordinators' start page."""
    ending = queries.expiring(coordinated_organisations())
    return render_template("roster/_expiring.html", ending=ending[:5], more=len(ending) - 5)
