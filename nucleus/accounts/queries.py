"""Reads about accounts, codes and the people of one's own organisation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select

from nucleus.accounts.models import Account, ApiToken, VerificationCode, address_mark
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.ground.tokens import proves, proves_code, subject_of
from nucleus.people.models import SENDING, Consent, ContactPoint, Person, RoleGrant

SIGN_IN, INVITATION, CONTACT, CHAT = "sign_in", "invitation", "contact", "chat"
TOKEN_BEGINS = "nuc_"  # noqa: S105 what finds a leaked one in a text
TOKEN_MARK = "api_token"  # noqa: S105 the purpose of a fingerprint, no token


def account_at(email: str) -> Account | None:
    """Return the account that signs in with this address."""
    return account_with_mark(address_mark(email))


def account_with_mark(mark: str) -> Account | None:
    """Return the open account with this address fingerprint."""
    return db.session.scalar(select(Account).where(Account.email == mark, Account.active))


def any_account() -> Account | None:
    """Return some open account, the same one each time."""
    return db.session.scalar(select(Account).where(Account.active).order_by(Account.id).limit(1))


def account_of(person_id: int) -> Account | None:
    """Return a person's account, if they have one."""
    return db.session.scalar(select(Account).where(Account.person_id == person_id))


def sign_in_point(account: Account) -> ContactPoint | None:
    """Return the contact point that an account's letters go to."""
    mine = select(ContactPoint).where(
        ContactPoint.person_id == account.person_id,
        ContactPoint.fingerprint == account.email,
        ContactPoint.retired_at.is_(None),
    )
    return db.session.scalar(mine)


def contact_point_of(person_id: int, point_id: int) -> ContactPoint | None:
    """Return a contact point in use, if it is this person's own."""
    point = db.session.get(ContactPoint, point_id)
    own = point is not None and point.person_id == person_id and point.retired_at is None
    return point if own else None


def other_contacts(point: ContactPoint) -> Sequence[ContactPoint]:
    """Return the proven ways to tell a person that one of their contacts changed."""
    return [each for each in proven_contacts(point.person_id) if each.id != point.id]


def proven_contacts(person_id: int) -> Sequence[ContactPoint]:
    """Return the ways by which messages reach a person."""
    theirs = select(ContactPoint).where(
        ContactPoint.person_id == person_id,
        ContactPoint.channel.in_(SENDING),
        ContactPoint.verified_at.is_not(None),
        ContactPoint.retired_at.is_(None),
    )
    return db.session.scalars(theirs).all()


def live_by_token(purpose: str, token: str) -> VerificationCode | None:
    """Return the row a link belongs to while it is unused and young enough."""
    subject = subject_of(token)
    row = db.session.get(VerificationCode, subject) if subject else None
    if row is None or row.purpose != purpose or not is_live(row):
        return None
    return row if proves(token, purpose, row.id, row.nonce) else None


def live_by_code(purpose: str, subject_id: int, typed: str) -> VerificationCode | None:
    """Return the row whose six digits were typed: the last one sent, while it is live."""
    last = select(VerificationCode).where(
        VerificationCode.purpose == purpose, VerificationCode.subject_id == subject_id
    )
    row = db.session.scalar(last.order_by(VerificationCode.id.desc()).limit(1))
    if row is None or not is_live(row):
        return None
    return row if proves_code(typed, purpose, row.id, row.nonce) else None


def is_live(row: VerificationCode, at: datetime | None = None) -> bool:
    """Say whether a link or code may still be used."""
    return row.used_at is None and (at or now()) < row.expires_at


def consents_of(person_id: int) -> dict[str, Consent]:
    """Return the consents a person has given and not withdrawn, by purpose."""
    live = select(Consent).where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
    return {consent.purpose: consent for consent in db.session.scalars(live)}


def people_in(organisations: Sequence[int], like: str = "") -> Select[Person]:
    """Return the query for the people of some organisations whose name contains some letters."""
    conditions: list[ColumnElement[bool]] = [
        or_(
            Person.organisation_id.in_(organisations),
            Person.id.in_(
                select(RoleGrant.person_id).where(RoleGrant.organisation_id.in_(organisations))
            ),
        ),
        Person.stopped_at.is_(None),
    ]
    if like:
        conditions.append(Person.name.icontains(like, autoescape=True))
    return select(Person).where(*conditions).order_by(Person.name, Person.id)


def roles_in(people: Sequence[int], organisations: Sequence[int]) -> dict[int, list[str]]:
    """Return the roles that people hold in some organisations."""
    held = select(RoleGrant.person_id, RoleGrant.role).where(
        RoleGrant.person_id.in_(people), RoleGrant.organisation_id.in_(organisations)
    )
    found: dict[int, list[str]] = {person: [] for person in people}
    for person, role in db.session.execute(held.order_by(RoleGrant.role)):
        found[person].append(role)
    return found


def api_token_given(header: str) -> ApiToken | None:
    """Return the live token in an `Authorization` header; `None` for any other header."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.startswith(TOKEN_BEGINS) or not token.isascii():
        return None
    mark = ring().fingerprint(TOKEN_MARK, token)
    row = db.session.scalar(select(ApiToken).where(ApiToken.fingerprint == mark))
    return row if row is not None and row.is_live else None


def api_tokens_of(organisations: Sequence[int]) -> Sequence[ApiToken]:
    """Return the tokens of some organisations, the newest first."""
    theirs = select(ApiToken).where(ApiToken.organisation_id.in_(organisations))
    return db.session.scalars(theirs.order_by(ApiToken.id.desc())).all()
