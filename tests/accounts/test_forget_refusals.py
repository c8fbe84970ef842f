"""Traces of visitors are dropped after 30 days, not before."""

from datetime import timedelta

from sqlalchemy import func, select

from nucleus.accounts.models import Refusal, VerificationCode
from nucleus.ground import clock
from nucleus.ground.boards import jobs
from nucleus.ground.database import db
from tests.accounts.helpers import NIGHT, sign_in
from tests.cast import Cast


def kept(cast: Cast) -> tuple[int, int]:
    with cast.stage():
        refusals = db.session.scalar(select(func.count()).select_from(Refusal)) or 0
        return refusals, db.session.scalar(select(func.count()).select_from(VerificationCode)) or 0


def test_refusals_and_spent_links_are_forgotten_after_thirty_days(cast: Cast) -> None:
    with clock.held_at(NIGHT):
        client = cast.app.test_client()
        sign_in(client, "bea@example.org", "a wrong password")
        client.post("/accounts/link/ask", data={"email": "bea@example.org"})
        for days, expected in ((29, (4, 1)), (2, (0, 0))):
            clock.advance(timedelta(days=days))
            jobs.run_all(cast.app)
            assert kept(cast) == expected
