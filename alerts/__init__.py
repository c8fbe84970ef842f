"""Alerts: asks for help, waits for answers, and never loses one."""

from flask import Flask

from alerts import api, commands, feeds, jobs, listeners, sender, views, watching
from alerts import models as models
from alerts.choosing import audience, unwanted
from alerts.inbound import household
from alerts.models import Unwanted
from alerts.telling import wanted
from alerts.telling.posting import ORIGIN
from nucleus.ground.erasing import board
from nucleus.messages.services import pin_still_wanted


def init_app(app: Flask) -> None:
    """Open the room: its pages, the sweeps, the check right before sending, the commands."""
    views.init_app(app)
    api.init_app(app)
    jobs.init_app(app)
    sender.init_app(app)
    watching.init_app(app)
    listeners.init_app(app)
    feeds.init_app(app)
    commands.init_app(app)
    names = "entries of lists of whom not to ask"
    board.pin(app, board.rows_of(Unwanted, "unwanted", names, by=Unwanted.uid))
    audience.pin_unwanted(app, unwanted.people_meant)
    audience.pin_unwanted(app, household.not_wanted_either)
    pin_still_wanted(app, ORIGIN, wanted.no_longer_wanted)
