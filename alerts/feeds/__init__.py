"""Feeds of authorities: asked every few minutes; what they bring becomes drafts, never a call."""

from flask import Flask

from alerts.feeds import polling, wellness
from alerts.sender.errands import Errands
from nucleus.ground.boards import jobs

EVERY_SECONDS = 30


def init_app(app: Flask) -> None:
    """Look at the feeds beside the other sweeps, and let `nucleus check` speak of them."""
    app.extensions["nucleus.feeds"] = Errands(app, "feeds", polling.poll, threads=2)
    jobs.pin(app, jobs.Job("poll_feeds", EVERY_SECONDS, polling.set_out))
    wellness.init_app(app)
