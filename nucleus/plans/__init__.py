"""Plans: a person's own emergency plan, sealed with a key of its own."""

from flask import Flask

from nucleus.plans import models as models


def init_app(app: Flask) -> None:
    """Open the room."""
