"""Pages about one's keys: password, second factor, recovery codes."""

import segno
from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.accounts import library, policy
from nucleus.accounts.door_forms import AddSecondFactor, ChangePassword, SetPassword
from nucleus.accounts.queries import INVITATION, live_by_token
from nucleus.accounts.services import coming_in
from nucleus.accounts.views.room import bp, go_in, keep_next, my_account
from nucleus.ground.web import anyone, may
from nucleus.people.policy import who

NEW_SECRET = "new_second_factor"  # noqa: S105 the name of a session fact, not a secret


@bp.route("/password/set/<token>", methods=["GET", "POST"])
@may(anyone)
def set_password(token: str) -> ResponseReturnValue:
    """Choose the first password, by the link of an invitation."""
    form = SetPassword()
    if form.validate_on_submit() and (account := coming_in.set_password(token, form.password.data)):
        return go_in(account)
    live = live_by_token(INVITATION, token) is not None
    status = 410 if not live else 422 if form.errors else 200
    return render_template("accounts/set_password.html", form=form, live=live), status


@bp.route("/password/change", methods=["GET", "POST"])
@may(policy.may_change_password)
def change_password() -> ResponseReturnValue:
    """Choose another password; every other session ends."""
    form = ChangePassword()
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template("accounts/change_password.html", form=form), status
    both = "second_factor_at" in session
    account = coming_in.change_password(my_account().id, form.password.data)
    coming_in.enter(account, second_factor=both)
    flash(_("Your password is changed. On every other device you are signed out."), "ok")
    return redirect(url_for("accounts.show_me"), 303)


@bp.route("/second-factor/add", methods=["GET", "POST"])
@may(policy.may_add_second_factor)
def add_second_factor() -> ResponseReturnValue:
    """Connect an authenticator app."""
    keep_next()
    form, factory = AddSecondFactor(), library.security().totp_factory
    secret = session.setdefault(NEW_SECRET, factory.generate_totp_secret())
    if form.validate_on_submit():
        if coming_in.add_second_factor(my_account(), secret, form.code.data):
            session.pop(NEW_SECRET)
            return redirect(url_for("accounts.list_recovery_code"), 303)
        form.code.errors = [_("This code is not right. Type the one the app shows now.")]
    picture = segno.make(factory.get_totp_uri(who().first_name, secret))
    # On white also in the dark theme, or the camera sees nothing.
    image = picture.svg_data_uri(scale=4, light="#ffffff")
    facts = {"image": image, "key": factory.get_totp_pretty_key(secret)}
    status = 422 if form.errors else 200
    return render_template("accounts/add_second_factor.html", form=form, **facts), status


@bp.route("/recovery-code/list")
@may(policy.may_list_recovery_code)
def list_recovery_code() -> ResponseReturnValue:
    """Show the recovery codes that are left, to be written down."""
    codes = library.security().mf_recovery_codes_util.get_recovery_codes(my_account())
    going_to = session.get("next") or url_for("accounts.show_me")
    return render_template("accounts/list_recovery_code.html", codes=codes, going_to=going_to)


@bp.post("/recovery-code/renew")
@may(policy.may_list_recovery_code)
def renew_recovery_code() -> ResponseReturnValue:
    """Make new recovery codes; the old ones stop working."""
    coming_in.renew_recovery_code(my_account())
    return redirect(url_for("accounts.list_recovery_code"), 303)
