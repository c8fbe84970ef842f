"""Pages about oneself: today, profile, consents."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from nucleus.accounts import consents
from nucleus.accounts.forms import EditProfile
from nucleus.accounts.queries import account_of, consents_of
from nucleus.accounts.services import profile
from nucleus.accounts.views.room import bp
from nucleus.ground import i18n
from nucleus.ground.web import may, settings
from nucleus.people.policy import all_my_grants, is_signed_in, my_grants, who
from nucleus.people.queries import contact_points_of, languages_of


@bp.route("/me")
@may(is_signed_in)
def show_me() -> ResponseReturnValue:
    """Show what today brings, and the ways to one's own things."""
    points = contact_points_of(who().id)
    return render_template(
        "accounts/show_me.html",
        account=account_of(who().id),
        withheld=all_my_grants() != my_grants(),
        reachable=any(point.verified_at for point in points),
        unproven=[p for p in points if not p.verified_at and p.channel != "phone"],
    )


@bp.route("/profile/edit", methods=["GET", "POST"])
@may(is_signed_in)
def edit_profile() -> ResponseReturnValue:
    """Change one's name and languages."""
    person = who()
    form = EditProfile(obj=person, spoken=languages_of(person.id))
    form.language.choices = [SelectChoice(code, i18n.NAMES[code]) for code in i18n.written()]
    form.spoken.choices = [SelectChoice(*one) for one in i18n.languages_to_choose()]
    if not form.validate_on_submit():
        return render_template("accounts/edit_profile.html", form=form), 422 if form.errors else 200
    profile.edit_profile(
        person, name=form.name.data, language=form.language.data, spoken=form.spoken.data
    )
    flash(_("Saved."), "ok")
    return redirect(url_for("accounts.edit_profile"), 303)


@bp.route("/consent/list")
@may(is_signed_in)
def list_consent() -> ResponseReturnValue:
    """Show what one can agree to, and what one has agreed to."""
    offered, held = consents.purposes(settings()), consents_of(who().id)
    given = {code: held[code] for code, each in offered.items() if each.is_given(held)}
    return render_template("accounts/list_consent.html", purposes=offered, given=given)


@bp.post("/consent/give")
@may(is_signed_in)
def give_consent() -> ResponseReturnValue:
    """Agree to one purpose, in the wording that was shown."""
    purpose = purpose_named()
    profile.give_consent(who(), purpose)
    return redirect(url_for("accounts.list_consent"), 303)


@bp.post("/consent/withdraw")
@may(is_signed_in)
def withdraw_consent() -> ResponseReturnValue:
    """Take a consent back; it ends at once and changes no help."""
    profile.withdraw_consent(who(), purpose_named())
    return redirect(url_for("accounts.list_consent"), 303)


def purpose_named() -> consents.Purpose:
    """Return the purpose a press was about."""
    offered = consents.purposes(settings())
    return offered.get(request.form.get("purpose", "")) or abort(404)
