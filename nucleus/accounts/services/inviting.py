"""How somebody new gets here: added by a coordinator, or named at the terminal."""

from dataclasses import dataclass
from uuid import uuid4

from nucleus.accounts import letters
from nucleus.accounts.models import Account, VerificationCode
from nucleus.accounts.queries import INVITATION, account_at
from nucleus.accounts.services.coming_in import end_sessions
from nucleus.ground import journal
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.ground.web import settings
from nucleus.people import addresses, services
from nucleus.people.models import Channel, ContactPoint, Person, Role


class AddressTaken(ValueError):
    """Somebody already signs in with this address."""


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """What is known of somebody who is being added."""

    name: str
    language: str
    channel: Channel
    address: str
    role: Role
    organisation: int | None


def add_person(newcomer: Newcomer, *, by: int | None) -> Person:
    """Add a person with a role and a contact; an e-mail address gets an invitation.

    Raises:
        AddressTaken: somebody already signs in with this e-mail address.
    """
    person, point = _settle(newcomer)
    if newcomer.channel == Channel.EMAIL:
        account = open_account(person, newcomer.address)
        letters.post_invitation(point, letters.new_code(INVITATION, account.id))
    journal.write("accounts.add_person", f"person:{person.id}", actor=by, role=str(newcomer.role))
    return person


def add_administrator(name: str, email: str) -> str:
    """Add the first administrator and return the link by which they choose a password."""
    newcomer = Newcomer(
        name=name,
        language=settings().languages[0],
        channel=Channel.EMAIL,
        address=email,
        role=Role.ADMINISTRATOR,
        organisation=None,
    )
    person, _ = _settle(newcomer)
    row = letters.new_code(INVITATION, open_account(person, email).id)
    journal.write("accounts.add_administrator", f"person:{person.id}")
    return link_to(row)


def open_account(person: Person, email: str) -> Account:
    """Let a person sign in with an address; raise `AddressTaken` when another one does."""
    if account_at(email) is not None:
        raise AddressTaken
    account = Account(person_id=person.id, email=email, active=True, fs_uniquifier=uuid4().hex)
    db.session.add(account)
    db.session.flush()
    return account


def forget_second_factor(account: Account) -> None:
    """Let somebody who lost both phone and recovery codes set up a new second factor."""
    account.tf_totp_secret = account.tf_primary_method = account.totp_counter = None
    account.mf_recovery_codes = []
    end_sessions(account)
    journal.write("accounts.forget_second_factor", f"person:{account.person_id}")


def link_to(row: VerificationCode) -> str:
    """Return the whole address of a link."""
    token = derive_token(row.purpose, row.id, row.nonce)
    return settings().base_url + letters.PATHS[row.purpose] + token


def _settle(newcomer: Newcomer) -> tuple[Person, ContactPoint]:
    tidy = addresses.tidy(newcomer.channel, newcomer.address)
    if newcomer.channel == Channel.EMAIL and account_at(tidy) is not None:
        raise AddressTaken
    person = services.add_person(
        newcomer.name, language=newcomer.language, organisation=newcomer.organisation
    )
    services.grant_role(person, newcomer.role, organisation=newcomer.organisation)
    return person, services.add_contact_point(person, newcomer.channel, address=tidy)
