"""Not these people: whom somebody in need does not want to be asked, told, or let in on it.

What was typed is kept sealed and matched when it is needed. Nobody is ever told whether it met
anybody, so that neither the owner nor a thief learns who belongs to the network.
"""

from collections.abc import Sequence

from sqlalchemy import or_, select

from alerts.models import Unwanted
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.words import plain
from nucleus.people.addresses import BadAddress, tidy
from nucleus.people.models import Channel, Organisation, Person, RoleGrant
from nucleus.people.queries import contact_point_at
from nucleus.roster.models import Responder

MOST = 50


def add_unwanted(person_id: int, words: str) -> bool:
    """Keep somebody out; `False` when there are too many already. The same twice is one."""
    mine = list_of(person_id)
    if plain(words) in {plain(row.words) for row in mine}:
        return True
    if len(mine) >= MOST:
        return False
    row = Unwanted(person_id=person_id, since=now(), words=words)
    db.session.add(row)
    db.session.flush()
    journal.write("alerts.add_unwanted", f"person:{person_id}", actor=person_id)
    return True


def remove_unwanted(row: Unwanted) -> None:
    """Let somebody be asked again."""
    db.session.delete(row)
    journal.write("alerts.remove_unwanted", f"person:{row.person_id}", actor=row.person_id)


def list_of(person_id: int) -> Sequence[Unwanted]:
    """Return whom a person does not want, as they typed it."""
    mine = select(Unwanted).where(Unwanted.person_id == person_id)
    return db.session.scalars(mine.order_by(Unwanted.id)).all()


def people_meant(person_id: int) -> frozenset[int]:
    """Return the persons (ids) whom somebody does not want, as far as we know them."""
    typed = [row.words for row in list_of(person_id)]
    if not typed:
        return frozenset()
    named = _named([frozenset(plain(words).split()) for words in typed])
    reached = {person for words in typed for person in _reached_at(words)}
    return named | frozenset(reached) | _of_organisations({plain(words) for words in typed})


def _named(wanted: list[frozenset[str]]) -> frozenset[int]:
    """Every word that was typed stands in the name, in any order."""
    people = db.session.execute(select(Person.id, Person.name))
    known = ((person, set(plain(name).split())) for person, name in people)
    return frozenset(p for p, name in known if any(words and words <= name for words in wanted))


def _reached_at(words: str) -> list[int]:
    found = []
    for channel in (Channel.EMAIL, Channel.PHONE, Channel.SMS):
        try:
            address = tidy(channel, words)
        except BadAddress:
            continue
        found += [point.person_id for point in contact_point_at(channel, address)]
    return found


def _of_organisations(names: set[str]) -> frozenset[int]:
    """Everybody of an association that was named: its people, its roles, its responders."""
    rows = db.session.execute(select(Organisation.id, Organisation.name))
    meant = [row.id for row in rows if plain(row.name) in names]
    if not meant:
        return frozenset()
    theirs = select(Person.id).where(
        or_(
            Person.organisation_id.in_(meant),
            Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.organisation_id.in_(meant))),
            Person.id.in_(select(Responder.person_id).where(Responder.organisation_id.in_(meant))),
        )
    )
    return frozenset(db.session.scalars(theirs))
