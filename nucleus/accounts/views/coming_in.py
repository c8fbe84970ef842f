"""Pages by which somebody comes in, proves again who they are, and leaves."""

from flask import abort, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.accounts import policy
from nucleus.accounts.door_forms import AskLink, ConfirmSignIn, GiveCode, GiveSecondFactor, SignIn
from nucleus.accounts.queries import SIGN_IN, live_by_token
from nucleus.accounts.services import coming_in
from nucleus.accounts.views.room import bp, enter_with_second_factor, go_in, keep_next, my_account
from nucleus.ground.web import anyone, may
from nucleus.people.policy import is_signed_in

WIPE = '"cache", "cookies", "storage"'


@bp.route("/sign-in", methods=["GET", "POST"])
@may(anyone)
def sign_in() -> ResponseReturnValue:
    """Come in with an address and a password."""
    keep_next()
    form = SignIn()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.errors else 200
    if account := coming_in.sign_in(form.email.data, form.password.data):
        return go_in(account)
    form.form_errors.append(_("The address and the password do not belong together."))
    return render_template("accounts/sign_in.html", form=form), 422


@bp.post("/sign-out")
@may(is_signed_in)
def sign_out() -> ResponseReturnValue:
    """Leave, and ask the browser to forget what it saw."""
    coming_in.sign_out()
    response = make_response(redirect(url_for("home"), 303))
    response.headers["Clear-Site-Data"] = WIPE
    return response


@bp.route("/link/ask", methods=["GET", "POST"])
@may(anyone)
def ask_link() -> ResponseReturnValue:
    """Ask for a link and a code by e-mail; the answer is the same for every address."""
    keep_next()
    form = AskLink()
    if not form.validate_on_submit():
        return render_template("accounts/ask_link.html", form=form), 422 if form.errors else 200
    coming_in.ask_link(form.email.data)
    return redirect(url_for("accounts.give_code"), 303)


@bp.post("/code/send")
@may(policy.may_send_code)
def send_code() -> ResponseReturnValue:
    """Send a code to whoever is here, to prove again who they are."""
    coming_in.send_code()
    return redirect(url_for("accounts.give_code"), 303)


@bp.route("/code/give", methods=["GET", "POST"])
@may(anyone)
def give_code() -> ResponseReturnValue:
    """Come in with the six digits of a letter."""
    form = GiveCode()
    if not form.validate_on_submit():
        return render_template("accounts/give_code.html", form=form), 422 if form.errors else 200
    if account := coming_in.give_code(session.get(coming_in.ASKED_FOR, ""), form.code.data):
        return go_in(account)
    form.code.errors = [_("This code is not right, or no longer valid.")]
    return render_template("accounts/give_code.html", form=form), 422


@bp.route("/link/use/<token>", methods=["GET", "POST"])
@may(anyone)
def use_link(token: str) -> ResponseReturnValue:
    """Show a button; only pressing it uses the link up, since mail programs open links too."""
    if request.method == "POST" and (account := coming_in.use_link(token)):
        return go_in(account)
    live = request.method != "POST" and live_by_token(SIGN_IN, token) is not None
    page = render_template("accounts/use_link.html", live=live, token=token)
    return page, 200 if live else 410


@bp.route("/second-factor/give", methods=["GET", "POST"])
@may(policy.may_give_second_factor)
def give_second_factor() -> ResponseReturnValue:
    """Come in with the second proof, after the first."""
    account = policy.half_in() or abort(404)
    form = GiveSecondFactor()
    if form.validate_on_submit():
        if coming_in.give_second_factor(account, form.code.data):
            return enter_with_second_factor(account)
        form.code.errors = [_("This code is not right, or was used already. Wait for the next.")]
    status = 422 if form.errors else 200
    return render_template("accounts/give_second_factor.html", form=form), status


@bp.route("/sign-in/confirm", methods=["GET", "POST"])
@may(policy.may_confirm_sign_in)
def confirm_sign_in() -> ResponseReturnValue:
    """Prove again who is here, before a page that opens something delicate."""
    keep_next()
    form, account = ConfirmSignIn(), my_account()
    if form.validate_on_submit() and account.password:
        if coming_in.confirm_sign_in(form.password.data):
            return redirect(session.pop("next", None) or url_for("accounts.show_me"), 303)
        form.password.errors = [_("This is not your password.")]
    status = 422 if form.errors else 200
    has_password = bool(my_account().password)
    page = render_template("accounts/confirm_sign_in.html", form=form, has_password=has_password)
    return page, status
