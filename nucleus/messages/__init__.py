"""Messages: the post office, what is to be told to whom."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Hang up the board on which rooms say which of their deliveries are still wanted."""
    app.extensions["nucleus.still_wanted"] = {}
