"""What `nucleus check` says of the feeds."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import select

from alerts.feeds.models import Feed
from nucleus.ground.boards import checks
from nucleus.ground.boards.checks import Finding, Level
from nucleus.ground.database import db
from nucleus.ground.settings import Settings


def init_app(app: Flask) -> None:
    """Pin the check."""
    checks.pin(app, check_feeds)


def check_feeds(_settings: Settings) -> Iterator[Finding]:
    """Can every authority's feed be read?"""
    for feed in db.session.scalars(select(Feed).order_by(Feed.id)):
        if feed.stopped_at and feed.trouble is None:
            continue
        last = f"{feed.well_at:%Y-%m-%d %H:%M} UTC" if feed.well_at else "never"
        level = Level.LOOK if feed.trouble else Level.WELL
        remedy = "Look at its page." if feed.trouble else ""
        yield Finding(f"feed:{feed.id}", level, f"A feed was last read: {last}.", remedy)
