"""The room's blueprint, and where its doors lead."""

from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from nucleus.accounts import gate, policy
from nucleus.accounts.guessing import Resting
from nucleus.accounts.models import Account
from nucleus.accounts.services import coming_in
from nucleus.ground.clock import now
from nucleus.ground.database import READING
from nucleus.ground.web import own_page

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


def my_account() -> Account:
    """Return the account of whoever is here, where the policy has asked for one."""
    return cast(Account, policy.my_account())


def keep_next() -> None:
    """Remember where somebody was going when a door stopped them."""
    if asked := request.args.get("next"):
        session["next"] = own_page(asked)


def go_in(account: Account) -> ResponseReturnValue:
    """Let somebody in, or on to their second factor, and lead them where they were going."""
    going_to = session.get("next")
    if coming_in.let_in(account):
        return redirect(going_to or url_for("accounts.show_me"), 303)
    return redirect(url_for("accounts.give_second_factor"), 303)


def enter_with_second_factor(account: Account) -> ResponseReturnValue:
    """Begin a session with both proofs given, and lead on."""
    going_to = session.get("next")
    coming_in.enter(account, second_factor=True)
    return redirect(going_to or url_for("accounts.show_me"), 303)


def keep_door() -> ResponseReturnValue | None:
    """Lead whoever lacks only a fresh proof or a second factor; others find no page."""
    if refused := g.pop("token_refused", None):
        gate.refuse(refused)
    lacks_proof, lacks_factor = g.pop("wants_fresh", False), g.pop("wants_second_factor", False)
    if lacks_proof:
        return redirect(url_for("accounts.confirm_sign_in", next=_here()), 303)
    account = policy.my_account() if lacks_factor else None
    if account is None:
        return None
    page = "accounts.sign_in" if account.tf_totp_secret else "accounts.add_second_factor"
    return redirect(url_for(page, next=_here()), 303)


def show_rest(rest: Resting) -> ResponseReturnValue:
    """Say until when a door rests and what can be done meanwhile."""
    seconds = max(1, round((rest.until - now()).total_seconds()))
    page = render_template("accounts/_resting.html", until=rest.until)
    return page, 429, {"Retry-After": str(seconds)}


def _here() -> str:
    """Return the page somebody wanted, or the one they sent a form from."""
    if request.method in READING:
        return request.full_path.rstrip("?")
    return own_page(urlsplit(request.referrer or "").path)
