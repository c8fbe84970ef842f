"""People: who is here, what they may do, how they are reached."""

from flask import Flask

from nucleus.ground.erasing import board
from nucleus.people import addresses, erasing, policy


def init_app(app: Flask) -> None:
    """Open the room; its pages stand in accounts, one floor up."""
    board.pin(app, *erasing.KINDS)
    app.context_processor(lambda: {"person": policy.present()})
    app.jinja_env.filters["phone_words"] = addresses.phone_words
    app.jinja_env.globals["has_role"] = policy.has_role
