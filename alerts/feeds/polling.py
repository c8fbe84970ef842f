"""Looks at one feed: claim, ask, read, take in what concerns us; no transaction while waiting.

What a feed brings becomes drafts of one's own association; nobody is asked, nothing is sent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import delete, select, update

from alerts.cap import tree
from alerts.cap.model import CapAlert
from alerts.cap.reading import Reading, read, read_tree
from alerts.cap.taking import IN_EARNEST, Desk, is_all_clear, short, take_cap, taken_before
from alerts.feeds import entries
from alerts.feeds.entries import Entry, entries_of
from alerts.feeds.fetching import Fetched, fetch
from alerts.feeds.fitting import Wanted, left_out
from alerts.feeds.models import TRIES, Feed, FeedEntry
from alerts.sender.errands import Errands
from maps.earth.geometry import Point
from nucleus.ground.clock import now
from nucleus.ground.database import db, reading, transaction

log = structlog.get_logger()
EVERY = timedelta(minutes=5)
SOON = timedelta(minutes=1)
LONGEST = timedelta(hours=6)
LEASE = timedelta(minutes=10)
KEPT = timedelta(days=90)
MOST_AT_ONCE = 20
LONGEST_TITLE = 200


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look at a feed: what is needed of its row while no transaction is open."""

    feed: int
    url: str
    etag: str | None
    modified: str | None
    desk: Desk
    wanted: Wanted


def set_out() -> None:
    """Send somebody to every feed that is due."""
    errands: Errands = current_app.extensions["nucleus.feeds"]
    due = select(Feed.id).where(Feed.due_at <= now(), Feed.stopped_at.is_(None))
    for feed in db.session.scalars(due):
        errands.go(feed)


def poll(feed: int) -> None:
    """Look at a feed that is due, and write down what became of it; two looks at once are one."""
    look = claim(feed)
    if look is None:
        return
    found = fetch(look.url, most=entries.LARGEST, etag=look.etag, modified=look.modified)
    rest = 0
    if found.content is not None:
        try:
            listed = entries_of(found.content, base=look.url)
        except tree.NotRead as fault:
            found = Fetched(trouble=fault.word)
        else:
            rest = take_entries(look, listed)
    settle(look, found, rest=rest)


def claim(feed: int) -> Look | None:
    """Take a feed for ten minutes, if it is due."""
    with transaction():
        due = Feed.id == feed, Feed.due_at <= now(), Feed.stopped_at.is_(None)
        taken = update(Feed).where(*due).values(due_at=now() + LEASE).returning(Feed.id)
        if db.session.scalar(taken, execution_options={"synchronize_session": False}) is None:
            return None
        row = db.session.get_one(Feed, feed, populate_existing=True)
        near = None if row.lat is None or row.lon is None else Point(row.lat, row.lon)
        return Look(
            feed=row.id,
            url=row.url,
            etag=row.etag,
            modified=row.modified,
            desk=Desk(organisation=row.organisation_id, by=row.made_by_id, count=row.count),
            wanted=Wanted(near=near, km=row.km, least=row.least, drills=row.drills),
        )


def take_entries(look: Look, listed: Sequence[Entry]) -> int:
    """Take in the new entries, the oldest first, so many at once; return how many must wait."""
    with reading():
        done = _done(look.feed, [each.mark for each in listed])
    fresh = {each.mark: each for each in reversed(listed) if each.mark not in done}
    chosen = list(fresh.values())[:MOST_AT_ONCE]
    missed = sum(not take_entry(look, entry) for entry in chosen)
    return len(fresh) - len(chosen) + missed


def take_entry(look: Look, entry: Entry) -> bool:
    """Take in one entry; say whether it is dealt with, or must be asked for once more."""
    if entry.inline is not None:
        found = read_tree(entry.inline)
    elif entry.link is None:
        return note(look, entry, "empty")
    else:
        answer = fetch(entry.link, most=tree.LARGEST)
        if answer.content is None:
            return note(look, entry, "unreached", fault={"trouble": answer.trouble or ""})
        found = read(answer.content)
    return take_reading(look, entry, found)


def take_reading(look: Look, entry: Entry, found: Reading) -> bool:
    """Take in what was read, unless it is faulty or concerns nobody here."""
    if found.document is None:
        return note(look, entry, "faulty", fault=vars(found.faults[0]))
    with transaction():
        why = concerns_nobody(found.document, look, now())
        if why is not None:
            return _noted(look, entry, why)
        row, is_new = take_cap(found.document, look.desk)
        return _noted(look, entry, "taken" if is_new else "known", document=row.id)


def concerns_nobody(document: CapAlert, look: Look, at: datetime) -> str | None:
    """Return why a document is left out, in a word; what speaks of one we took never is."""
    home = look.desk.organisation
    if any(taken_before(each.sender, each.identifier, home) for each in document.references):
        return None
    if document.message_type == "Cancel" or is_all_clear(document):
        return "not_ours"
    if document.message_type in {"Ack", "Error"} or document.status not in IN_EARNEST:
        return "not_ours"
    return left_out(document, look.wanted, at)


def note(look: Look, entry: Entry, outcome: str, *, fault: dict[str, Any] | None = None) -> bool:
    """Write down what became of an entry; say whether that is the end of it."""
    with transaction():
        return _noted(look, entry, outcome, fault=fault)


def settle(look: Look, found: Fetched, *, rest: int) -> None:
    """Write down how the look went, and when the next one is due.

    While entries must still be had, the authority's marks are not kept: it would say that
    nothing is new.
    """
    with transaction():
        row = db.session.get_one(Feed, look.feed, with_for_update=True)
        row.polled_at, row.trouble = now(), found.trouble
        row.tries = row.tries + 1 if found.trouble else 0
        row.due_at = now() + (SOON if rest else pause_after(row.tries, found.retry_after))
        if found.trouble is None:
            row.well_at = now()
        if found.content is not None:
            row.etag, row.modified = (None, None) if rest else (found.etag, found.modified)
        if found.trouble == "gone":
            row.stopped_at = now()
        old = FeedEntry.feed_id == row.id, FeedEntry.at < now() - KEPT
        db.session.execute(delete(FeedEntry).where(*old))
    log.info("feed_polled", feed=look.feed, trouble=found.trouble, rest=rest)


def pause_after(tries: int, retry_after: float | None = None) -> timedelta:
    """Return when a feed is asked next: longer after each failure, never sooner than it says."""
    pause = min(EVERY * (1 << min(tries, 10)), LONGEST)
    return max(pause, min(timedelta(seconds=retry_after or 0), LONGEST))


def _done(feed: int, marks: Iterable[str]) -> set[str]:
    """Return the marks of the entries that are dealt with."""
    ended = select(FeedEntry.mark).where(
        FeedEntry.feed_id == feed,
        FeedEntry.mark.in_(list(marks)),
        (FeedEntry.outcome != "unreached") | (FeedEntry.tries >= TRIES),
    )
    return set(db.session.scalars(ended))


def _noted(
    look: Look,
    entry: Entry,
    outcome: str,
    *,
    fault: dict[str, Any] | None = None,
    document: int | None = None,
) -> bool:
    same = select(FeedEntry).where(FeedEntry.feed_id == look.feed, FeedEntry.mark == entry.mark)
    row = db.session.scalar(same)
    if row is None:
        title = short(entry.title, LONGEST_TITLE)
        row = FeedEntry(feed_id=look.feed, mark=entry.mark, title=title, tries=0)
        db.session.add(row)
    row.outcome, row.fault, row.document_id, row.at = outcome, fault, document, now()
    row.tries += 1
    return outcome != "unreached" or row.tries >= TRIES
