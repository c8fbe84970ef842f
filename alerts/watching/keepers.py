"""Tells the keepers, once, that the house is not well, and once that it is well again.

The message leaves by another channel than the one that has failed. When the sender itself has
stopped no message can leave at all: then the red bar and the outside address are what speaks.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask import Flask
from sqlalchemy import delete, select, update

from alerts.watching import letters
from alerts.watching.models import Unwell
from alerts.watching.wellbeing import Trouble, troubles
from nucleus.ground import journal
from nucleus.ground.boards import jobs
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.services import post_to_contact
from nucleus.people.models import SENDING, ContactPoint, Person, Role
from nucleus.people.queries import people_with_role

LOOK_EVERY_SECONDS = 20
TELL_AFTER = timedelta(minutes=2)
"""A trouble that mends itself sooner wakes nobody."""

OVER_AFTER = timedelta(minutes=5)


def init_app(app: Flask) -> None:
    """Pin the job that tells the keepers."""
    jobs.pin(app, jobs.Job("tell_keepers", LOOK_EVERY_SECONDS, tell_keepers))


def tell_keepers() -> None:
    """Write down what began and what ended, and tell what has lasted."""
    here = {trouble.what: trouble for trouble in troubles()}
    known = {row.what: row for row in db.session.scalars(select(Unwell))}
    for what in here.keys() - known.keys():
        db.session.add(Unwell(what=what, since=now()))
    for what, row in known.items():
        if what in here:
            row.over_since = None
            _tell_trouble(row, here[what])
        else:
            row.over_since = row.over_since or now()
            _tell_end(row)


def _tell_trouble(row: Unwell, trouble: Trouble) -> None:
    if row.told_at or row.since > now() - TELL_AFTER or not _is_ours(row):
        return
    _post("alerts.tell_keepers", row.what, letters.unwell(trouble))


def _tell_end(row: Unwell) -> None:
    if row.over_since is None or row.over_since > now() - OVER_AFTER:
        return
    gone = db.session.execute(
        delete(Unwell).where(Unwell.what == row.what).returning(Unwell.told_at)
    ).first()
    if gone and gone.told_at:
        _post("alerts.tell_keepers_again", row.what, letters.well_again(row.what))


def _is_ours(row: Unwell) -> bool:
    """Take the telling on; of two machines that see the same trouble one tells it."""
    taken = update(Unwell).where(Unwell.what == row.what, Unwell.told_at.is_(None))
    return bool(db.session.execute(taken.values(told_at=now()).returning(Unwell.what)).first())


def _post(word: str, what: str, texts: letters.Texts) -> None:
    failed = what.partition(":")[2]
    told = [
        point.person_id
        for point in contacts_of(keepers(), without=failed)
        if post_to_contact(letters.draft(texts), point.id)
    ]
    journal.write(word, None, what=what, people=sorted(told))


def keepers() -> Sequence[Person]:
    """Return who keeps the house: its keepers, else its administrators."""
    found = people_with_role(Role.KEEPER) or people_with_role(Role.ADMINISTRATOR)
    return list({person.id: person for person in found}.values())


def contacts_of(people: Iterable[Person], *, without: str) -> list[ContactPoint]:
    """Return one usable contact of each person, the first that is not of the failed channel.

    Who has no other gets it there all the same: perhaps it comes through later.
    """
    found = []
    for person in people:
        usable = select(ContactPoint).where(
            ContactPoint.person_id == person.id,
            ContactPoint.verified_at.is_not(None),
            ContactPoint.retired_at.is_(None),
            ContactPoint.channel.in_(SENDING),
        )
        order = ((ContactPoint.channel == without), ContactPoint.rank, ContactPoint.id)
        point = db.session.scalars(usable.order_by(*order).limit(1)).first()
        found += [point] if point else []
    return found
