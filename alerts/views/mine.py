"""What a volunteer sees of the alerts they were asked in."""

from flask import render_template

from alerts import policy, queries
from alerts.views.cards import ASKED
from alerts.views.doors import bp
from nucleus.ground.web import may
from nucleus.people.policy import who

SHOWN = 20


@bp.get("/alerts/mine/list")
@may(policy.may_list_mine)
def list_mine() -> str:
    """Show the alerts this person was asked in, those that wait for an answer first."""
    asked = queries.alerts_i_was_asked(who())
    waiting = [one for one in asked if one.alert.state == "open" and one.state in ASKED]
    over = [one for one in asked if one.alert.state == "closed"][:SHOWN]
    return render_template("alerts/list_mine.html", waiting=waiting, over=over)
