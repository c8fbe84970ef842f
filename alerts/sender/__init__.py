"""Carries every message of the house, alert or not."""

from flask import Flask

from alerts.sender import heartbeat, outbox, providers, ways
from nucleus.ground import jobs

SWEEP_EVERY_SECONDS = 5


def init_app(app: Flask) -> None:
    """Pin the sweeper, hang up the board of ways and the signs of life."""
    ways.init_app(app)
    ways.pin(app, providers.gather)
    jobs.pin(app, jobs.Job("sweep_outbox", SWEEP_EVERY_SECONDS, outbox.sweep))
    heartbeat.init_app(app)
