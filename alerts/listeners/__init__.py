"""Programs that listen: told of public alerts by signed webhooks, from durable rows."""

from flask import Flask

from alerts.listeners import courier, hearing
from nucleus.ground.boards import jobs

EVERY_SECONDS = 2


def init_app(app: Flask) -> None:
    """Listen to the journal, and send what is due beside the other sweeps."""
    hearing.init_app(app)
    courier.init_app(app)
    jobs.pin(app, jobs.Job("tell_listeners", EVERY_SECONDS, courier.set_out))
