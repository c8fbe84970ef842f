"""Promises of forgetting: what is too old goes, the rest stays, the journal says how much."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from nucleus.ground.boards import forgetting, jobs
from nucleus.ground.clock import held_at, now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.roster.models import Duty
from tests.cast import Cast


def put_duty(cast: Cast, days: int) -> None:
    ended = now() - timedelta(days=days)
    db.session.add(
        Duty(kind="on_call", person_id=cast.vito, starts_at=ended - timedelta(1), ends_at=ended)
    )


def test_what_is_too_old_goes_and_the_rest_stays(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "CHUNK", 2)
    with held_at(now()):
        with cast.stage():
            for days in (400, 399, 398, 366, 364, 1):
                put_duty(cast, days)
        with cast.app.app_context():
            assert forgetting.forget_old_rows() == 4
            assert forgetting.forget_old_rows() == 0
    with cast.stage():
        assert db.session.scalar(select(func.count()).select_from(Duty)) == 2
        noted = select(LogEntry).where(LogEntry.word == "ground.forget_rows")
        (entry,) = db.session.scalars(noted)
        assert (entry.subject, entry.facts) == ("table:duty", {"rows": 4})


def test_every_rule_is_a_question_both_databases_understand(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        put_duty(cast_on_both, 1)
    with cast_on_both.app.app_context(), held_at(now() + timedelta(days=4000)):
        rules = cast_on_both.app.extensions[forgetting.RULES]
        forgotten = {rule.name: forgetting.forget(rule) for rule in rules}
        assert len(forgotten) > 8, "every room pinned what it forgets"
        assert forgotten["duty"] == 1
        left = {rule.name: forgetting.forget(rule) for rule in rules}
        assert set(left.values()) == {0}, "what was forgotten is not found again"


def test_the_job_that_forgets_runs_by_itself(cast: Cast) -> None:
    with cast.stage():
        put_duty(cast, 400)
    with cast.app.app_context():
        (job,) = [j for j in cast.app.extensions["nucleus.jobs"] if j.name == "forget_old_rows"]
        assert jobs.run(job)
    with cast.stage():
        assert db.session.scalar(select(func.count()).select_from(Duty)) == 0
