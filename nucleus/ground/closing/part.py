"""Closes the part of the journal that is older than we may keep it, and deletes its entries.

First the part is read once more: one that was altered is never closed, since its entries are the
proof. Then the seal is kept, and only then do entries go, a chunk at a time. Whoever is stopped in
between goes on at the next round.
"""

from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy import Select, delete, func, select

from nucleus.ground import journal
from nucleus.ground.boards.jobs import Job, pin
from nucleus.ground.clock import now
from nucleus.ground.database import db, reading, transaction
from nucleus.ground.models import JournalSeal, LogEntry
from nucleus.ground.seals import NONE, newest_seal, signature_of

KEPT = timedelta(days=3 * 365)
EVERY_SECONDS = 6 * 3600
CHUNK = 500
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Pin the job."""
    pin(app, Job("close_journal", EVERY_SECONDS, close_journal, apart=True))


def close_journal() -> int:
    """Close what is too old and delete it; return how many entries went."""
    with reading():
        end = last_old_link()
        broken = journal.first_break() if end is not None else journal.broken_seal()
    if broken is not None:  # what was altered is the proof, so nothing of it goes
        log.error("journal_not_closed", link=broken)
        return 0
    if end is not None:
        with transaction():
            put_seal(end)
    return delete_closed()


def last_old_link() -> int | None:
    """Return the last link before which everything is too old; none when nothing new is.

    What is old stays as long as anything younger stands before it, since a chain has no holes.
    """
    old = now() - KEPT
    begins = select(func.coalesce(func.max(JournalSeal.link), 0)).scalar_subquery()
    open_part = LogEntry.link > begins
    young = db.session.scalar(select(func.min(LogEntry.link)).where(open_part, LogEntry.at >= old))
    ends = [open_part, LogEntry.link < young] if young else [open_part]
    return db.session.scalar(select(func.max(LogEntry.link)).where(*ends))


def put_seal(link: int) -> None:
    """Seal the journal up to a link, in the open transaction."""
    before, moment = newest_seal(), now()
    mac = db.session.scalars(select(LogEntry.mac).where(LogEntry.link == link)).one()
    seal = JournalSeal(link=link, mac=mac, until=moment - KEPT, at=moment)
    seal.signature = signature_of(seal, before.signature if before else NONE)
    db.session.add(seal)
    journal.write("ground.close_journal", None, link=link, mac=mac)


def delete_closed() -> int:
    """Delete the entries of closed parts; return how many there were."""
    gone = 0
    while True:
        with transaction():
            ids = list(db.session.scalars(closed_entries().limit(CHUNK)))
            mine = delete(LogEntry).where(LogEntry.id.in_(ids))
            db.session.execute(mine, execution_options={"synchronize_session": False})
        gone += len(ids)
        if len(ids) < CHUNK:
            return gone


def closed_entries() -> Select[int]:
    """Select the entries of closed parts that are still here."""
    closed = select(func.max(JournalSeal.link)).scalar_subquery()
    return select(LogEntry.id).where(LogEntry.link <= closed).order_by(LogEntry.link)
