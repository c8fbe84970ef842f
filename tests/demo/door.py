"""The demo's own door: one click signs you in as anybody, one page shows what the sinks keep.

It stands above all floors and outside the wheel; no setting of the product can open it.
"""

from pathlib import Path

from flask import Blueprint, Flask, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel.speaklater import LazyString
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import select

from nucleus.accounts.models import Account
from nucleus.accounts.services import coming_in
from nucleus.ground.boards import menu
from nucleus.ground.database import db
from nucleus.ground.i18n import language
from nucleus.ground.web import anyone, may
from nucleus.people.models import Organisation, Person, RoleGrant
from tests.demo.keeping import Received
from tests.demo.sinks import Sinks

bp = Blueprint("demo", __name__, url_prefix="/demo")
HERE = Path(__file__).parent / "pages"
SINKS = "nucleus.demo.sinks"


def open_door(app: Flask, sinks: Sinks) -> None:
    """Hang the demo's door into an app that was built for the demo."""
    app.extensions[SINKS] = sinks
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(HERE)])  # type: ignore[list-item]
    app.register_blueprint(bp)
    app.jinja_env.globals["say"] = say
    somebody = LazyString(say, "Prova: diventa qualcuno", "Demo: be somebody else")
    received = LazyString(say, "Prova: messaggi arrivati", "Demo: messages received")
    menu.pin(app, menu.Pin("demo.list_people", somebody, anyone, menu.Shelf.HOUSE))
    menu.pin(app, menu.Pin("demo.list_received", received, anyone, menu.Shelf.HOUSE))


def say(italian: str, english: str) -> str:
    """Speak the reader's language; the demo has no catalogue of its own."""
    return italian if language() == "it" else english


@bp.get("/people")
@may(anyone)
def list_people() -> str:
    """Show the invented people, by what they are in the network."""
    rows = db.session.execute(
        select(Person, RoleGrant.role, Organisation.name)
        .join(Account, Account.person_id == Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .order_by(RoleGrant.role, Person.name)
    ).all()
    return render_template("people.html", rows=rows)


@bp.post("/people/<int:person_id>/be")
@may(anyone)
def be(person_id: int) -> ResponseReturnValue:
    """Sign in as this invented person."""
    account = db.session.scalars(select(Account).where(Account.person_id == person_id)).one()
    coming_in.enter(account, second_factor=True)
    return redirect(url_for("home"), 303)


@bp.get("/received")
@may(anyone)
def list_received() -> str:
    """Show every message the sinks received, newest first."""
    kept: list[Received] = current_app.extensions[SINKS].received()
    return render_template("received.html", kept=list(reversed(kept))[:500], total=len(kept))
