"""Pages about the tokens of programs: list, make, revoke."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from nucleus.accounts import policy
from nucleus.accounts.forms import AddApiToken
from nucleus.accounts.models import ApiToken
from nucleus.accounts.queries import api_tokens_of
from nucleus.accounts.services import tokens
from nucleus.accounts.views.room import bp
from nucleus.ground import api
from nucleus.ground.database import db
from nucleus.ground.web import may
from nucleus.people.models import Organisation, Role
from nucleus.people.policy import my_organisations, stay_fresh, who


def administered() -> Sequence[Organisation]:
    """Return the associations whoever is here administers."""
    return my_organisations(Role.ADMINISTRATOR)


@bp.route("/api-token/list")
@may(policy.may_change_api_token)
def list_api_token() -> str:
    """Show the tokens of one's own associations: what each may do, when it was last used."""
    rows = api_tokens_of([each.id for each in administered()])
    labels = {scope.name: scope.label for scope in api.scopes()}
    return render_template("accounts/list_api_token.html", tokens=rows, labels=labels)


@bp.route("/api-token/add", methods=["GET", "POST"])
@may(policy.may_change_api_token)
def add_api_token() -> ResponseReturnValue:
    """Make a token and show it, this once."""
    form = AddApiToken()
    form.organisation.choices = [SelectChoice(each.id, each.name) for each in administered()]
    form.scopes.choices = [SelectChoice(scope.name, scope.label) for scope in api.scopes()]
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template("accounts/add_api_token.html", form=form), status
    row, token = tokens.add_api_token(drafted(form), by=who().id)
    stay_fresh()
    return render_template("accounts/add_api_token.html", form=form, made=row, token=token)


@bp.post("/api-token/<int:token_id>/revoke")
@may(policy.may_change_api_token)
def revoke_api_token(token_id: int) -> ResponseReturnValue:
    """End a token at once."""
    row = db.session.get(ApiToken, token_id)
    if row is None or row.organisation_id not in {each.id for each in administered()}:
        abort(404)
    tokens.revoke_api_token(row, by=who().id)
    stay_fresh()
    flash(_("The token has ended. Nothing opens with it any more."), "ok")
    return redirect(url_for("accounts.list_api_token"), 303)


def drafted(form: AddApiToken) -> tokens.TokenDraft:
    """Return what was typed about a token."""
    return tokens.TokenDraft(
        name=" ".join(form.name.data.split()),
        organisation_id=form.organisation.data,
        scopes=form.scopes.data,
        days=int(form.days.data),
    )
