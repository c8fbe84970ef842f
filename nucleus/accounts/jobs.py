"""What the accounts room forgets by itself."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from nucleus.accounts.library import AT_MOST
from nucleus.accounts.models import (
    ApiToken,
    EndedSession,
    FsRefreshTracker,
    Refusal,
    VerificationCode,
)
from nucleus.ground.boards.forgetting import MONTH, YEAR, Rule
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.people.models import Consent

KEPT = timedelta(days=30)
REFRESHED = FsRefreshTracker.__table__
RULES = (
    Rule(Consent, lambda old: Consent.withdrawn_at < old, 3 * YEAR),
    Rule(ApiToken, lambda old: ApiToken.revoked_at < old, 3 * YEAR),
    Rule(EndedSession, lambda old: EndedSession.at < old, AT_MOST),
    Rule(FsRefreshTracker, lambda old: REFRESHED.c.expires_at < naive(old), MONTH),
)


def naive(moment: datetime) -> datetime:
    """Return a moment as the library writes it: in UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def forget_refusals() -> None:
    """Drop the traces of visitors and the spent links after 30 days."""
    db.session.execute(delete(Refusal).where(Refusal.at < now() - KEPT))
    db.session.execute(delete(VerificationCode).where(VerificationCode.expires_at < now() - KEPT))
