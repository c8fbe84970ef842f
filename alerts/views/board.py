"""The board of one alert, and everything its coordinator does from there."""

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from alerts import policy, queries, services
from alerts.asking import crowd
from alerts.forms import CloseAlert, SendUpdate
from alerts.models import Alert
from alerts.overview import looking_back
from alerts.overview.progress import progress_of
from alerts.overview.standing import groups_of, version_of, waiting_of
from alerts.overview.timeline import last_moments, number_of
from alerts.views.doors import bp, found, refreshed
from nucleus.ground import journal
from nucleus.ground.database import discloses, write_apart
from nucleus.ground.web import may
from nucleus.people.policy import who


@bp.get("/alerts/alert/<int:alert_id>/board")
@may(policy.may_run_alert)
def show_board(alert_id: int) -> ResponseReturnValue:
    """Show who is missing, who answers and what happened."""
    alert = found(alert_id, policy.may_run_alert)
    if alert.state == "draft":
        return redirect(url_for("alerts.check_alert", alert_id=alert.id))
    return render_template("alerts/show_board.html", **facts_of(alert, version_of(alert)))


@bp.get("/alerts/alert/<int:alert_id>/board-part")
@may(policy.may_run_alert)
def show_board_part(alert_id: int) -> Response:
    """Send the changing part of the board again, or say that nothing has changed."""
    alert = found(alert_id, policy.may_run_alert)
    mark = version_of(alert)
    return refreshed("alerts/_board.html", mark, lambda: facts_of(alert, mark))


@bp.post("/alerts/alert/<int:alert_id>/take")
@may(policy.may_run_alert)
def take_alert(alert_id: int) -> ResponseReturnValue:
    """Say *I follow it*: from now on this person is the one to ask."""
    alert = found(alert_id, policy.may_run_alert)
    if alert.state == "open":
        services.take_alert(alert, who().id)
        flash(_("You follow this alert now. The others can see it."), "ok")
    return to_board(alert)


@bp.post("/alerts/next-wave/<int:alert_id>/ask")
@may(policy.may_run_alert)
def ask_next_wave(alert_id: int) -> ResponseReturnValue:
    """Ask more people now, without waiting for the next wave."""
    alert = found(alert_id, policy.may_run_alert)
    asked = services.ask_next_wave(alert, who().id) if alert.state == "open" else 0
    if asked:
        words = ngettext(
            "One more person is being asked.", "%(num)s more people are being asked.", asked
        )
        flash(words, "ok")
    else:
        flash(
            _("There is nobody left to ask. Use the call list, or ask another association."), "wait"
        )
    return to_board(alert)


@bp.route("/alerts/update/<int:alert_id>/send", methods=["GET", "POST"])
@may(policy.may_run_alert)
def send_update(alert_id: int) -> ResponseReturnValue:
    """Write a few words to everyone who was asked and has not said no."""
    alert = found(alert_id, policy.may_run_alert)
    form = SendUpdate()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("alerts/send_update.html", form=form, alert=alert), status
    if alert.state == "open":
        services.send_update(alert, form.words.data.strip(), who().id)
        flash(_("Your words are on their way."), "ok")
    return to_board(alert)


@bp.route("/alerts/alert/<int:alert_id>/close", methods=["GET", "POST"])
@may(policy.may_run_alert)
def close_alert(alert_id: int) -> ResponseReturnValue:
    """End an alert, with the reason; everyone who was asked is told."""
    alert = found(alert_id, policy.may_run_alert)
    form = CloseAlert()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("alerts/close_alert.html", form=form, alert=alert), status
    if alert.state == "open":
        services.close_alert(alert, form.reason.data, who().id)
        flash(_("The alert is closed. Everyone who was asked is being told."), "ok")
    return to_board(alert)


@bp.post("/alerts/person/<int:alert_id>/reveal")
@may(policy.may_run_alert)
@discloses
def reveal_person(alert_id: int) -> ResponseReturnValue:
    """Show for whom the alert is, after noting who asked to see it."""
    alert = found(alert_id, policy.may_run_alert)
    entry = journal.entry("alerts.reveal_person", f"alert:{alert.id}", actor=who().id)
    write_apart([entry])
    return render_template("alerts/reveal_person.html", alert=alert)


@bp.get("/alerts/alert/<int:alert_id>/after")
@may(policy.may_show_after)
def show_after(alert_id: int) -> ResponseReturnValue:
    """Show what the journal knows of an alert that has ended."""
    alert = found(alert_id, policy.may_show_after)
    runs = policy.may_run_alert(alert)
    if alert.state != "closed":
        return redirect(
            url_for("alerts.show_board" if runs else "alerts.list_mine", alert_id=alert.id)
        )
    facts = {"after": queries.after_action(alert), **(frank(alert) if runs else {})}
    return render_template("alerts/show_after.html", alert=alert, runs=runs, **facts)


def frank(alert: Alert) -> dict[str, Any]:
    """Return what only those who run an alert read of it afterwards."""
    return {
        "debriefed": looking_back.debriefed(alert),
        "decided": looking_back.decided(alert),
        "moments": last_moments(alert),
        "number": number_of(alert),
    }


def facts_of(alert: Alert, version: str) -> dict[str, Any]:
    """Return what the board shows at this moment.

    The version was read before: what changes meanwhile must look new the next time.
    """
    surplus = alert.state == "open" and crowd.surplus_waits(alert)
    groups = groups_of(alert)
    return {
        "alert": alert,
        "version": version,
        "surplus": surplus,
        "asking": crowd.latest_request(alert),
        "needs": queries.needs_of(alert),
        "groups": groups,
        "waiting": waiting_of(alert) if any(one.word == "waiting" for one in groups) else None,
        "progress": progress_of(alert),
        "moments": last_moments(alert),
    }


def to_board(alert: Alert) -> ResponseReturnValue:
    """Go back to the board."""
    return redirect(url_for("alerts.show_board", alert_id=alert.id), 303)
