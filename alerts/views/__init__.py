"""Pages of alerts: the desk, the board, the answer by link, the call for help."""

from flask import Flask
from flask_babel import lazy_gettext as _

from alerts import policy
from alerts.providers import words as provider_words
from alerts.views import answer as answer
from alerts.views import behalf as behalf
from alerts.views import board as board
from alerts.views import calls as calls
from alerts.views import cap as cap
from alerts.views import cap_in as cap_in
from alerts.views import cards, watch
from alerts.views import deciding as deciding
from alerts.views import desk as desk
from alerts.views import drill as drill
from alerts.views import feeds as feeds
from alerts.views import inbound as inbound
from alerts.views import integrating as integrating
from alerts.views import listeners as listeners
from alerts.views import mine as mine
from alerts.views import people as people
from alerts.views import press as press
from alerts.views import providers as providers
from alerts.views import totals as totals
from alerts.views import unwanted as unwanted
from alerts.views import wall as wall
from alerts.views import wellbeing as wellbeing
from alerts.views import where as where
from alerts.views.doors import bp
from alerts.views.wording import facts
from nucleus.ground.boards import menu


def init_app(app: Flask) -> None:
    """Open the pages and pin what stands on the start page."""
    facts.init_app(app)
    provider_words.init_app(app)
    menu.pin(
        app,
        menu.Pin("alerts.list_provider", _("Providers"), policy.may_see_provider, menu.Shelf.HOUSE),
    )
    cards.init_app(app)
    watch.init_app(app)
    app.register_blueprint(bp)
