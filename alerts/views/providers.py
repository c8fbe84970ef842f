"""Pages about the outside providers: set up, tried, put in order, given up by an administrator."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from alerts import policy
from alerts.providers import queries, services
from alerts.providers.forms import AddProvider, EditProvider, form_for
from alerts.sender import providers
from alerts.sender.kinds import KINDS, SECRETS
from alerts.sender.models import ProviderAccount
from alerts.views.doors import bp
from nucleus.ground.web import may, settings
from nucleus.people.policy import stay_fresh, who

LIST = "alerts.list_provider"
SPEAKS_BACK = frozenset({"twilio", "vonage", "httpsms", "telegram", "signal", "whatsapp"})
TOLD_BY_US = frozenset({"telegram"})


def the_account(uid: str) -> ProviderAccount:
    """Return an account in use, or say that there is none."""
    return providers.account_at(uid) or abort(404)


def back_to_list() -> ResponseReturnValue:
    """Lead back to the list; a step on these pages counts as presence."""
    stay_fresh()
    return redirect(url_for(LIST), 303)


@bp.get("/alerts/provider/list")
@may(policy.may_change_provider)
def list_provider() -> str:
    """Show who carries our messages, what it costs, and how the last trial ended."""
    return render_template("alerts/list_provider.html", standings=queries.standings(), kinds=KINDS)


@bp.get("/alerts/provider/choose")
@may(policy.may_change_provider)
def choose_provider() -> str:
    """Choose what kind of provider to add."""
    return render_template("alerts/choose_provider.html", kinds=KINDS)


@bp.route("/alerts/provider/<kind>/add", methods=["GET", "POST"])
@may(policy.may_change_provider)
def add_provider(kind: str) -> ResponseReturnValue:
    """Set up a provider of one kind."""
    known = KINDS.get(kind) or abort(404)
    form = form_for(known)
    if form.validate_on_submit():
        services.add_provider(kind, form.answers, limits=limits_of(form), by=who().id)
        flash(_("It is set up. Send yourself a test message now."), "ok")
        return back_to_list()
    if not form.is_submitted():
        suggest(form, kind)
    facts = {"kind": known, "note": known.note}
    page = render_template("alerts/add_provider.html", form=form, **facts)
    return page, 422 if form.errors else 200


@bp.route("/alerts/provider/<uid>/edit", methods=["GET", "POST"])
@may(policy.may_change_provider)
def edit_provider(uid: str) -> ResponseReturnValue:
    """Change a provider; its secrets stay unless typed again."""
    account = the_account(uid)
    form = form_for(KINDS[account.kind], EditProvider)
    if form.validate_on_submit():
        services.edit_provider(account, form.answers, limits=limits_of(form), by=who().id)
        return back_to_list()
    if not form.is_submitted():
        show(form, account)
    facts: dict[str, Any] = inbound_of(account) if account.kind in SPEAKS_BACK else {}
    facts |= {"told_by_us": account.kind in TOLD_BY_US, "note": KINDS[account.kind].note}
    page = render_template("alerts/edit_provider.html", form=form, account=account, **facts)
    return page, 422 if form.errors else 200


@bp.post("/alerts/provider/<uid>/rank")
@may(policy.may_change_provider)
def rank_provider(uid: str) -> ResponseReturnValue:
    """Use a provider earlier or later."""
    up = request.form.get("where") == "up"
    services.rank_provider(the_account(uid), up=up, by=who().id)
    return back_to_list()


@bp.post("/alerts/provider/<uid>/test")
@may(policy.may_change_provider)
def test_provider(uid: str) -> ResponseReturnValue:
    """Send a real message through a provider to one's own contact."""
    account = the_account(uid)
    points = queries.points_to_try(account, who().id)
    if points:
        services.test_provider(account, points[0], by=who().id)
        flash(_("A test message is on its way. Look at this page again in a moment."), "ok")
    else:
        flash(_("First add a contact of this kind to your own contacts."), "problem")
    return back_to_list()


@bp.post("/alerts/provider/<uid>/connect")
@may(policy.may_change_provider)
def connect_provider(uid: str) -> ResponseReturnValue:
    """Let a provider be told where its answers go."""
    account = the_account(uid)
    if account.kind not in TOLD_BY_US:
        abort(404)
    services.connect_provider(account, by=who().id)
    flash(_("We are telling it. Look at this page again in a moment."), "ok")
    stay_fresh()
    return redirect(url_for("alerts.edit_provider", uid=uid), 303)


@bp.post("/alerts/provider/<uid>/retire")
@may(policy.may_change_provider)
def retire_provider(uid: str) -> ResponseReturnValue:
    """Give a provider up."""
    services.retire_provider(the_account(uid), by=who().id)
    flash(_("It is given up, and its secrets are forgotten."), "ok")
    return back_to_list()


def inbound_of(account: ProviderAccount) -> dict[str, str]:
    """Return where a provider's answers and receipts come in, as its own pages want it.

    A signal-cli server signs nothing, so its address holds the token. Telegram is told by us.
    """
    address = providers.inbound_address(account.uid, settings())
    if account.kind in TOLD_BY_US:
        return {}
    if account.kind == "signal":
        return {"inbound": f"{address}?key={providers.inbound_token(account.uid)}"}
    return {"inbound": address}


def suggest(form: AddProvider, kind: str) -> None:
    """Begin with what is usual for this kind."""
    known = KINDS[kind]
    form.label.data = str(known.label)
    form.private.data = "yes" if known.private else "no"
    form.rate.data, form.price.data = known.rate, known.cents


def show(form: AddProvider, account: ProviderAccount) -> None:
    """Fill in what is kept, but no secret."""
    for name, answer in providers.answers_of(account).items():
        if name in form.asked and name not in SECRETS[account.kind]:
            form[name].data = answer
    cap = account.monthly_cap_cents
    form.label.data, form.private.data = account.name, "yes" if account.private else "no"
    form.rate.data, form.in_flight.data = account.rate, account.in_flight
    form.price.data, form.cap.data = account.price_cents, None if cap is None else cap / 100


def limits_of(form: AddProvider) -> services.Limits:
    """Return what was typed about name, price and pace."""
    cap = form.cap.data
    return services.Limits(
        name=form.label.data.strip(),
        private=form.private.data == "yes",
        rate=float(form.rate.data) if form.rate.data else None,
        in_flight=form.in_flight.data,
        price_cents=float(form.price.data),
        monthly_cap_cents=None if cap is None else round(cap * 100),
    )
