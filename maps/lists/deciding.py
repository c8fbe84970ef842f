"""What a person answers about a row that waits: take it, we have this place, or leave it out."""

from collections.abc import Sequence
from dataclasses import dataclass

from maps.lists.held import Look
from maps.lists.owing import note_owed
from maps.models import ImportRow
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.lifecycle import move
from nucleus.places.italy import in_italy
from nucleus.resources.drafts import Draft, ImportReport
from nucleus.resources.importing.holding import Asks, Doubts, doubts_about, looks_secret
from nucleus.resources.importing.joining import join_draft
from nucleus.resources.importing.taking import import_resources
from nucleus.resources.models import Resource
from nucleus.resources.queries import known_from, resources_by_id, resources_by_uid
from nucleus.resources.twins.likeness import Likeness
from nucleus.resources.twins.settling import say_different


@dataclass(frozen=True)
class Twin:
    """A place of another source that a row probably speaks of, and why."""

    resource: Resource
    likeness: Likeness


def doubts_of(row: ImportRow, look: Look) -> Doubts:
    """Return what is doubted of a row as it would be written now."""
    draft = look.draft
    if draft is None:
        return Doubts()
    point = draft.where.point
    placed = point is not None and in_italy(*point)
    new = look.resource is None
    (doubts,) = doubts_about([draft], source=row.source, placed=[placed], new=[new])
    return Doubts(looks_secret(draft) and not draft.where.hidden, doubts.point, doubts.twins)


def twins_in(doubts: Doubts) -> list[Twin]:
    """Return the places a row may be, the most alike first."""
    return [Twin(one, doubts.twins[one.id]) for one in resources_by_id(list(doubts.twins))]


def take_row(row: ImportRow, look: Look, *, actor: int, unlike: Sequence[int] = ()) -> Resource:
    """Take a row in as a person decided; the source's word then counts, whatever was here.

    Args:
        row: the row.
        look: what would be written.
        actor: who decided.
        unlike: places it resembles and is not; nobody is asked about them again.
    """
    if look.draft is None:
        raise ValueError("only a row that was understood can be taken")
    report = ImportReport()
    import_resources([look.draft], source=row.source, report=report, asks=Asks.NOTHING)
    note_owed([look.draft])
    resource = _resource_of(row, look.draft)
    say_different(resource, unlike, actor=actor)
    row.resource_id = resource.id
    _decide(row, "taken", why=None, actor=actor)
    return resource


def _resource_of(row: ImportRow, draft: Draft) -> Resource:
    """Return the place a row was taken in as; a copy we trust names it, and its first tellers."""
    known = known_from(row.source, {draft.foreign_uid(row.source)})
    named = resources_by_uid({draft.uid} if draft.uid else set())
    return next(iter([*(one.resource for one in known.values()), *named.values()]))


def join_row(
    row: ImportRow, look: Look, resource: Resource, *, actor: int, overwrites: bool
) -> None:
    """Let a row speak of a place we have; what it adds is kept as a change that can be undone."""
    if look.draft is None:
        raise ValueError("only a row that was understood can be taken")
    join_draft(resource, look.draft, source=row.source, actor=actor, overwrites=overwrites)
    row.resource_id = resource.id
    _decide(row, "taken", why=None, actor=actor)


def skip_row(row: ImportRow, *, why: str, actor: int) -> None:
    """Leave a row out, and say why."""
    _decide(row, "skipped", why=why, actor=actor)


def _decide(row: ImportRow, state: str, *, why: str | None, actor: int) -> None:
    move(row, state)
    row.why, row.by_id, row.changed_at = why, actor, now()
    row.raw = []
    journal.write("maps.review_row", f"import_row:{row.id}", actor=actor, state=state)
