"""Verbs that change people."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, func, select

from nucleus.ground import journal, signals
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.ground.erasing import board
from nucleus.people import addresses
from nucleus.people.models import (
    ADDRESS,
    Channel,
    Consent,
    ContactPoint,
    Organisation,
    Person,
    Role,
    RoleGrant,
    SpokenLanguage,
    new_uid,
)


class NameTaken(ValueError):
    """There is an organisation of this name already."""


def add_organisation(name: str, *, comune: str | None, phone: str | None) -> Organisation:
    """Add an association of the network; raise `NameTaken`, or `BadAddress` for its number."""
    if db.session.scalar(select(Organisation.id).where(Organisation.name == name)):
        raise NameTaken(name)
    number = addresses.tidy(Channel.PHONE, phone) if phone else None
    organisation = Organisation(name=name, comune=comune, phone=number, agreement="active")
    db.session.add(organisation)
    db.session.flush()
    journal.write("people.add_organisation", f"organisation:{organisation.id}")
    return organisation


def add_person(
    name: str,
    *,
    language: str = "it",
    organisation: int | None = None,
    spoken: Iterable[str] = (),
) -> Person:
    """Add a person with the languages they can help in."""
    person = Person(name=name, language=language, organisation_id=organisation)
    db.session.add(person)
    db.session.flush()
    set_languages(person, spoken or [language])
    return person


def set_languages(person: Person, spoken: Iterable[str]) -> None:
    """Replace the languages a person can help in."""
    db.session.execute(delete(SpokenLanguage).where(SpokenLanguage.person_id == person.id))
    db.session.add_all(
        SpokenLanguage(person_id=person.id, language=code) for code in sorted(set(spoken))
    )


def grant_role(
    person: Person, role: Role, *, organisation: int | None = None, until: date | None = None
) -> RoleGrant:
    """Give a person a role, in one organisation or in all of them."""
    grant = RoleGrant(person_id=person.id, role=role, organisation_id=organisation, until=until)
    db.session.add(grant)
    journal.write(
        "people.grant_role", f"person:{person.id}", role=str(role), organisation=organisation
    )
    return grant


def add_contact_point(
    person: Person, channel: Channel, *, address: str, verified: bool = False
) -> ContactPoint:
    """Add a way to reach a person, ranked last; raise `BadAddress` when it can't be one."""
    tidy = addresses.tidy(channel, address)
    last = select(func.max(ContactPoint.rank)).where(ContactPoint.person_id == person.id)
    uid = new_uid()
    point = ContactPoint(
        uid=uid,
        person_id=person.id,
        channel=channel,
        sealed_address=ring().seal(tidy, ADDRESS, uid),
        fingerprint=ring().fingerprint(f"address:{channel}", tidy),
        rank=(db.session.scalar(last) or 0) + 1,
        verified_at=now() if verified else None,
    )
    db.session.add(point)
    db.session.flush()
    return point


def retire_contact_point(point: ContactPoint) -> None:
    """Stop using a way to reach a person; deliveries that wait for it are skipped."""
    point.retired_at = now()
    board.note("contact_point", point.uid)


def give_consent(person: Person, purpose: str, wording_version: str) -> Consent:
    """Note that a person agrees to one purpose."""
    consent = Consent(
        person_id=person.id, purpose=purpose, wording_version=wording_version, given_at=now()
    )
    db.session.add(consent)
    return consent


def withdraw_consent(person: Person, purpose: str) -> None:
    """End whatever a person had agreed to for one purpose; what it opened closes at once."""
    live = select(Consent).where(
        Consent.person_id == person.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    for consent in db.session.scalars(live):
        consent.withdrawn_at = now()
        board.note("consent", f"{person.uid} {purpose}")
        signals.consent_withdrawn.send(person.id, purpose=purpose)


def stop_person(person: Person) -> None:
    """Let a person leave: from this moment nothing reaches them and no door opens to them."""
    person.stopped_at = now()
    board.note("person", person.uid)
    journal.write("people.stop_person", f"person:{person.id}")
    signals.person_stopped.send(person.id)
