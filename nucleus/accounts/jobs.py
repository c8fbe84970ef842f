"""What the accounts room forgets by itself."""

from datetime import timedelta

from sqlalchemy import delete

from nucleus.accounts.models import Refusal, VerificationCode
from nucleus.ground.clock import now
from nucleus.ground.database import db

KEPT = timedelta(days=30)


def forget_refusals() -> None:
    """Drop the traces of visitors and the spent links after 30 days."""
    db.session.execute(delete(Refusal).where(Refusal.at < now() - KEPT))
    db.session.execute(delete(VerificationCode).where(VerificationCode.expires_at < now() - KEPT))
