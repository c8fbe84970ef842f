"""Pages about the people of one's own organisation."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from nucleus.accounts import policy
from nucleus.accounts.forms import INVITED_AS, AddPerson
from nucleus.accounts.queries import people_in, roles_in
from nucleus.accounts.services import inviting
from nucleus.accounts.views.room import bp
from nucleus.accounts.words import role_name
from nucleus.ground import i18n
from nucleus.ground.database import db
from nucleus.ground.heard import page_asked
from nucleus.ground.web import may
from nucleus.people.models import Channel, Role
from nucleus.people.policy import my_organisations, who

PAGE = 25


@bp.route("/person/list")
@may(policy.may_list_person)
def list_person() -> ResponseReturnValue:
    """Show the people of one's own organisations, by name."""
    like = request.args.get("name", "").strip()[:100]
    ours = [each.id for each in my_organisations(Role.COORDINATOR)]
    people = db.paginate(people_in(ours, like), page=page_asked(), per_page=PAGE, error_out=False)
    return render_template(
        "accounts/list_person.html",
        people=people,
        roles=roles_in([each.id for each in people.items], ours),
        like=like,
    )


@bp.route("/person/add", methods=["GET", "POST"])
@may(policy.may_add_person)
def add_person() -> ResponseReturnValue:
    """Add somebody to one's own organisation and invite them."""
    form = AddPerson(language=i18n.language())
    form.language.choices = [SelectChoice(code, i18n.NAMES[code]) for code in i18n.written()]
    form.role.choices = [SelectChoice(str(role), role_name(role)) for role in INVITED_AS]
    ours = my_organisations(Role.COORDINATOR)
    form.organisation.choices = [SelectChoice(each.id, each.name) for each in ours]
    if form.validate_on_submit():
        try:
            inviting.add_person(newcomer(form), by=who().id)
        except inviting.AddressTaken:
            form.address.errors = [_("Somebody already signs in with this address.")]
        else:
            flash(_("Added. If you gave an e-mail address, an invitation is on its way."), "ok")
            return redirect(url_for("accounts.list_person"), 303)
    return render_template("accounts/add_person.html", form=form), 422 if form.errors else 200


def newcomer(form: AddPerson) -> inviting.Newcomer:
    """Return what was typed about somebody new."""
    return inviting.Newcomer(
        name=" ".join(form.name.data.split()),
        language=form.language.data,
        channel=Channel(form.channel.data),
        address=form.address.data,
        role=Role(form.role.data),
        organisation=form.organisation.data,
    )
