"""Feeds: added, looked at now, stopped."""

from dataclasses import dataclass

from alerts.feeds.models import Feed
from maps.locating.gazetteer import GazetteerPlace
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db


@dataclass(frozen=True, kw_only=True)
class FeedDraft:
    """What an administrator types; without a place everything is wanted, wherever it is."""

    name: str
    url: str
    organisation_id: int
    place: GazetteerPlace | None = None
    km: int = 30
    least: str = "Moderate"
    drills: bool = False
    count: int = 2


def add_feed(draft: FeedDraft, *, by: int) -> Feed:
    """Add a feed; it is looked at within half a minute."""
    facts = {name: value for name, value in vars(draft).items() if name != "place"}
    feed = Feed(**facts, due_at=now(), made_by_id=by, made_at=now())
    if draft.place:
        feed.comune = draft.place.label
        feed.lat, feed.lon = draft.place.point.lat, draft.place.point.lon
    db.session.add(feed)
    db.session.flush()
    journal.write("alerts.add_feed", f"feed:{feed.id}", actor=by)
    return feed


def poll_feed(feed: Feed, *, by: int) -> None:
    """Let a feed be looked at with the next sweep."""
    feed.due_at = min(feed.due_at, now())
    journal.write("alerts.poll_feed", f"feed:{feed.id}", actor=by)


def stop_feed(feed: Feed, *, by: int) -> None:
    """Ask a feed no more; what came from it stays. Twice changes nothing."""
    if feed.stopped_at is None:
        feed.stopped_at = now()
        journal.write("alerts.stop_feed", f"feed:{feed.id}", actor=by)
