"""Places as data, for programs: the house's own JSON, and HSDS for whoever speaks that."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from maps.api import reading as reading
from maps.api import writing as writing
from maps.api.doors import bp as bp
from maps.api.hsds import hsds
from nucleus.ground import api
from nucleus.ground.api import Scope

SCOPES = (
    Scope("resources:write", _l("Tell what an association’s own list says of places, and confirm")),
)


def init_app(app: Flask) -> None:
    """Open the doors for programs."""
    app.register_blueprint(hsds)
    api.pin_scopes(app, *SCOPES)
    api.join(app, bp)
