"""Signs of life: noted without a disk, written by a job, read by everybody who shares the rows."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from alerts.sender import heartbeat
from alerts.sender.heartbeat import Heartbeat
from nucleus.ground.boards import jobs
from nucleus.ground.clock import advance, held_at
from nucleus.ground.database import db
from tests.cast import Cast

NIGHT = datetime(2026, 3, 14, 2, 30, tzinfo=UTC)


def write(cast: Cast) -> bool:
    """Run the job that writes the signs down, as the ticker does."""
    with cast.app.app_context():
        found = cast.app.extensions["nucleus.jobs"]
        return jobs.run(next(job for job in found if job.name == "write_signs"))


def test_a_sign_is_read_by_all_once_it_is_written_down(cast_on_both: Cast) -> None:
    with held_at(NIGHT):
        with cast_on_both.stage():
            heartbeat.beat("sender", sent=3)
            assert heartbeat.last_beat("sender") is None
        assert write(cast_on_both)
        advance(timedelta(seconds=30))
        assert write(cast_on_both)
        with cast_on_both.stage():
            assert heartbeat.last_beat("sender") == NIGHT
            assert heartbeat.last_beat("ticker") == NIGHT + timedelta(seconds=30)
            row = db.session.get_one(Heartbeat, ("sender", heartbeat.own_process()))
            assert row.facts == {"sent": 3}


def test_the_youngest_sign_of_all_processes_counts_and_old_ones_are_forgotten(cast: Cast) -> None:
    with held_at(NIGHT):
        with cast.stage():
            for hours, process in ((0, "here:1"), (1, "there:2"), (30, "gone:3")):
                at = NIGHT - timedelta(hours=hours)
                db.session.add(Heartbeat(name="sender", process=process, at=at, facts={}))
        assert write(cast)
        with cast.stage():
            assert heartbeat.last_beat("sender") == NIGHT
            known = select(Heartbeat.process).where(Heartbeat.name == "sender")
            assert set(db.session.scalars(known)) == {"here:1", "there:2"}


def test_a_full_disk_costs_the_sign_and_never_the_sending(cast: Cast) -> None:
    def full(*_statement: object) -> None:
        raise OperationalError("", {}, Exception("database or disk is full"))

    with cast.app.app_context():
        engine = db.engine
        event.listen(engine, "before_cursor_execute", full)
        heartbeat.beat("sender")  # the loop's own deed still works
        assert not write(cast)
        event.remove(engine, "before_cursor_execute", full)
    assert write(cast)
    with cast.stage():
        assert heartbeat.last_beat("sender") is not None
