"""What the house asks other machines about itself: whether a probe arrived, and to be missed.

These jobs run apart, on a thread that nothing waits for, and with no transaction open while they
wait for an answer. All of it goes through the guarded pool, with a deadline.
"""

from collections.abc import Mapping

import structlog
from flask import Flask
from sqlalchemy import select, update

from alerts.sender.connections import http_pool, wire
from alerts.watching import probing
from alerts.watching.models import Probe
from alerts.watching.wellbeing import troubles
from nucleus.ground.boards import jobs
from nucleus.ground.clock import now
from nucleus.ground.database import db, reading, transaction
from nucleus.ground.heard import read_json
from nucleus.ground.web import settings
from nucleus.messages.models import Delivery
from nucleus.people.models import Channel

READ_EVERY_SECONDS = 45
CALL_EVERY_SECONDS = 60
SECONDS = 10.0
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Pin the jobs that wait for other machines."""
    jobs.pin(app, jobs.Job("read_probe_back", READ_EVERY_SECONDS, read_back, apart=True))
    jobs.pin(app, jobs.Job("call_outside", CALL_EVERY_SECONDS, call_outside, apart=True))


def call_outside() -> None:
    """Tell an address outside that all is well; when it is not, our silence tells it."""
    address = settings().heartbeat_url
    if address is None:
        return
    with reading():
        well = not troubles()
    if well and ask(address) is None:
        log.warning("outside_not_reached")


def read_back() -> None:
    """Look whether the last probe through ntfy can be read by a subscriber."""
    with reading():
        waiting = _waiting(Channel.NTFY)
    if waiting is None:
        return
    delivery, reference, topic = waiting
    if reference in _on_topic(topic):
        with transaction():
            here = update(Delivery).where(Delivery.id == delivery, Delivery.delivered_at.is_(None))
            db.session.execute(here.values(delivered_at=now()))


def ask(address: str, headers: Mapping[str, str] | None = None) -> bytes | None:
    """Return what an address answers, or `None` when it does not, or not with a yes."""
    with wire.exchange(seconds=SECONDS):
        try:
            found = http_pool.converse("GET", address, headers=dict(headers or {}), body=None)
        except http_pool.NoWholeAnswer:
            return None
    return found.content if found.status < 300 else None


def _waiting(lane: str) -> tuple[int, str, str] | None:
    """Return delivery, the provider's number and address of a probe that is not back yet."""
    row = db.session.get(Probe, lane)
    if row is None or lane not in probing.READ_BACK or row.back_at is not None:
        return None
    sent = select(Delivery.id, Delivery.provider_ref).where(
        Delivery.message_id == row.message_id, Delivery.provider_ref.is_not(None)
    )
    found = db.session.execute(sent).first()
    return (found[0], str(found[1]), row.contact_point.address) if found else None


def _on_topic(topic: str) -> set[str]:
    """Return the numbers of the messages a subscriber of a topic would have seen lately."""
    server = settings().ntfy
    if server is None:
        return set()
    key = {"Authorization": f"Bearer {server.token}"} if server.token else {}
    answer = ask(f"{server.url}/{topic}/json?poll=1&since=1h", key) or b""
    return {number for line in answer.splitlines() if (number := _number(line))}


def _number(line: bytes) -> str | None:
    try:
        found = read_json(line)
    except ValueError:
        return None
    number = found.get("id") if isinstance(found, dict) else None
    return number if isinstance(number, str) else None
