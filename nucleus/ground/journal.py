"""The journal: what was done, by whom, to what; append-only and chained.

Entries are chained by one job within seconds and not by the writing transaction, so that
writers never queue for the head of the chain.
"""

import hmac
import json
from typing import Any

from sqlalchemy import Row, func, select

from nucleus.ground import signals
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.ground.models import JournalSeal, LogEntry
from nucleus.ground.seals import BrokenSeal, newest_seal

START = "0" * 64
CHUNK = 500
CHAINED = (
    *(LogEntry.at, LogEntry.word, LogEntry.actor_id, LogEntry.subject, LogEntry.facts),
    *(LogEntry.link, LogEntry.mac),
)


def write(word: str, subject: str | None = None, *, actor: int | None = None, **facts: Any) -> None:
    """Note one deed in the open transaction.

    Args:
        word: the guess-rule name of the deed, such as `alerts.raise_alert`.
        subject: what it was done to, such as `alert:12`.
        actor: the id of the person who did it; `None` for the house itself.
        **facts: ids, numbers and states. Never an address, a token or somebody's words.
    """
    line = entry(word, subject, actor=actor, **facts)
    db.session.add(line)
    signals.deed_noted.send(line)


def entry(
    word: str, subject: str | None = None, *, actor: int | None = None, **facts: Any
) -> LogEntry:
    """Return an entry that is not in any transaction yet (for `write_apart`)."""
    return LogEntry(at=now(), word=word, subject=subject, actor_id=actor, facts=facts)


def chain_entries() -> int:
    """Link the entries that are not chained yet; return how many were linked."""
    link, mac = head()
    loose = db.session.scalars(
        select(LogEntry).where(LogEntry.mac.is_(None)).order_by(LogEntry.id).limit(CHUNK)
    ).all()
    for line in loose:
        link += 1
        mac = _mac(mac, link, line)
        line.link, line.mac = link, mac
    db.session.flush()
    return len(loose)


def first_break() -> int | None:
    """Return the link at which the chain does not hold, or `None` when it is whole.

    Where an old part was closed, it is followed from the seal on.
    """
    try:
        seal = newest_seal()
    except BrokenSeal as cause:
        return int(cause.args[0])
    mac, expected = (seal.mac, seal.link + 1) if seal else (START, 1)
    chained = select(*CHAINED).where(LogEntry.mac.is_not(None), LogEntry.link >= expected)
    ordered = chained.order_by(LogEntry.link)
    for line in db.session.execute(ordered.execution_options(yield_per=CHUNK)):
        mac = _mac(mac, expected, line)
        if line.link != expected or not hmac.compare_digest(mac, line.mac or ""):
            return expected
        expected += 1
    return None


def broken_seal() -> int | None:
    """Return the link of a seal that this house did not make, if there is one."""
    try:
        newest_seal()
    except BrokenSeal as cause:
        return int(cause.args[0])
    return None


def head() -> tuple[int, str]:
    """Return the length of the chain and its last link, to be kept somewhere outside.

    Closed parts count: when all of it is closed, the chain goes on from the seal.
    """
    length = db.session.scalar(select(func.max(LogEntry.link))) or 0
    last = db.session.scalar(select(LogEntry.mac).where(LogEntry.link == length))
    seal = db.session.scalar(select(JournalSeal).order_by(JournalSeal.link.desc()).limit(1))
    if seal and seal.link >= length:
        return seal.link, seal.mac
    return length, last or START


def _mac(previous: str, link: int, line: LogEntry | Row[*tuple[Any, ...]]) -> str:
    body = json.dumps(
        [previous, link, line.at.isoformat(), line.word, line.actor_id, line.subject, line.facts],
        sort_keys=True,
        separators=(",", ":"),
    )
    return ring().sign("journal", body, ring().keys[-1][0]).hex()
