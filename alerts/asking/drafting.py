"""A draft of an alert: what is needed, before anybody is asked."""

from dataclasses import dataclass, field

from sqlalchemy import func, select

from alerts.choosing import desks, ladder
from alerts.models import FIRST_NUMBER, STAY_MINUTES, Alert, Need
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db


@dataclass(frozen=True, kw_only=True)
class NeedDraft:
    """So many people, with this competence or that language."""

    count: int
    competence_id: int | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class AlertDraft:
    """What a coordinator types. `what` is for coordinators and for those who said yes.

    `lat` and `lon` are the centre of the comune in WGS 84 degrees. `everyone` asks all who
    match, near or far, in one wave. `not_for_peers` sends nobody. `why_alone` says why one
    person is enough where two usually go, `stay_minutes` after how long who went is asked
    whether they are all right.
    """

    what: str
    organisation_id: int
    needs: tuple[NeedDraft, ...]
    scale: str = "person"
    severity: str = "Unknown"
    urgency: str = "Expected"
    certainty: str = "Observed"
    comune: str | None = None
    lat: float | None = None
    lon: float | None = None
    person_id: int | None = None
    meeting_words: str | None = None
    why_alone: str | None = None
    stay_minutes: int = STAY_MINUTES
    drill: bool = False
    not_for_peers: bool = False
    everyone: bool = False
    help: bool = field(default=False, repr=False)


def draft_alert(draft: AlertDraft, author: int) -> Alert:
    """Write an alert down with its number; nobody is asked until it is opened."""
    facts = {name: value for name, value in vars(draft).items() if name != "needs"}
    alert = Alert(**facts, number=next_number(), author_id=author, created_at=now())
    alert.step_seconds = ladder.step_seconds(alert.severity, alert.urgency)
    alert.needs = [Need(**vars(need)) for need in draft.needs]
    db.session.add(alert)
    db.session.flush()
    desks.open_home_desk(alert)
    journal.write(
        "alerts.draft_alert", f"alert:{alert.id}", actor=author, number=alert.number,
        drill=alert.drill, scale=alert.scale, not_for_peers=alert.not_for_peers,
        alone=alert.why_alone is not None,
    )  # fmt: skip
    return alert


def next_number() -> int:
    """Return the next short number; on PostgreSQL two drafts at once queue for it."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(FIRST_NUMBER)))
    return (db.session.scalar(select(func.max(Alert.number))) or FIRST_NUMBER - 1) + 1
