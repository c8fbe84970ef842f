"""The board 'forgetting': what is too old is deleted or blanked by one job, a chunk at a time.

`data_inventory.yml` promises how long each table is kept, and a test holds that some job, or a
rule on this board, does what it promises.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, delete, select, update

from nucleus.ground import journal
from nucleus.ground.boards import jobs
from nucleus.ground.clock import now
from nucleus.ground.database import Base, breathe, db, reading, transaction

RULES = "nucleus.forgetting"
EVERY_SECONDS = 6 * 3600
CHUNK = 500
MONTH, YEAR = timedelta(days=30), timedelta(days=365)


@dataclass(frozen=True)
class Rule:
    """Which rows of a table are forgotten.

    Attributes:
        table: the model.
        old: given the moment before which things are too old, the condition of such a row.
        after: how old is too old.
        blank: the columns to empty instead of deleting the row.
    """

    table: type[Base]
    old: Callable[[datetime], ColumnElement[bool]]
    after: timedelta = YEAR
    blank: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the table's name."""
        return str(self.table.__tablename__)


def init_app(app: Flask) -> None:
    """Hang up the board and pin its job."""
    app.extensions[RULES] = []
    jobs.pin(app, jobs.Job("forget_old_rows", EVERY_SECONDS, forget_old_rows, apart=True))


def pin(app: Flask, *rules: Rule) -> None:
    """Pin a room's rules; rows that others name come after those."""
    app.extensions[RULES] += rules


def forget_old_rows() -> int:
    """Forget what every rule names; return how many rows that were."""
    return sum(forget(rule) for rule in current_app.extensions[RULES])


def forget(rule: Rule) -> int:
    """Forget what one rule names, a chunk in a transaction so that nobody waits long for it."""
    (key,) = rule.table.__mapper__.primary_key
    with reading():
        old = select(key).where(rule.old(now() - rule.after))
        ids = list(db.session.scalars(old))
    for start in range(0, len(ids), CHUNK):
        mine = key.in_(ids[start : start + CHUNK])
        change = update(rule.table).values(**rule.blank) if rule.blank else delete(rule.table)
        with transaction():
            db.session.execute(change.where(mine), execution_options={"synchronize_session": False})
            if start + CHUNK >= len(ids):
                journal.write("ground.forget_rows", f"table:{rule.name}", rows=len(ids))
        breathe()
    return len(ids)
