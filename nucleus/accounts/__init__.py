"""Accounts: signing in, and the pages of one's own contacts and consents."""

from flask import Flask

from nucleus.accounts import models as models


def init_app(app: Flask) -> None:
    """Open the room."""
