"""Erases again what an older copy of the house brought back."""

from collections import Counter

from sqlalchemy import select

from nucleus.ground import journal
from nucleus.ground.database import db
from nucleus.ground.erasing.board import Kind, kinds, mark_of
from nucleus.ground.erasing.lists import Erasures, Line
from nucleus.ground.models import Erasure


def erase_again(listed: Erasures) -> Counter[str]:
    """Erase whatever a list names and is here, in the open transaction.

    Returns:
        how many of each kind, by the words an operator reads.
    """
    found: Counter[str] = Counter()
    for kind in kinds():
        wanted = {line.mark: line for line in listed.lines if line.kind == kind.name}
        if number := _erase(kind, wanted):
            found[kind.words] = number
    _remember(listed)
    journal.write("ground.erase_again", None, things=found.total(), listed=len(listed.lines))
    return found


def _erase(kind: Kind, wanted: dict[str, Line]) -> int:
    there = [(mark_of(kind.name, name), key) for name, key in kind.there()] if wanted else []
    mine = [(wanted[mark], key) for mark, key in there if mark in wanted]
    return sum([kind.erase(key, line.at) for line, key in mine])


def _remember(listed: Erasures) -> None:
    """Take the list's lines over, so that the next restore knows them too."""
    db.session.flush()
    known = set(db.session.scalars(select(Erasure.mark)))
    db.session.add_all(
        Erasure(mark=line.mark, kind=line.kind, at=line.at)
        for line in listed.lines
        if line.mark not in known
    )
