"""Takes in what another program says of one place, as a row of its list: by the same rules.

So a program can do nothing a list could not: formulas, scripts, refuges and points at sea are
refused in words, and what was confirmed here since is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import force_locale

from maps.formats.rows.cells import Reading
from maps.formats.rows.understanding import understand
from maps.formats.tables import WORDS, words_row
from maps.queries import source_named
from nucleus.ground import journal
from nucleus.ground.i18n import SOURCE
from nucleus.resources.drafts import Draft, ImportReport, Outcome, Remark, foreign_uid
from nucleus.resources.importing.holding import Asks, Doubts, looks_secret
from nucleus.resources.importing.taking import import_resources
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.policy import reach_of_organisation
from nucleus.resources.queries import known_from
from nucleus.resources.services import subject_of

NEEDED = ("name", "category", "comune")
"""Without these a new place helps nobody."""

MEANT = {
    **dict.fromkeys(("address", "comune", "province", "lat", "lon", "hidden"), ("where",)),
    "category": ("category_id",),
    "hours": ("hours", "hours_words", "hours_unsure"),
    **dict.fromkeys(("age_from", "age_to"), ("age_from", "age_to")),
    **dict.fromkeys(
        ("capacity_unit", "capacity_free", "capacity_max"),
        ("capacity_unit", "capacity_free", "capacity_max"),
    ),
    **dict.fromkeys(("emergency_hours", "emergency_until"), ("emergency_hours", "emergency_until")),
}
"""Which of our facts a word speaks of; some mean something only side by side."""


@dataclass(frozen=True)
class Said:
    """What a source says of the place it knows under a key; only the facts it names."""

    source: str
    key: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """What became of it."""

    outcome: Outcome
    resource: Resource
    remarks: tuple[Remark, ...]


class NotTaken(Exception):
    """It was not taken; `status` as HTTP has it, and why: pairs of a word and a sentence."""

    def __init__(self, status: int, *reasons: tuple[str, str]) -> None:
        """Keep the reasons."""
        super().__init__(reasons)
        self.status, self.reasons = status, reasons


def tell_resource(said: Said, *, actor: int, home: int) -> Told:
    """Add a place, or change the facts a source names; the same again changes nothing.

    Args:
        said: what the source says.
        actor: as whom the program acts.
        home: the association whose program it is; a new place is its to keep.

    Raises:
        NotTaken: it can't be right, or somebody here knows better.
    """
    with force_locale(SOURCE):  # programs are answered in one language
        known = _known(said, home)
        draft, remarks = _draft(said, new=known is None)
        report = ImportReport()
        import_resources([draft], source=said.source, report=report, asks=Asks.ALL_BUT_TWINS)
    if report.held_back or report.failed:
        raise NotTaken(409, *((one.column, one.words) for one in report.remarks))
    resource = known_from(said.source, {draft.foreign_uid(said.source)}).popitem()[1].resource
    if known is None:
        resource.organisation_id = home
    outcome = next(one for one in Outcome if getattr(report, one.value))
    changed = str(outcome)
    journal.write("maps.tell_resource", subject_of(resource), actor=actor, outcome=changed)
    return Told(outcome, resource, (*remarks, *report.remarks))


def is_ours(resource: Resource, home: int) -> bool:
    """Say whether an association looks after a place: its own, or a free one in its area."""
    return reach_of_organisation(home).holds_place(resource)


def _known(said: Said, home: int) -> ForeignId | None:
    """Return what the source told before; raise NotTaken when it is not the caller's to change."""
    known = known_from(said.source, {foreign_uid(said.source, said.key)})
    found = next(iter(known.values()), None)
    if found and not is_ours(found.resource, home):
        raise NotTaken(403, ("", "Another association keeps this place."))
    if found and found.resource.state == "retired":
        raise NotTaken(409, ("", "This place was retired here. Ask the coordinators first."))
    return found


def _draft(said: Said, *, new: bool) -> tuple[Draft, list[Remark]]:
    """Understand it as a row of a list; raise NotTaken where a row would be refused."""
    missing = [word for word in NEEDED if new and not said.facts.get(word)]
    if missing:
        raise NotTaken(422, *((word, "A new place needs this.") for word in missing))
    source = source_named(said.source)
    reading = Reading(
        WORDS, {word: at for at, word in enumerate(WORDS)}, abroad=bool(source and source.abroad)
    )
    cells = {"id": said.key, "name": "-", **{word: _cell(one) for word, one in said.facts.items()}}
    draft, remarks = understand(words_row(1, cells), reading)
    if draft is None:
        raise NotTaken(422, *((one.column, one.words) for one in remarks))
    if looks_secret(draft) and (reason := Doubts(secret=True).reason):
        raise NotTaken(422, ("name", reason[1]))
    only = frozenset(fact for word in said.facts for fact in MEANT.get(word, (word,)))
    return (draft if new else replace(draft, only=only)), remarks


def _cell(value: Any) -> str:
    """Return a value as a cell of a list."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return "; ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
