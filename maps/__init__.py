"""Maps: finds where things are, and draws what is near."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Open the room."""
