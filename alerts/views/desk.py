"""The coordinators' desk: what is open, a new alert, a last look before anybody is asked."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from alerts import policy, queries, services
from alerts.asking.drafting import AlertDraft, NeedDraft
from alerts.forms import DraftAlert, offer
from alerts.models import STAY_MINUTES
from alerts.overview.choices import (
    alerts_in,
    organisations_to_choose,
    people_to_choose,
    trainings_to_choose,
)
from alerts.views.doors import bp, found
from nucleus.ground import i18n
from nucleus.ground.web import may
from nucleus.people.policy import who

MOST_AT_ONCE = 50


@bp.get("/alerts/alert/list")
@may(policy.may_list_alert)
def list_alert() -> str:
    """Show what is open, what is not sent yet, and what ended lately."""
    mine = policy.organisations_i_coordinate()
    shelves = {state: alerts_in(state, mine) for state in ("open", "draft", "closed")}
    drilled = organisations_to_choose(mine)
    return render_template("alerts/list_alert.html", drilled=drilled, **shelves)


@bp.route("/alerts/alert/draft", methods=["GET", "POST"])
@may(policy.may_draft_alert)
def draft_alert() -> ResponseReturnValue:
    """Write down what is needed; nobody is asked yet."""
    form = with_choices(DraftAlert())
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("alerts/draft_alert.html", form=form), status
    alert = services.draft_alert(drafted(form), who().id)
    return redirect(url_for("alerts.check_alert", alert_id=alert.id), 303)


@bp.get("/alerts/alert/<int:alert_id>/check")
@may(policy.may_run_alert)
def check_alert(alert_id: int) -> ResponseReturnValue:
    """Show how many would be asked, and why the others would not."""
    alert = found(alert_id, policy.may_run_alert)
    if alert.state != "draft":
        return redirect(url_for("alerts.show_board", alert_id=alert.id))
    preview = queries.audience_preview(alert)
    most = min(preview.number, MOST_AT_ONCE)
    words = ngettext("Ask %(num)s person now", "Ask up to %(num)s people now", most)
    facts = {"alert": alert, "preview": preview, "ask_words": words}
    return render_template("alerts/check_alert.html", needs=queries.needs_of(alert), **facts)


@bp.post("/alerts/alert/<int:alert_id>/open")
@may(policy.may_run_alert)
def open_alert(alert_id: int) -> ResponseReturnValue:
    """Ask the people; a second press changes nothing."""
    alert = found(alert_id, policy.may_run_alert)
    if alert.state == "draft":
        services.open_alert(alert, who().id)
        flash(_("The alert is open."), "ok")
    return redirect(url_for("alerts.show_board", alert_id=alert.id), 303)


@bp.post("/alerts/alert/<int:alert_id>/drop")
@may(policy.may_run_alert)
def drop_alert(alert_id: int) -> ResponseReturnValue:
    """Throw a draft away; nobody was asked, so nobody is told."""
    alert = found(alert_id, policy.may_run_alert)
    if alert.state == "draft":
        services.close_alert(alert, "cancelled", who().id)
        flash(_("The draft is thrown away. Nobody was asked."))
    return redirect(url_for("alerts.list_alert"), 303)


def with_choices(form: DraftAlert) -> DraftAlert:
    """Fill in what may be chosen here and now."""
    mine = policy.organisations_i_coordinate()
    nobody, any_training, none = _("Nobody in particular"), _("Any of our volunteers"), _("No")
    form.organisation.choices = offer(organisations_to_choose(mine))
    form.person.choices = offer([("", nobody), *people_to_choose(mine)])
    form.competence.choices = offer([("", any_training), *trainings_to_choose()])
    form.language.choices = offer([("", none), *i18n.languages_to_choose()])
    return form


def drafted(form: DraftAlert) -> AlertDraft:
    """Return what was typed as a draft."""
    place = form.place
    return AlertDraft(
        what=form.what.data.strip(),
        organisation_id=int(form.organisation.data),
        needs=needs_typed(form),
        scale=form.scale.data,
        severity=form.severity.data,
        urgency=form.urgency.data,
        certainty=form.certainty.data,
        comune=place.label if place else None,
        lat=place.point.lat if place else None,
        lon=place.point.lon if place else None,
        person_id=int(form.person.data) if form.person.data else None,
        meeting_words=(form.meeting_words.data or "").strip() or None,
        why_alone=(form.why_alone.data or "").strip() or None,
        stay_minutes=form.stay_minutes.data or STAY_MINUTES,
        drill=form.drill.data == "yes",
        not_for_peers=form.sends_nobody,
    )


def needs_typed(form: DraftAlert) -> tuple[NeedDraft, ...]:
    """Split *three, one of whom speaks Arabic* into one place for a speaker and two for anybody."""
    competence = int(form.competence.data) if form.competence.data else None
    spoken = (form.language_count.data or 1) if form.language.data else 0
    speakers = NeedDraft(count=spoken, competence_id=competence, language=form.language.data)
    others = NeedDraft(count=form.count.data - spoken, competence_id=competence)
    return tuple(need for need in (speakers, others) if need.count > 0)
