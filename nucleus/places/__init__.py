"""Places: where something is, and how much of that anybody may know."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Open the room; it has no pages of its own."""
