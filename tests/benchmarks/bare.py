"""The yardstick: the least a Flask site with accounts can be, one page and one table of its own."""

import os
from pathlib import Path

from flask import Flask, render_template_string
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.models import fsqla_v3
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

PAGE = "<!doctype html><title>{{ name }}</title><h1>{{ name }}</h1><p>{{ notes }} notes</p>"
db = SQLAlchemy()
fsqla_v3.FsModels.set_db_info(db)


class Role(db.Model, fsqla_v3.FsRoleMixin):  # type: ignore[name-defined, misc]
    """Asked for by the account library."""


class User(db.Model, fsqla_v3.FsUserMixin):  # type: ignore[name-defined, misc]
    """Who may sign in."""


class Note(db.Model):  # type: ignore[name-defined, misc]
    """Something to read from the database."""

    id = db.Column(db.Integer, primary_key=True)


def make_app() -> Flask:
    """Build the app on the SQLite file named in `BARE_FILE`; make its tables the first time."""
    file = Path(os.environ["BARE_FILE"])
    app = Flask(__name__)
    app.config["SECRET_KEY"] = app.config["SECURITY_PASSWORD_SALT"] = "known to all"
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{file}"
    db.init_app(app)
    Security(app, SQLAlchemyUserDatastore(db, User, Role))
    app.add_url_rule("/", "home", show_home)
    if not file.exists():
        with app.app_context():
            db.create_all()
    return app


def show_home() -> str:
    """Show a page that asks the database once."""
    return render_template_string(
        PAGE, name="Bare", notes=len(db.session.scalars(select(Note)).all())
    )
