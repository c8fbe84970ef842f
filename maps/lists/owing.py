"""Remembers whom the copy of another house owes its facts to, as that house says it."""

from collections.abc import Iterable, Mapping

from maps.formats.osm_words import SOURCE
from maps.models import ImportSource
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.resources.drafts import Draft

LONGEST_NAME, LONGEST_LINE = 200, 1000
"""Letters; more is neither the name of a list nor a line of thanks."""


def as_line(said: str | None) -> str:
    """Return words as they stand in one line."""
    return " ".join((said or "").split())


def note_owed(drafts: Iterable[Draft]) -> None:
    """Remember the lines their tellers ask for; the caller commits.

    A copy speaks only of tellers this house knows nothing of: what somebody here wrote stands, and
    nobody but us says whom our own facts and those of OpenStreetMap are owed to.
    """
    said = {source: line for draft in drafts for source, line in draft.owed.items()}
    _note({name: line for name, line in said.items() if name not in {SOURCE, settings().name}})


def _note(said: Mapping[str, str]) -> None:
    for name, line in sorted(said.items()):
        known = db.session.get(ImportSource, name)
        if known and known.told_attribution:
            known.told_attribution = as_line(line)[:LONGEST_LINE] or name
        elif known is None and line != name and 0 < len(name) <= LONGEST_NAME:
            told = as_line(line)[:LONGEST_LINE] or name
            source = ImportSource(name=name, mapping={}, told_attribution=told, changed_at=now())
            db.session.add(source)
