"""Carries what listeners are to be told: claim, commit, send, settle; never inside a request."""

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask import Flask, current_app
from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from alerts.listeners.models import Listener, Telling
from alerts.sender.connections import http_pool, wire
from alerts.sender.errands import Errands
from alerts.sender.outcomes import Kind, Outcome, temporary
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db, transaction

log = structlog.get_logger()
THREADS = 4
SECONDS = 10.0
LEASE = timedelta(seconds=60)
KEPT = timedelta(days=30)
GONE = "410"
WAITS = tuple(
    timedelta(seconds=each) for each in (5, 30, 120, 600, 3600, 6 * 3600, 24 * 3600)
)  # fmt: skip
"""After the last of these waits a try that fails is the last one, and is shown as given up."""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One claimed row, opened: what goes on the wire."""

    telling: int
    claim: int
    uid: str
    url: str
    secret: str
    body: bytes


def init_app(app: Flask) -> None:
    """Have a courier ready."""
    app.extensions["nucleus.courier"] = Errands(app, "courier", empty, threads=THREADS)


def set_out() -> None:
    """Send the couriers to every listener for whom something is due; forget what is old."""
    courier: Errands = current_app.extensions["nucleus.courier"]
    for listener in db.session.scalars(select(Telling.listener_id).where(_is_due()).distinct()):
        courier.go(listener)
    old = and_(Telling.created_at < now() - KEPT, Telling.settled_at.is_not(None))
    db.session.execute(delete(Telling).where(old))


def empty(listener: int, *, inside: bool = False) -> int:
    """Carry everything that is due for one listener now; return how many tries that took."""
    tries = 0
    while (parcel := claim(listener)) is not None:
        tries += 1
        settle(parcel, carry(parcel, inside=inside))
    return tries


def claim(listener: int) -> Parcel | None:
    """Take the oldest due row of a listener for a minute."""
    with transaction():
        oldest = (
            select(Telling.id)
            .where(Telling.listener_id == listener, _is_due())
            .order_by(Telling.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taken = (
            update(Telling)
            .where(Telling.id == oldest.scalar_subquery())
            .values(state="leased", claim=Telling.claim + 1, lease_until=now() + LEASE)
            .returning(Telling.id)
        )
        number = db.session.scalar(taken, execution_options={"synchronize_session": False})
        return parcel_of(number) if number else None


def parcel_of(number: int) -> Parcel:
    """Open a claimed row."""
    row = db.session.get_one(Telling, number, populate_existing=True)
    body = json.dumps(row.body, separators=(",", ":"), sort_keys=True).encode()
    return Parcel(
        telling=row.id,
        claim=row.claim,
        uid=row.uid,
        url=row.listener.url,
        secret=row.listener.secret,
        body=body,
    )


def carry(parcel: Parcel, *, inside: bool = False) -> Outcome:
    """Post one parcel to a public address, without redirects; say what became of it."""
    headers = {"Content-Type": "application/json", "User-Agent": "Nucleus", **signed(parcel)}
    with wire.exchange(seconds=SECONDS, inside=inside) as under_way:
        try:
            http_pool.converse("POST", parcel.url, headers=headers, body=parcel.body)
        except http_pool.NoWholeAnswer:
            pass
        except Exception as fault:  # whatever an address may be, the others are still served
            return temporary(f"the courier stumbled ({type(fault).__name__})")
        return under_way.outcome or temporary("nobody answered")


def signed(parcel: Parcel) -> dict[str, str]:
    """Return the three headers of the Standard Webhooks convention.

    What is signed is `<id>.<timestamp>.<body>`, by HMAC-SHA256 with the listener's secret.
    """
    stamp = str(int(now().timestamp()))
    key = base64.b64decode(parcel.secret.removeprefix("whsec_"))
    said = f"{parcel.uid}.{stamp}.".encode() + parcel.body
    mark = base64.b64encode(hmac.digest(key, said, "sha256")).decode()
    return {
        "Webhook-Id": parcel.uid, "Webhook-Timestamp": stamp, "Webhook-Signature": f"v1,{mark}"
    }  # fmt: skip


def settle(parcel: Parcel, outcome: Outcome) -> None:
    """Write down what became of a parcel, if it is still ours."""
    with transaction():
        row = db.session.get(Telling, parcel.telling, with_for_update=True)
        if row is None or row.claim != parcel.claim or row.state != "leased":
            return
        row.tries += 1
        row.words, row.lease_until = outcome.words, None
        if outcome.kind is Kind.SENT:
            row.state, row.settled_at = "sent", now()
        elif row.tries > len(WAITS) or GONE in outcome.words:
            give_up(row, gone=GONE in outcome.words)
        else:
            wait = max(WAITS[row.tries - 1], timedelta(seconds=min(outcome.retry_after or 0, 3600)))
            row.state, row.due_at = "queued", now() + wait
        log.info("listener_told", telling=row.id, state=row.state, tries=row.tries)


def give_up(row: Telling, *, gone: bool) -> None:
    """End a row that could not be told; a listener that says it is gone is told nothing more."""
    row.state, row.settled_at = "failed", now()
    if gone and row.listener.stopped_at is None:
        row.listener.stopped_at = now()
        journal.write("alerts.lose_listener", f"listener:{row.listener_id}")


def _is_due() -> ColumnElement[bool]:
    lost = and_(Telling.state == "leased", Telling.lease_until < now())
    fresh = and_(Telling.state == "queued", Telling.due_at <= now())
    wanted = select(Listener.id).where(Listener.stopped_at.is_(None))
    return and_(or_(fresh, lost), Telling.listener_id.in_(wanted))
