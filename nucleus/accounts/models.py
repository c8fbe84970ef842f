"""How a person signs in; the library fixes the names WebAuthn and FsRefreshTracker."""

from datetime import datetime
from typing import TYPE_CHECKING

from flask_security import verify_password
from flask_security.models import fsqla_v4 as fsqla
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import BigId, Model, db
from nucleus.people import addresses
from nucleus.people.models import Channel, Organisation, Person

fsqla.FsModels.set_db_info(
    db, user_table_name="account", role_table_name="role", webauthn_table_name="passkey"
)


class Role(Model, fsqla.FsRoleMixin):
    """Asked for by the account library; stays empty, since roles are RoleGrants of a person."""

    __tablename__ = "role"


class WebAuthn(Model, fsqla.FsWebAuthnMixin):
    """A passkey of an account."""

    __tablename__ = "passkey"


class FsRefreshTracker(Model, fsqla.FsRefreshTrackerMixin):
    """The library looks for exactly this name."""

    __tablename__ = "refresh_tracker"


class Account(Model, fsqla.FsUserMixin):
    """How a person signs in.

    `email` holds the keyed fingerprint of the address, never the address: one that is assigned
    is replaced at once. It equals the fingerprint of the contact point it belongs to, and so
    letters find their way. `totp_counter` is the last used time step, as a code works once.
    """

    __tablename__ = "account"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    totp_counter: Mapped[int | None] = mapped_column(BigId)
    person: Mapped[Person] = relationship()
    if TYPE_CHECKING:  # the library's own columns, of which it does not tell the types
        id: Mapped[int]  # type: ignore[assignment]
        email: Mapped[str]  # type: ignore[assignment]
        password: Mapped[str | None]  # type: ignore[assignment]
        active: Mapped[bool]
        fs_uniquifier: Mapped[str]  # type: ignore[assignment]
        tf_primary_method: Mapped[str | None]  # type: ignore[assignment]
        tf_totp_secret: Mapped[str | None]  # type: ignore[assignment]
        mf_recovery_codes: Mapped[list[str] | None]  # type: ignore[assignment]

    @validates("email")
    def hide_address(self, _key: str, given: str) -> str:
        """Keep only the fingerprint of an address."""
        return address_mark(given) if "@" in given else given

    def verify_and_update_password(self, password: str) -> bool:
        """Check with no transaction open: hashing is slow and the write lock is for others."""
        kept = str(self.password or "")
        db.session.rollback()
        return bool(verify_password(password, kept))


def address_mark(email: str) -> str:
    """Return the fingerprint by which an e-mail address is recognised, tidy or not."""
    try:
        tidy = addresses.tidy(Channel.EMAIL, email)
    except addresses.BadAddress:
        tidy = email.strip().lower()
    return ring().fingerprint(f"address:{Channel.EMAIL}", tidy)


class Refusal(Model):
    """A wrong code or password, or a door knocked at; kept for a month so that guessing ends.

    `door` names what was refused; `whom` is a keyed fingerprint of who or where it came from,
    never an address.
    """

    __tablename__ = "refusal"
    __table_args__ = (Index(None, "door", "whom", "at"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    door: Mapped[str]
    whom: Mapped[str]


class EndedSession(Model):
    """A session somebody signed out of, kept for as long as its cookie could come back.

    The cookie itself holds the session, so a copy of it would else open the pages for months.
    """

    __tablename__ = "ended_session"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]


class VerificationCode(Model):
    """A link and a code sent once to one contact point, good for one purpose and one use.

    Both are derived from the row's id and nonce when they are sent and when they come back;
    neither is stored. `subject_id` is a contact point (`contact`), an account (`sign_in`,
    `invitation`) or a person who begins a conversation (`chat`). Wrong tries are refusals like
    all others.
    """

    __tablename__ = "verification_code"
    __table_args__ = (Index(None, "purpose", "subject_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purpose: Mapped[str]
    subject_id: Mapped[int]
    nonce: Mapped[str]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class ApiToken(Model):
    """What lets a program of one association in: a name, its scopes, an end; never the token.

    `fingerprint` is a keyed hash of the token, which was shown once. What a program does is done
    by `person_id`, a person made for it that bears its name and holds no role, so that it follows
    no alert, is asked for nothing, and counts as nobody's second person. `minute` and `calls` are
    the present minute of its rate limit.
    """

    __tablename__ = "api_token"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    minute: Mapped[datetime | None]
    calls: Mapped[int] = mapped_column(default=0)
    organisation: Mapped[Organisation] = relationship()

    @property
    def is_live(self) -> bool:
        """Say whether it still opens anything."""
        return self.revoked_at is None and now() < self.expires_at
