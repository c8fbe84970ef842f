"""Answers to people nobody here knows: a few words to where they wrote from, then forgotten.

They have no contact, so they cannot stand in the outbox; their address stays sealed, and only
until it is over. Each goes by the account the stranger wrote through, one at a time: whoever
lets them be written bounds how many there are, so they take nothing from an alert's pace.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import Flask
from sqlalchemy import delete, select

from alerts.sender.addressing import FORMS, host_of_pages, repeat_mark
from alerts.sender.carrying import Send
from alerts.sender.letters import Letter, Provider
from alerts.sender.models import ProviderAccount, StrangerReply
from alerts.sender.outcomes import Kind, Outcome, unsure
from alerts.sender.providers import provider_of
from alerts.sender.wording import Copy, compose
from nucleus.ground.boards import jobs
from nucleus.ground.clock import now
from nucleus.ground.crypto import CantOpen
from nucleus.ground.database import db, transaction
from nucleus.people.models import Channel

log = structlog.get_logger()
EVERY_SECONDS = 2
AT_ONCE = 20
LEASE = timedelta(seconds=60)
BETWEEN_TRIES = timedelta(seconds=30)
MOST_TRIES = 3
WORTH_SAYING = timedelta(hours=1)
KEPT = timedelta(days=60)
"""What is left of them counts towards the month's costs."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One answer on its way; its repr shows no address, because a repr ends up in logs."""

    row: int
    tries: int
    provider: Provider
    address: str
    letter: Letter

    def __repr__(self) -> str:
        """Name the row alone."""
        return f"Taken({self.row})"


def init_app(app: Flask) -> None:
    """Pin the job that sends them; it waits for other machines."""
    job = jobs.Job("answer_strangers", EVERY_SECONDS, set_out, apart=True, look=is_any_due)
    jobs.pin(app, job)


def post_to_stranger(
    account: ProviderAccount, address: str, words: str, *, language: str
) -> StrangerReply:
    """Leave an answer for the address somebody wrote from; it leaves within seconds.

    Args:
        account: the one they wrote through, which carries it.
        address: theirs, tidied.
        words: all that is said; anybody may read it.
        language: of the words.
    """
    row = StrangerReply(account_id=account.id, language=language, created_at=now(), due_at=now())
    row.address, row.words = address, words
    db.session.add(row)
    return row


def is_any_due() -> bool:
    """Say whether an answer waits."""
    waiting = select(StrangerReply.id).where(StrangerReply.due_at <= now()).limit(1)
    return db.session.scalar(waiting) is not None


def set_out(send: Send | None = None) -> int:
    """Send what is due, a few at most; return how many went on the wire."""
    for number in range(AT_ONCE):
        taken = _take()
        if taken is None:
            return number
        _settle(taken, _carry(taken, send or _real_send()))
    return AT_ONCE


def forget_old() -> None:
    """Forget the counts of long ago."""
    db.session.execute(delete(StrangerReply).where(StrangerReply.settled_at < now() - KEPT))


def _take() -> Taken | None:
    """Take the oldest that is due, and count its copy; end those that can't or needn't go."""
    while True:
        with transaction():
            oldest = select(StrangerReply).where(StrangerReply.due_at <= now())
            in_turn = oldest.order_by(StrangerReply.due_at, StrangerReply.id).limit(1)
            row = db.session.scalar(in_turn.with_for_update(skip_locked=True))
            if row is None:
                return None
            if (taken := _opened(row, now())) is not None:
                return taken


def _opened(row: StrangerReply, at: datetime) -> Taken | None:
    over = at - row.created_at >= WORTH_SAYING or row.tries >= MOST_TRIES
    address, words = row.address, row.words
    provider = _provider(row)
    if over or provider is None or address is None or words is None:
        _end(row, "expired" if over else "the account can't be used")
        return None
    letter = _letter(row, words)
    row.tries, row.copies, row.unsure, row.due_at = row.tries + 1, row.copies + 1, True, at + LEASE
    return Taken(row.id, row.tries, provider, address, letter)


def _provider(row: StrangerReply) -> Provider | None:
    try:
        return None if row.account.retired_at else provider_of(row.account)
    except (CantOpen, KeyError, TypeError, ValueError):
        return None


def _letter(row: StrangerReply, words: str) -> Letter:
    said = {"subject": words, "body": words, "short": words}
    copy = Copy(
        texts={row.language: said},
        languages=(row.language,),
        message_id=f"stranger.{row.uid}@{host_of_pages()}",
        tag=f"s{row.uid[:8]}",
        repeat=repeat_mark(row.language) if row.unsure else "",
        private=row.account.private,
        lasts=int(WORTH_SAYING.total_seconds()),
    )
    return compose(FORMS[Channel(row.account.channel)], copy)


def _carry(taken: Taken, send: Send) -> Outcome:
    try:
        return send(taken.provider, taken.address, taken.letter)
    except Exception as fault:
        log.exception("answer_stumbled", reply=taken.row)
        return unsure(f"the sender stumbled ({type(fault).__name__})")


def _settle(taken: Taken, outcome: Outcome) -> None:
    """Write down what became of one; a doubtful copy is not repeated, a definite no is."""
    with transaction():
        row = db.session.get(StrangerReply, taken.row, with_for_update=True)
        if row is None or row.due_at is None or row.tries != taken.tries:
            return
        if outcome.kind not in (Kind.SENT, Kind.UNSURE):
            row.copies, row.unsure = row.copies - 1, False
        again = outcome.kind in (Kind.TEMPORARY, Kind.THROTTLED) and row.tries < MOST_TRIES
        if again:
            wait = timedelta(seconds=outcome.retry_after or 0)
            row.due_at = now() + max(wait, BETWEEN_TRIES)
        else:
            _end(row, outcome.words)


def _end(row: StrangerReply, reason: str) -> None:
    """Forget to whom it went and what it said."""
    row.due_at, row.settled_at, row.reason = None, now(), reason
    row.sealed_address = row.sealed_words = None
    log.info("stranger_answered", reply=row.id, copies=row.copies)


def _real_send() -> Send:
    from alerts.sender import channels

    return channels.send
