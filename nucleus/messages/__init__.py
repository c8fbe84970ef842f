"""Messages: the post office, what is to be told to whom."""

from flask import Flask
from sqlalchemy import exists

from nucleus.ground.boards import forgetting
from nucleus.messages import bell, sending
from nucleus.messages.models import Delivery, Message


def init_app(app: Flask) -> None:
    """Hang up the bell, and the board on which rooms say which deliveries are still wanted."""
    app.extensions["nucleus.still_wanted"] = {}
    bell.init_app(app)
    sending.init_app(app)
    unwritten = ~exists().where(Delivery.message_id == Message.id)
    forgetting.pin(
        app,
        forgetting.Rule(Delivery, lambda old: Delivery.settled_at < old),
        forgetting.Rule(Message, lambda old: (Message.created_at < old) & unwritten),
    )
