"""The house watches itself: what should have happened by now, and who must hear that it has not."""

from flask import Flask

from alerts.watching import auditing, checking, figures, keepers, outside, probing, wellbeing


def init_app(app: Flask) -> None:
    """Note when the house was opened, and pin whatever watches it."""
    wellbeing.init_app(app)
    auditing.init_app(app)
    keepers.init_app(app)
    probing.init_app(app)
    outside.init_app(app)
    checking.init_app(app)
    figures.init_app(app)
