"""Reads about the lists that are being taken in."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from maps.models import ImportRow, ImportRun, ImportSource
from nucleus.ground.clock import now
from nucleus.ground.database import db

AT_WORK = ("waiting", "checking", "running")


def waiting_imports() -> Sequence[int]:
    """Return the runs that wait for somebody to go on with them, the oldest first."""
    free = or_(ImportRun.claimed_until.is_(None), ImportRun.claimed_until < now())
    waiting = select(ImportRun.id).where(ImportRun.state.in_(AT_WORK), free)
    return db.session.scalars(waiting.order_by(ImportRun.id)).all()


def lists_before(run: ImportRun) -> Sequence[ImportRun]:
    """Return the lists that are worked on before this one, in their order; none once it has begun.

    That is the one somebody is at, then those that came earlier and wait as well.
    """
    at_work = ImportRun.claimed_until > now()
    if run.state not in AT_WORK or (run.claimed_until and run.claimed_until > now()):
        return []
    others = select(ImportRun).where(ImportRun.state.in_(AT_WORK), ImportRun.id != run.id)
    before = others.where(or_(at_work, ImportRun.id < run.id))
    return db.session.scalars(before.order_by(at_work.desc(), ImportRun.id)).all()


def latest_imports(limit: int = 50) -> Sequence[ImportRun]:
    """Return the last runs, the newest first."""
    return db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)).all()


def import_by_id(run_id: int) -> ImportRun | None:
    """Return one run."""
    return db.session.get(ImportRun, run_id)


def source_named(name: str) -> ImportSource | None:
    """Return what is remembered of a source."""
    return db.session.get(ImportSource, name)


def row_by_id(row_id: int) -> ImportRow | None:
    """Return one row that waits or waited for a person."""
    return db.session.get(ImportRow, row_id)
