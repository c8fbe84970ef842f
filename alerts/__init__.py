"""Alerts: asks for help, waits for answers, and never loses one."""

from flask import Flask

from alerts import models as models


def init_app(app: Flask) -> None:
    """Open the room."""
