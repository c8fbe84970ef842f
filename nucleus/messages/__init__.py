"""Messages: the post office, what is to be told to whom."""

from flask import Flask

from nucleus.messages import bell, sending


def init_app(app: Flask) -> None:
    """Hang up the bell, and the board on which rooms say which deliveries are still wanted."""
    app.extensions["nucleus.still_wanted"] = {}
    bell.init_app(app)
    sending.init_app(app)
