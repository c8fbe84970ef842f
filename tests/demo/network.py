"""Fills an empty house with the invented network, through the rooms' own verbs."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from maps.services import import_resources
from nucleus.accounts.models import Account
from nucleus.ground import clock
from nucleus.ground.database import db, transaction
from nucleus.people.models import Channel, Organisation, Person, Role
from nucleus.people.services import add_contact_point, add_person, give_consent, grant_role
from nucleus.plans import services as plans
from nucleus.resources.models import Resource
from nucleus.resources.services import verify_resource
from nucleus.roster.models import Award, Competence, Responder, WeeklyHours
from nucleus.roster.services import ensure_competences
from tests.demo.people import ASSOCIATIONS, COMUNI, NEIGHBOURS, Neighbour
from tests.demo.upkeep import look_after

EVERY_HOUR = (0, 1440)
PLACES = Path(__file__).parent / "places.csv"
WITH_A_PLAN = ("Bea Bruno", "Tarek Mansour", "Gennaro Ricci")
OWN_WORDS = {
    "signs": ("Non rispondo più al telefono",),
    "alone": ("Apro la finestra e bevo un bicchiere d'acqua", "Metto la radio", "Esco a camminare"),
    "going_on": ("Mia nipote",),
}


@dataclass
class Network:
    """Ids of what was made, by the short names the story uses."""

    organisations: dict[str, int] = field(default_factory=dict)
    competences: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)


def fill(app: Flask) -> Network:
    """Make the whole network in an empty house; return the ids of what was made."""
    network = Network()
    with app.app_context(), transaction():
        _add_associations(network)
        _find_competences(network)
    for neighbour in NEIGHBOURS:
        with app.app_context(), transaction():
            network.people[neighbour.name] = _add_neighbour(neighbour, network).id
    with app.app_context():
        import_resources(PLACES, source="demo")
    with app.app_context(), transaction():
        _ring_the_places(network.people["Carla Coppola"])
    look_after(
        app, carla=network.people["Carla Coppola"], other=network.people["Salvatore Esposito"]
    )
    for name in WITH_A_PLAN:
        with app.app_context(), transaction():
            _write_plan(network.people[name])
    return network


def address_of(neighbour: Neighbour) -> str:
    """Return the invented e-mail address of a neighbour."""
    return f"{neighbour.name.lower().replace(' ', '.')}@{neighbour.home}.example"


def topic_of(neighbour: Neighbour) -> str:
    """Return the invented ntfy topic of a neighbour."""
    return f"nucleo-{neighbour.name.lower().replace(' ', '-')}"


def mobile_of(neighbour: Neighbour) -> str:
    """Return the invented mobile number of a neighbour."""
    return f"+39333555{2000 + NEIGHBOURS.index(neighbour)}"


def addresses_of(neighbour: Neighbour) -> tuple[str, ...]:
    """Return every address at which a message can reach a neighbour."""
    return address_of(neighbour), topic_of(neighbour), mobile_of(neighbour)


def _add_associations(network: Network) -> None:
    for association in ASSOCIATIONS:
        row = Organisation(
            name=association.name,
            comune=association.comune,
            phone=association.phone,
            agreement="active",
        )
        db.session.add(row)
        db.session.flush()
        network.organisations[association.key] = row.id


def _find_competences(network: Network) -> None:
    """Take the qualifications every new house begins with."""
    ensure_competences()
    db.session.flush()
    for competence in db.session.scalars(select(Competence)):
        network.competences[competence.code] = competence.id


def _add_neighbour(neighbour: Neighbour, network: Network) -> Person:
    organisation = network.organisations[neighbour.home]
    person = add_person(
        neighbour.name,
        language=neighbour.language,
        organisation=organisation,
        spoken=neighbour.spoken,
    )
    grant_role(person, Role(neighbour.role), organisation=organisation)
    _add_contacts(person, neighbour)
    _add_account(person, neighbour)
    if neighbour.role == "responder":
        _add_responder(person, neighbour, organisation)
        _add_awards(person, neighbour, network)
    return person


def _add_contacts(person: Person, neighbour: Neighbour) -> None:
    number = f"+39081555{1000 + person.id}"
    add_contact_point(person, Channel.PHONE, address=number, verified=True).rank = 9
    if neighbour.no_contact:
        return
    if neighbour.old_phone:
        text = add_contact_point(person, Channel.SMS, address=mobile_of(neighbour), verified=True)
        text.proven_at = clock.now()
        return
    ntfy = add_contact_point(person, Channel.NTFY, address=topic_of(neighbour), verified=True)
    mail = add_contact_point(person, Channel.EMAIL, address=address_of(neighbour), verified=True)
    ntfy.rank, mail.rank = 1, 2
    ntfy.proven_at = mail.proven_at = clock.now() - timedelta(days=person.id % 20)


def _add_account(person: Person, neighbour: Neighbour) -> None:
    db.session.add(
        Account(
            person_id=person.id,
            email=address_of(neighbour),
            active=True,
            fs_uniquifier=person.uid,
            confirmed_at=clock.now(),
        )
    )


def _add_responder(person: Person, neighbour: Neighbour, organisation: int) -> None:
    lat, lon, province = COMUNI[neighbour.comune]
    db.session.add(
        Responder(
            person_id=person.id,
            organisation_id=organisation,
            comune=neighbour.comune,
            province=province,
            lat=lat,
            lon=lon,
            active_since=clock.now() - timedelta(days=200),
        )
    )
    give_consent(person, "call_me", "1")
    opens, closes = EVERY_HOUR
    weekdays = () if neighbour.away else range(7)
    db.session.add_all(
        WeeklyHours(person_id=person.id, weekday=day, opens=opens, closes=closes)
        for day in weekdays
    )


def _add_awards(person: Person, neighbour: Neighbour, network: Network) -> None:
    issued, expires = _term(neighbour, person.id)
    db.session.add_all(
        Award(
            person_id=person.id,
            competence_id=network.competences[skill],
            issued_on=issued,
            expires_on=expires,
            trainer="Paola Serra",
            trainer_profession="psicologa",
        )
        for skill in neighbour.skills
    )


def _term(neighbour: Neighbour, spread: int) -> tuple[date, date]:
    """Return when a qualification began and ends; some run out soon, some have run out."""
    today = clock.now().date()
    if neighbour.lapsed:
        return today - timedelta(days=760), today - timedelta(days=30)
    return today - timedelta(days=300), today + timedelta(days=40 + spread * 11)


def _ring_the_places(coordinator: int) -> None:
    """Let a coordinator have confirmed two places in three by telephone."""
    for resource in db.session.scalars(select(Resource).where(Resource.id % 3 != 0)):
        verify_resource(resource, actor=coordinator, how="call")


def _write_plan(person_id: int) -> None:
    """Write a small plan: two steps of one's own, somebody to ring, a place nearby."""
    person = db.session.get_one(Person, person_id)
    plan = plans.begin_plan(person)
    for section, lines in OWN_WORDS.items():
        for line in lines:
            plans.add_item(plan, section, line)
    number = f"+39333555{1000 + person_id}"
    plans.add_supporter(plan, "Zia Pina", Channel.PHONE, address=number, language="it")
    near = select(Resource).where(Resource.visibility == "public").order_by(Resource.id).limit(2)
    for resource in db.session.scalars(near):
        plans.add_service(plan, resource)
