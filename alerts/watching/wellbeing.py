"""Is the house well? One answer for the red bar, the keepers, the outside address and `check`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import CompoundSelect, func, literal, select, union_all

from alerts.sender.heartbeat import SENDER, TICKER, Heartbeat
from alerts.watching.auditing import AUDITOR, late
from alerts.watching.models import Probe
from nucleus.ground.clock import now
from nucleus.ground.database import UTCDateTime, db

SILENT_AFTER = timedelta(seconds=90)
PROBE = "probe:"
OPENING = timedelta(minutes=2)
"""How long a house that was just opened may take until everything has given its first sign."""

_NEWEST = func.max(Heartbeat.at, type_=UTCDateTime())
_SIGNS: CompoundSelect[Any] = union_all(
    select(Heartbeat.name.label("name"), _NEWEST.label("at")).group_by(Heartbeat.name),
    select(literal(PROBE).concat(Probe.lane), Probe.well_at).where(Probe.trouble.is_not(None)),
)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One thing that is not well: its name, since when, and how many it concerns."""

    what: str
    since: datetime | None = None
    number: int = 0


def init_app(app: Flask) -> None:
    """Note when the house was opened."""
    app.extensions["nucleus.opened_at"] = now()


def troubles() -> tuple[Trouble, ...]:
    """Return all that is not well, the root first; nothing while a house is just being opened.

    Every page asks, so all of it is one statement as long as everything is well.
    """
    signs = _signs()
    for name in (SENDER, TICKER):
        if is_silent(signs.get(name)):
            return (Trouble(what=name, since=signs.get(name)),)
    failing = (what for what in sorted(signs) if what.startswith(PROBE))
    not_arriving = tuple(Trouble(what=what, since=signs[what]) for what in failing)
    return (*_late(signs.get(AUDITOR)), *not_arriving)


def _late(audited: datetime | None) -> tuple[Trouble, ...]:
    """Return what the auditor withholds its sign for; it is asked again, so the words are fresh."""
    if not is_silent(audited):
        return ()
    found = tuple(Trouble(what=one.what, since=one.since, number=one.number) for one in late())
    return found or (Trouble(what=AUDITOR, since=audited),)


def _signs() -> dict[str, datetime | None]:
    """Return when each part last gave a sign of life in any process, and what probes fail."""
    return {name: at for name, at in db.session.execute(_SIGNS)}  # noqa: C416


def is_silent(last: datetime | None) -> bool:
    """Say whether the last sign of something is too old, or has not come though it should."""
    if last is not None:
        return last < now() - SILENT_AFTER
    opened: datetime = current_app.extensions["nucleus.opened_at"]
    return opened < now() - OPENING
