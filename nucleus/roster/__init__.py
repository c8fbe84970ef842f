"""Roster: trained peers, what they are qualified for, and when they can come."""

from flask import Flask

from nucleus.roster import models as models


def init_app(app: Flask) -> None:
    """Open the room."""
