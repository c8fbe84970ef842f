"""Alerts as data, for programs: write, raise, watch, answer for somebody, close."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from alerts.api import answers as answers
from alerts.api import cap as cap
from alerts.api import deeds as deeds
from alerts.api import reading as reading
from alerts.api.doors import bp as bp
from nucleus.ground import api
from nucleus.ground.api import Scope

SCOPES = (
    Scope("alerts:read", _l("Read alerts: how far they have come, without names")),
    Scope("alerts:draft", _l("Write drafts, also from an authority’s document; nobody is asked")),
    Scope("alerts:raise", _l("Ask people: open a draft, ask the next ones, send an update")),
    Scope("alerts:answer", _l("Note what somebody answered on the phone")),
    Scope("alerts:close", _l("End an alert")),
)


def init_app(app: Flask) -> None:
    """Open the doors for programs."""
    api.pin_scopes(app, *SCOPES)
    api.join(app, bp)
