"""The probe: a test message through every channel, and whether it arrived.

It goes the whole way of a real message: a row, the sender, the provider, a real address. Where
an address is the house's own (the mailbox it sends from, a topic nobody else knows) it goes every
hour; where a keeper lends theirs, once a day, since a keeper's phone is not a machine.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from alerts.watching.models import Probe
from nucleus.ground import i18n
from nucleus.ground.boards import jobs
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.messages.models import PERSONAL, Delivery, Message
from nucleus.messages.services import Draft, post_to_contact
from nucleus.people.models import SENDING, Channel, ContactPoint, Person
from nucleus.people.services import add_contact_point, retire_contact_point

KIND = "probe"
OWN = "probe"
"""The uid of the person who stands for the house's own addresses; it belongs to nobody."""

LOOK_EVERY_SECONDS = 30
FIRST_AFTER = timedelta(minutes=5)
AGAIN_AFTER = timedelta(minutes=10)
LENT_EVERY = timedelta(days=1)
LEAVES_WITHIN = timedelta(minutes=15)
BACK_WITHIN = timedelta(minutes=10)
KEPT = timedelta(days=7)
READ_BACK = frozenset({Channel.NTFY})
"""Lanes whose arrival can be read without anybody's help; elsewhere the provider's yes counts."""


def init_app(app: Flask) -> None:
    """Pin the probe."""
    jobs.pin(app, jobs.Job("probe", LOOK_EVERY_SECONDS, probe))


def probe() -> None:
    """Look what became of the last test messages and send those that are due."""
    if not settings().probe_minutes:
        return
    keep_own_addresses()
    for row in db.session.scalars(select(Probe).where(Probe.message_id.is_not(None))):
        judge(row)
    for lane in db.session.scalars(select(Probe.lane).where(Probe.next_at <= now())).all():
        send(lane)
    old = (Message.origin == KIND, Message.created_at < now() - KEPT)
    db.session.execute(delete(Message).where(*old))


def own_addresses() -> dict[str, str]:
    """Return the addresses of the house's own at which a test message bothers nobody."""
    found: dict[str, str] = {}
    chosen = settings()
    if chosen.mail:
        found[Channel.EMAIL] = chosen.mail.sender
    if chosen.ntfy:
        found[Channel.NTFY] = "nucleus-" + ring().derive("probe", "").hex()[:32]
    return found


def keep_own_addresses() -> None:
    """Have a probe for each own address, and none for one that is no longer ours."""
    wanted = own_addresses()
    for row in db.session.scalars(select(Probe)):
        if is_own(row) and not _leads_to(row, wanted.get(row.lane)):
            retire_contact_point(row.contact_point)
            db.session.delete(row)
    db.session.flush()
    known = set(db.session.scalars(select(Probe.lane)))
    for lane, address in wanted.items():
        if lane not in known:
            point = add_contact_point(_nobody(), Channel(lane), address=address, verified=True)
            start = now() + FIRST_AFTER
            db.session.add(Probe(lane=lane, contact_point_id=point.id, next_at=start))


def lend(point: ContactPoint) -> None:
    """Let the probe of a channel go to a keeper's own contact from now on."""
    row = db.session.get(Probe, point.channel) or Probe(lane=point.channel)
    row.contact_point_id, row.next_at, row.message_id = point.id, now(), None
    db.session.add(row)


def drop(lane: str) -> bool:
    """Send no more test messages to the contact a keeper has lent; say whether there was one."""
    row = db.session.get(Probe, lane)
    if row is None or is_own(row):
        return False
    db.session.delete(row)
    return True


def lendable() -> frozenset[str]:
    """Return the channels that have no address of the house's own, nor one that was lent."""
    taken = set(db.session.scalars(select(Probe.lane)))
    return frozenset(SENDING) - set(own_addresses()) - taken


def probes() -> Sequence[Probe]:
    """Return every probe."""
    return db.session.scalars(select(Probe).order_by(Probe.lane)).all()


def is_own(row: Probe) -> bool:
    """Say whether the probe goes to the house's own address rather than to a person's."""
    return row.contact_point.person.uid == OWN


def send(lane: str) -> None:
    """Send one test message; of two machines that find it due one sends it."""
    due = update(Probe).where(Probe.lane == lane, Probe.next_at <= now())
    taken = due.values(next_at=now() + AGAIN_AFTER).returning(Probe.contact_point_id)
    point = db.session.scalar(taken)
    if point is None:
        return
    message = post_to_contact(_draft(), point)
    row = db.session.get_one(Probe, lane, populate_existing=True)
    row.next_at = now() + _interval(row)
    row.message_id, row.posted_at, row.handed_at, row.back_at = message.id, now(), None, None


def judge(row: Probe) -> None:
    """Write down what became of the last test message; a failed one is soon tried again."""
    delivery = db.session.scalar(select(Delivery).where(Delivery.message_id == row.message_id))
    if delivery is None or row.posted_at is None:
        return
    if delivery.state == "sent":
        row.handed_at, row.back_at = delivery.settled_at, delivery.delivered_at
    trouble = _trouble(row, delivery)
    if trouble:
        row.trouble, row.said = trouble, delivery.reason
        row.next_at = min(row.next_at, row.posted_at + AGAIN_AFTER)
    elif row.handed_at and (row.back_at or row.lane not in READ_BACK):
        row.trouble, row.said, row.well_at = None, None, row.back_at or row.handed_at


def _trouble(row: Probe, delivery: Delivery) -> str | None:
    posted: datetime = row.posted_at or now()
    if delivery.state in {"failed", "skipped"}:
        return "refused"
    if delivery.state != "sent" and posted < now() - LEAVES_WITHIN:
        return "not_left"
    missed = row.handed_at is not None and row.handed_at < now() - BACK_WITHIN
    return "not_back" if missed and not row.back_at and row.lane in READ_BACK else None


def _interval(row: Probe) -> timedelta:
    return timedelta(minutes=settings().probe_minutes) if is_own(row) else LENT_EVERY


def _leads_to(row: Probe, address: str | None) -> bool:
    return address is not None and row.contact_point.address == address


def _nobody() -> Person:
    """Return the person who stands for the house's own addresses."""
    found = db.session.scalar(select(Person).where(Person.uid == OWN))
    if found is None:
        found = Person(uid=OWN, name=settings().name, language=i18n.offered()[0])
        db.session.add(found)
        db.session.flush()
    return found


def _draft() -> Draft:
    texts, until = i18n.in_every_language(_words), now() + LEAVES_WITHIN
    return Draft(kind=KIND, origin=KIND, texts=texts, priority=PERSONAL, valid_until=until)


def _words() -> dict[str, str]:
    return {
        "subject": _("Regular test"),
        "body": _("The site tests by itself whether its messages arrive. Do nothing."),
        "short": _("Regular test: do nothing."),
    }
