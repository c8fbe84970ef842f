"""Carries every message of the house, alert or not."""

from flask import Flask

from alerts.sender import heartbeat, providers, strangers, sweeper, ways
from nucleus.ground.boards import jobs
from nucleus.messages import sending

RECOVER_EVERY_SECONDS = 0.5
SWEEP_EVERY_SECONDS = 5


def init_app(app: Flask) -> None:
    """Pin the sweeper, hang up the board of ways and the signs of life."""
    ways.init_app(app)
    ways.pin(app, providers.gather)
    sending.pin(app, providers.details)
    sweeper.init_app(app)
    recover = jobs.Job(
        "recover_leases",
        RECOVER_EVERY_SECONDS,
        sweeper.recover_leases,
        look=sweeper.is_anybody_silent,
    )
    jobs.pin(app, recover)
    strangers.init_app(app)
    jobs.pin(app, jobs.Job("sweep_outbox", SWEEP_EVERY_SECONDS, sweeper.tidy_up))
    heartbeat.init_app(app)
