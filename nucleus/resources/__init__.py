"""Resources: the places and services that can help, and how true what we say of them is."""

from flask import Flask

from nucleus.resources import models as models


def init_app(app: Flask) -> None:
    """Open the room."""
