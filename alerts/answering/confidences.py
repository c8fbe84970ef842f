"""What only somebody who comes may learn of an alert: sealed, and opened by one door alone.

A link can be forwarded; so a yes opens nothing private. Name, meeting place, address and phone
are shown once, after six digits that went to a proven contact of the very person asked.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from alerts.models import Alert, Confidence
from nucleus.ground.clock import now
from nucleus.ground.database import db

KEPT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody who comes reads: every word optional, and shown once."""

    name: str | None = None
    what: str | None = None
    meeting: str | None = None
    address: str | None = None
    spot: str | None = None
    phone: str | None = None


@dataclass(frozen=True, kw_only=True)
class Confided:
    """What was said in confidence: who it is for, their number, where they are.

    `spot` is where a telephone says it is: latitude and longitude, `41.12345,14.12345`. `silent`:
    nothing is written to them, since somebody dangerous may read along.
    """

    name: str | None = None
    phone: str | None = None
    address: str | None = None
    spot: str | None = None
    silent: bool = False


def keep_confidence(alert: Alert, said: Confided) -> Confidence:
    """Seal what was said in confidence, beside what was said before; nothing stands in clear."""
    row = db.session.get(Confidence, alert.id)
    if row is None:
        row = Confidence(alert_id=alert.id)
        db.session.add(row)
    for word in ("name", "phone", "address", "spot"):
        setattr(row, word, getattr(said, word) or getattr(row, word))
    row.silent = said.silent or bool(row.silent)
    db.session.flush()
    return row


def forget_confidences() -> None:
    """Forget what was said in confidence a day after the end: whoever came has been there."""
    over = select(Alert.id).where(Alert.state == "closed", Alert.closed_at < now() - KEPT)
    db.session.execute(
        delete(Confidence).where(Confidence.alert_id.in_(over)),
        execution_options={"synchronize_session": False},
    )


def may_write_to_person(alert: Alert) -> bool:
    """Say whether the person in need may be written to: not where somebody else reads along."""
    row = db.session.get(Confidence, alert.id)
    return alert.person_id is not None and not (row is not None and row.silent)


def meets_in_public(alert: Alert) -> bool:
    """Say whether the meeting place may stand on the page: for many people it gives nobody away."""
    return alert.scale == "area" and alert.person_id is None


def has_something_to_tell(alert: Alert) -> bool:
    """Say whether there is anything a code would open; nothing is opened to know it."""
    meeting = alert.sealed_meeting_words is not None and not meets_in_public(alert)
    return (
        alert.person_id is not None or meeting or db.session.get(Confidence, alert.id) is not None
    )


def open_confidence(alert: Alert) -> Told:
    """Open the seal; only a door that has noted the reading first may call this."""
    row = db.session.get(Confidence, alert.id)
    name = alert.person.first_name if alert.person else None
    return Told(
        name=name or (row.name if row else None),
        what=alert.what if alert.help else None,
        meeting=alert.meeting_words,
        address=row.address if row else None,
        spot=row.spot if row else None,
        phone=row.phone if row else None,
    )
