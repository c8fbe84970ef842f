"""The same few people in every promise: a coordinator, volunteers, a member, an outsider.

Ids, not rows, are kept here, so that a promise can look at them in any app context.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from flask_login import FlaskLoginClient
from sqlalchemy import select

from nucleus.accounts.models import Account
from nucleus.ground.clock import now
from nucleus.ground.database import db, transaction
from nucleus.people.models import Channel, Organisation, Person, Role
from nucleus.people.services import add_contact_point, add_person, grant_role
from nucleus.roster.models import Award, Competence, Responder, WeeklyHours

TEVEROLA = (40.9949, 14.2108)
AVERSA = (40.9730, 14.2065)


@dataclass(frozen=True)
class Cast:
    """Who is on stage (ids): Carla coordinates, Vito, Amina and Luca help, Bea has a plan."""

    app: Flask
    organisation: int
    other_organisation: int
    listening: int
    carla: int
    dario: int
    vito: int
    amina: int
    luca: int
    bea: int
    outsider: int

    @contextmanager
    def stage(self) -> Iterator[None]:
        """Open an app context for reading and changing rows; changes are kept."""
        with self.app.app_context(), transaction():
            yield

    def signed_in(self, person_id: int) -> FlaskClient:
        """Return a browser in which this person has just signed in."""
        self.app.test_client_class = FlaskLoginClient
        with self.app.app_context():
            account = db.session.query(Account).filter_by(person_id=person_id).one()
            client = self.app.test_client(user=account, fresh_login=True)
            db.session.rollback()
        with client.session_transaction() as session:
            moment = now().timestamp()
            facts = "fs_paa", "proved_at", "signed_in_at", "seen_at", "second_factor_at"
            session.update(dict.fromkeys(facts, moment))
        return client


def invite(app: Flask) -> Cast:
    """Bring everybody into an empty house; each has a verified e-mail and, mostly, ntfy."""
    with app.app_context(), transaction():
        here = _organisation("Insieme Agro Aversano", "Teverola")
        there = _organisation("Vicini di Valle", "Bolzano")
        listening = _listening()
        people = {
            "carla": _member("Carla Coppola", here, Role.COORDINATOR),
            "dario": _member("Dario Dalla", there, Role.COORDINATOR),
            "vito": _responder("Vito Vitale", here, listening, at=TEVEROLA),
            "amina": _responder("Amina Haddad", here, listening, at=AVERSA, spoken=("it", "ar")),
            "luca": _responder("Luca Longo", here, listening, at=AVERSA),
            "bea": _member("Bea Bruno", here, Role.MEMBER),
            "outsider": _member("Otto Ospite", None, None),
        }
        return Cast(app, here.id, there.id, listening.id, **{k: p.id for k, p in people.items()})


def _listening() -> Competence:
    """Return the competence all have; a house made by `nucleus upgrade` has it already."""
    if found := db.session.scalars(select(Competence).filter_by(code="listening")).first():
        return found
    row = Competence(
        code="listening",
        labels={"it": "Ascolto attivo", "en": "Active listening"},
        opens=["on_call", "respond"],
    )
    db.session.add(row)
    db.session.flush()
    return row


def _organisation(name: str, comune: str) -> Organisation:
    row = Organisation(name=name, comune=comune, agreement="active", phone="+390815550100")
    db.session.add(row)
    db.session.flush()
    return row


def _member(
    name: str,
    organisation: Organisation | None,
    role: Role | None,
    *,
    spoken: tuple[str, ...] = ("it",),
) -> Person:
    person = add_person(name, organisation=organisation.id if organisation else None, spoken=spoken)
    local = name.split()[0].lower()
    address = f"{local}@example.org"
    add_contact_point(person, Channel.EMAIL, address=address, verified=True)
    if role and organisation:
        grant_role(person, role, organisation=organisation.id)
        add_contact_point(person, Channel.NTFY, address=f"{local}-topic", verified=True)
    db.session.add(
        Account(
            person_id=person.id, email=address, active=True, fs_uniquifier=person.uid, password="x"
        )
    )
    return person


def _responder(
    name: str,
    organisation: Organisation,
    competence: Competence,
    *,
    at: tuple[float, float],
    spoken: tuple[str, ...] = ("it",),
) -> Person:
    person = _member(name, organisation, Role.RESPONDER, spoken=spoken)
    today = now().date()
    db.session.add(
        Responder(
            person_id=person.id,
            organisation_id=organisation.id,
            lat=at[0],
            lon=at[1],
            active_since=now(),
        )
    )
    db.session.add(
        Award(
            person_id=person.id,
            competence_id=competence.id,
            issued_on=today - timedelta(days=30),
            expires_on=today + timedelta(days=300),
            trainer="Paola Psicologa",
            trainer_profession="psychologist",
        )
    )
    db.session.add_all(
        WeeklyHours(person_id=person.id, weekday=day, opens=0, closes=1440) for day in range(7)
    )
    return person
