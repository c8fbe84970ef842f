"""The roof: puts the rooms together into one web application."""

from importlib import import_module
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from flask import Flask, Request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter

from nucleus.ground import api, crypto, database, heard, i18n, once, web
from nucleus.ground.backup import age, making
from nucleus.ground.boards import checks, forgetting, jobs, menu, metrics, panels
from nucleus.ground.closing import part as closing
from nucleus.ground.erasing import keeping as erasing
from nucleus.ground.pacing import doors as pacing
from nucleus.ground.settings import Settings

ExcInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]
ROOMS = (
    "nucleus.places",
    "nucleus.people",
    "nucleus.messages",
    "nucleus.accounts",
    "nucleus.roster",
    "nucleus.resources",
    "nucleus.plans",
    "maps",
    "alerts",
)


class House(Flask):
    """Flask, but what went wrong is logged by `web.reference` without private words."""

    def log_exception(self, exc_info: ExcInfo) -> None:
        """Write the trace for a developer only: a database's own words quote whole rows."""
        if self.debug:
            super().log_exception(exc_info)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Read every address as one of the operator's own site, whatever the browser calls us.

        A redirect that mends an address would else lead to any host a stranger names, and a
        name that is none (two dots, a label of a hundred letters) would be a fault of ours.
        """
        if request is None:
            return super().create_url_adapter(request)
        site = urlsplit(self.extensions["nucleus.settings"].base_url)
        named = {"HTTP_HOST": site.netloc, "wsgi.url_scheme": site.scheme}
        return self.url_map.bind_to_environ({**request.environ, **named})


def create_app(settings: Settings, rooms: tuple[str, ...] = ROOMS) -> Flask:
    """Build the application with the given rooms, lowest floor first."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = House("nucleus", template_folder=template_folder())
    app.config.from_mapping(settings.flask_config())
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    raise_the_ground(app, settings)
    for name in rooms:
        import_module(name).init_app(app)
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def raise_the_ground(app: Flask, settings: Settings) -> None:
    """Lay what every room stands on, in the order in which its parts see a request."""
    heard.init_app(app)
    metrics.init_app(app)
    pacing.init_app(app)
    crypto.init_app(app, settings.ring)
    database.init_app(app)
    i18n.init_app(app, settings.languages)
    for board in (menu, panels, jobs, checks, making, forgetting, erasing, closing):
        board.init_app(app)
    checks.pin(app, age.check_backup)
    web.init_app(app, settings)
    once.init_app(app)
    api.init_app(app, settings)


def template_folder() -> str:
    """Return the templates inside the wheel, or those beside the checkout."""
    here = Path(__file__).parent
    inside = here / "templates"
    return str(inside if inside.is_dir() else here.parent / "templates")
