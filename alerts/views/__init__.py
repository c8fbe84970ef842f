"""Pages of alerts: the desk, the board, the answer by link, the call for help."""

from flask import Flask

from alerts import page_words
from alerts.views import answer as answer
from alerts.views import board as board
from alerts.views import calls as calls
from alerts.views import cards, watch
from alerts.views import desk as desk
from alerts.views import mine as mine
from alerts.views import press as press
from alerts.views import where as where
from alerts.views.doors import bp


def init_app(app: Flask) -> None:
    """Open the pages and pin what stands on the start page."""
    page_words.init_app(app)
    cards.init_app(app)
    watch.init_app(app)
    app.register_blueprint(bp)
