"""The list of erasures as a file beside the house, to be carried away more often than backups.

    nucleus erasures 1
    2026-11-22T21:05:00+00:00 person 5f0c…
    until 2026-11-22T21:06:00+00:00 1 9a41…

The last line says until when it is whole, how many lines it has, and a signature by the key ring:
nobody who has not the ring can make a list by which a house would erase something.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import select

from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db, reading
from nucleus.ground.models import Erasure
from nucleus.ground.web import settings

FILE = "erasures.txt"
FIRST = "nucleus erasures 1"
RENEWED = timedelta(hours=1)
KEPT = timedelta(days=3 * 365)
"""Also how long a backup is good for: an older one brings back what no list names any more."""

log = structlog.get_logger()


class BadList(ValueError):
    """A file is no list of erasures, was cut off or changed, or is of another key ring."""


@dataclass(frozen=True)
class Line:
    """One thing that was taken back."""

    at: datetime
    kind: str
    mark: str

    def __str__(self) -> str:
        """Return the line as it is written."""
        return f"{self.at.isoformat()} {self.kind} {self.mark}"


@dataclass(frozen=True)
class Erasures:
    """A whole list, and until when it knows everything."""

    until: datetime
    lines: tuple[Line, ...]

    @property
    def marks(self) -> set[str]:
        """Return what is named in it."""
        return {line.mark for line in self.lines}


def list_here() -> Erasures:
    """Return the list of what this house knows was taken back."""
    moment = now()
    found = db.session.scalars(select(Erasure).order_by(Erasure.at, Erasure.mark))
    return Erasures(moment, tuple(Line(row.at, row.kind, row.mark) for row in found))


def write_list() -> None:
    """Renew the file when something was taken back since, and else each hour.

    A file that names more than the house is left alone: the house came out of an older backup, and
    the file is what still knows. `nucleus check` says so.
    """
    path = settings().data / FILE
    with reading():
        known = list_here()
    before = read_list(path) if path.is_file() else None
    if before and forgotten_here(before, known):
        log.warning("erasures_not_renewed", file=FILE)
    elif before is None or before.marks != known.marks or known.until - before.until >= RENEWED:
        part = path.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(written(known))
        part.replace(path)


def forgotten_here(listed: Erasures, known: Erasures) -> set[str]:
    """Return what a list names and a house does not, apart from what is too old to matter."""
    return {line.mark for line in listed.lines if line.at > now() - KEPT} - known.marks


def written(known: Erasures) -> str:
    """Return a list as a file."""
    body = _body(known.lines)
    return f"{body}until {known.until.isoformat()} {len(known.lines)} {_seal(body, known.until)}\n"


def read_list(path: Path) -> Erasures:
    """Read a list; raise `BadList` when it is none of ours, or not whole."""
    try:
        first, *rows, last = path.read_text().splitlines()
        _until, moment, count, seal = last.split()
        until = datetime.fromisoformat(moment)
        lines = tuple(_line(row) for row in rows)
    except (OSError, ValueError) as cause:
        raise BadList("It is no list of erasures, or is cut off.") from cause
    if first != FIRST or int(count) != len(lines):
        raise BadList("It is no list of erasures, or is cut off.")
    if not hmac.compare_digest(seal, _seal(_body(lines), until)):
        raise BadList("It was changed, or is of another key ring.")
    return Erasures(until, lines)


def _line(row: str) -> Line:
    moment, kind, mark = row.split()
    return Line(datetime.fromisoformat(moment), kind, mark)


def _body(lines: Iterable[Line]) -> str:
    return "".join(f"{line}\n" for line in (FIRST, *lines))


def _seal(body: str, until: datetime) -> str:
    return ring().sign("erasures", body + until.isoformat(), ring().keys[-1][0]).hex()
