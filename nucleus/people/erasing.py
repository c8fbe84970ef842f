"""What people take back that an older backup would bring again: themselves, a contact, a yes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.ground.erasing.board import Kind
from nucleus.people.models import Consent, ContactPoint, Person
from nucleus.people.services import retire_contact_point, stop_person, withdraw_consent


def persons() -> Iterable[tuple[str, int]]:
    """Give who is here and has not left."""
    here = select(Person.uid, Person.id).where(Person.stopped_at.is_(None))
    return db.session.execute(here)


def contact_points() -> Iterable[tuple[str, int]]:
    """Give the contacts in use."""
    used = select(ContactPoint.uid, ContactPoint.id).where(ContactPoint.retired_at.is_(None))
    return db.session.execute(used)


def consents() -> Iterable[tuple[str, int]]:
    """Give what people agree to."""
    given = select(Person.uid + " " + Consent.purpose, Consent.id).join_from(
        Consent, Person, Person.id == Consent.person_id
    )
    return db.session.execute(given.where(Consent.withdrawn_at.is_(None)))


def let_leave(person_id: int, _at: datetime) -> bool:
    """Let somebody leave again."""
    stop_person(db.session.get_one(Person, person_id))
    return True


def retire(point_id: int, _at: datetime) -> bool:
    """Give a contact up again."""
    retire_contact_point(db.session.get_one(ContactPoint, point_id))
    return True


def withdraw(consent_id: int, at: datetime) -> bool:
    """Take a yes back again, unless it was given anew after that."""
    consent = db.session.get_one(Consent, consent_id)
    if consent.given_at > at:
        return False
    withdraw_consent(db.session.get_one(Person, consent.person_id), consent.purpose)
    return True


KINDS = (
    Kind("consent", "consents that were withdrawn", consents, withdraw),
    Kind("contact_point", "contacts that were given up", contact_points, retire),
    Kind("person", "persons who had left", persons, let_leave),
)
