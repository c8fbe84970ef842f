"""Showing where and for whom: a code to the volunteer's own contact, and each reading noted.

Whoever holds a forwarded link can ask for a code, but it goes to the person who was asked; the
wrong tries are refusals, and the person in need hears of every reading.
"""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, literal, select

from alerts.answering.confidences import Told as Told
from alerts.answering.confidences import may_write_to_person, open_confidence
from alerts.choosing.seating import hold
from alerts.models import Alert, Recipient, Reveal
from alerts.telling import answer_words
from alerts.telling.posting import ORIGIN
from nucleus.accounts import guessing
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import commit_first, db
from nucleus.ground.tokens import new_nonce, proves_code
from nucleus.messages.models import ALERT, LIFE_AT_RISK
from nucleus.messages.services import Draft, post_message, post_to_contact
from nucleus.people.models import SENDING, ContactPoint, Person
from nucleus.people.queries import contact_points_of

CODE = "reveal"
DOOR = "alerts.reveal"
GOOD_FOR = timedelta(minutes=15)
SHOWN_FOR = timedelta(minutes=10)
CODES_AN_HOUR = 5


class TooManyCodes(Exception):
    """This volunteer has asked for more codes than anybody needs; they should phone."""


def may_be_told(recipient: Recipient) -> bool:
    """Say whether somebody still comes: not before a yes, not after the end or a no."""
    open_and_coming = recipient.alert.state == "open" and recipient.state == "accepted"
    return open_and_coming and recipient.done_at is None


def ways_to(recipient: Recipient) -> Mapping[str, ContactPoint]:
    """Return channel → the first proven contact of the person asked, in their own order."""
    ways: dict[str, ContactPoint] = {}
    for point in contact_points_of(recipient.person_id):
        if point.verified_at is not None and point.channel in SENDING:
            ways.setdefault(point.channel, point)
    return ways


def send_code(recipient: Recipient, channel: str) -> Reveal:
    """Send six digits to the volunteer's own contact of that channel; older ones stop working.

    Raises:
        KeyError: they have no proven contact there.
        TooManyCodes: five in an hour are enough for anybody.
    """
    alert = hold(recipient.alert_id)
    point = ways_to(recipient)[channel]
    if _codes_lately(recipient) >= CODES_AN_HOUR:
        raise TooManyCodes
    moment = now()
    row = Reveal(
        recipient_id=recipient.id, nonce=new_nonce(), channel=channel,
        sent_at=moment, expires_at=moment + GOOD_FOR,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    post_to_contact(_code_draft(alert, row), point.id, link_subject=row.id)
    journal.write(
        "alerts.send_code", f"alert:{alert.id}", actor=recipient.person_id,
        recipient=recipient.id, channel=channel,
    )  # fmt: skip
    return row


def waiting_code(recipient: Recipient) -> Reveal | None:
    """Return the code that may be typed now: the last one sent, unless used or too old."""
    last = select(Reveal).where(Reveal.recipient_id == recipient.id).order_by(Reveal.id.desc())
    row = db.session.scalars(last.limit(1)).first()
    return row if row and row.used_at is None and row.expires_at > now() else None


def reveal(recipient: Recipient, typed: str) -> Told | None:
    """Return what the code opens, or `None` for a wrong one, which is remembered.

    The reading is in the journal, and the person in need is told, before the seal is opened.

    Raises:
        Resting: too many wrong tries came for this person or from there.
    """
    whom = ring().fingerprint(DOOR, str(recipient.id))
    guessing.mind(DOOR, whom)
    recipient_id, alert_id = recipient.id, recipient.alert_id
    if not commit_first(lambda: _use(recipient_id, alert_id, typed)):
        guessing.refuse(DOOR, whom)
        return None
    return open_confidence(db.session.get_one(Alert, alert_id))


def _use(recipient_id: int, alert_id: int, typed: str) -> bool:
    """Take the code once, note who reads, and tell the person in need."""
    alert = hold(alert_id)
    recipient = db.session.get_one(Recipient, recipient_id)
    row = waiting_code(recipient)
    if row is None or not may_be_told(recipient):
        return False
    if not proves_code(typed, CODE, row.id, row.nonce):
        return False
    row.used_at = now()
    journal.write(
        "alerts.show_where", f"alert:{alert.id}", actor=recipient.person_id, recipient=recipient.id
    )
    if may_write_to_person(alert):
        _tell_person(alert, recipient)
    return True


def _tell_person(alert: Alert, recipient: Recipient) -> None:
    texts = answer_words.was_read(recipient.person.first_name)
    draft = Draft(
        kind="was_read", texts=texts, origin=ORIGIN, origin_id=alert.id,
        thread=alert.short_number, priority=ALERT, drill=alert.drill,
    )  # fmt: skip
    to = select(Person.id, literal(None)).where(Person.id == alert.person_id)
    post_message(draft, to, step_seconds=alert.step_seconds, wakes_sleepers=True)


def _code_draft(alert: Alert, row: Reveal) -> Draft:
    return Draft(
        kind="reveal_code",
        texts=answer_words.code(),
        origin=ORIGIN,
        origin_id=alert.id,
        thread=alert.short_number,
        priority=LIFE_AT_RISK,  # somebody stands in the street with the page open
        urgent=True,
        overtakes=True,
        drill=alert.drill,
        link_purpose=CODE,
        nonce=row.nonce,
        valid_until=row.expires_at,
    )


def _codes_lately(recipient: Recipient) -> int:
    lately = select(func.count(Reveal.id)).where(
        Reveal.recipient_id == recipient.id, Reveal.sent_at > now() - timedelta(hours=1)
    )
    return db.session.scalar(lately) or 0
