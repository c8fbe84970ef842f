"""Accounts: signing in, and the pages of one's own contacts and consents."""

from flask import Flask
from flask_babel import lazy_gettext as _

from nucleus.accounts import api as doors
from nucleus.accounts import commands, gate, jobs, library, policy, words
from nucleus.accounts.guessing import Resting
from nucleus.accounts.services import coming_in, profile
from nucleus.accounts.views import bp
from nucleus.accounts.views.room import keep_door, show_rest
from nucleus.ground import api, signals, web
from nucleus.ground.boards import forgetting, menu
from nucleus.ground.boards.jobs import Job, pin
from nucleus.ground.pacing import doors as pacing
from nucleus.people.policy import is_administrator, is_signed_in
from nucleus.people.words import channel_name


def init_app(app: Flask) -> None:
    """Open the room."""
    library.init_app(app, app.extensions["nucleus.settings"])
    app.register_blueprint(bp)
    api.pin_gate(app, gate.count_call)
    api.join(app, doors.bp)
    app.register_error_handler(Resting, show_rest)
    app.cli.add_command(commands.accounts)
    app.jinja_env.globals.update(role_name=words.role_name, channel_name=channel_name)
    app.jinja_env.globals["sign_in_page"] = "accounts.sign_in"
    web.keep_doors(app, keep_door)
    pacing.pin_name(app, library.signed_in_as)
    signals.language_chosen.connect(profile.remember_language)
    signals.person_stopped.connect(coming_in.close_account_of)
    menu.pin(app, menu.Pin("accounts.sign_in", _("Sign in"), policy.is_visitor, order=90))
    menu.pin(app, menu.Pin("accounts.show_me", _("My page"), is_signed_in, menu.Shelf.OWN))
    menu.pin(
        app,
        menu.Pin("accounts.list_person", _("People"), policy.may_list_person, menu.Shelf.NETWORK),
    )
    menu.pin(
        app,
        menu.Pin(
            "accounts.list_api_token", _("Tokens for programs"), is_administrator, menu.Shelf.HOUSE
        ),
    )
    pin(app, Job("forget_refusals", 3600, jobs.forget_refusals))
    forgetting.pin(app, *jobs.RULES)
