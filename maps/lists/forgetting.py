"""Forgets the files of lists: addresses stand in them in clear, and nobody reads them for ever."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from maps.lists.staging import Files
from maps.models import ImportRun
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move

KEPT = timedelta(days=90)
LEFT = ("mapping", "checked", "stopped")
"""States in which a run waits for somebody who may never come back."""


def forget_lists() -> None:
    """Remove the files of runs nobody touched for three months; one that was left is closed."""
    for run in db.session.scalars(select(ImportRun).where(ImportRun.changed_at < now() - KEPT)):
        if run.state in LEFT:
            run.reason = _("Nobody went on with this list for three months. Send it again.")
            move(run, "refused")
        if run.state in {"done", "refused"}:
            Files(run.uid).forget_all()
